import type { TaskStatus } from '../core/task';
import type { Fields } from './json';
import { asText } from './json';

/** What a status word means; `noTask`: the gateway knows no such task. */
export type StatusMeaning = TaskStatus | 'noTask';

/** A status word as it was sent, and what it means. */
export interface StatusWord {
	readonly raw: string;
	readonly meaning: StatusMeaning;
}

/**
 * Every spelling of a status that is known, by what it means, with where each was seen. Anything else is `unknown`: shown as sent, and active.
 * Words are compared trimmed, in lower case, with `_` for `-` and space.
 */
const table: readonly { readonly meaning: Exclude<StatusMeaning, 'unknown'>; readonly words: string; readonly source: string }[] = [
	{ meaning: 'submitted', words: 'submitted', source: "Kling's own enumeration" },
	{ meaning: 'submitted', words: 'not_start queued', source: 'new-api, model/task.go' },
	{ meaning: 'submitted', words: 'created queueing queuing in_queue', source: "ComfyUI's Kling nodes, and their tenses" },
	{ meaning: 'submitted', words: 'pending waiting scheduled accepted submitting not_started', source: 'other gateways' },
	{ meaning: 'submitted', words: '排队中 排队 等待中 待处理 已提交 已创建 未开始', source: 'Chinese gateways' },
	{ meaning: 'processing', words: 'processing', source: "Kling's own enumeration" },
	{ meaning: 'processing', words: 'in_progress', source: 'new-api; the video object of OpenAI' },
	{ meaning: 'processing', words: 'running generating rendering starting started inprogress ongoing on_going executing working uploading', source: 'other gateways' },
	{ meaning: 'processing', words: '处理中 生成中 进行中 运行中 执行中 渲染中', source: 'Chinese gateways' },
	{ meaning: 'succeeded', words: 'succeed', source: "Kling's own enumeration" },
	{ meaning: 'succeeded', words: 'succeeded', source: "Kling's newer standard" },
	{ meaning: 'succeeded', words: 'success', source: 'new-api; CometAPI' },
	{ meaning: 'succeeded', words: 'completed', source: "ComfyUI's Kling nodes; the video object of OpenAI" },
	{ meaning: 'succeeded', words: 'complete finished finish done successful', source: 'other gateways' },
	{ meaning: 'succeeded', words: '成功 已成功 生成成功 完成 已完成 生成完成', source: 'Chinese gateways' },
	{ meaning: 'failed', words: 'failed', source: "Kling's own enumeration" },
	{ meaning: 'failed', words: 'failure', source: 'new-api; CometAPI' },
	{ meaning: 'failed', words: 'fail error errored cancelled canceled cancel', source: "ComfyUI's Kling nodes and their tenses" },
	// Over without a result, whoever ended it.
	{ meaning: 'failed', words: 'expired expire timeout timed_out time_out rejected reject aborted abort terminated terminate killed revoked discarded', source: 'other gateways' },
	{ meaning: 'failed', words: '失败 已失败 生成失败 任务失败 错误 已取消 取消 超时 已超时 任务超时 已过期 过期 已拒绝 已终止 已中止', source: 'Chinese gateways' },
	{ meaning: 'noTask', words: 'task_not_exist task_not_found', source: 'new-api' },
];

const meanings: ReadonlyMap<string, StatusMeaning> = new Map(table.flatMap(({ meaning, words }) => words.split(' ').map((word) => [word, meaning] as const)));

/** Reads a status word; undefined when there is none. */
export function statusWord(raw: string | undefined): StatusWord | undefined {
	if (raw === undefined) return undefined;
	const word = raw.slice(0, 100);
	return { raw: word, meaning: meanings.get(word.toLowerCase().replace(/[-\s]+/g, '_')) ?? 'unknown' };
}

/** A `status` that is a word: a number there is the rejection code of another kind of call. */
export function plainStatus(fields: Fields): StatusWord | undefined {
	const status = fields['status'];
	return typeof status === 'string' && !/^\s*\d*\s*$/.test(status) ? statusWord(asText(status)) : undefined;
}
