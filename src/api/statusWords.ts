import type { TaskStatus } from '../core/task';
import { first } from '../core/first';
import type { Fields } from './json';
import { asText, textOf } from './json';

/** The meaning of a status word. `noTask`: the gateway knows no such task. */
export type StatusMeaning = TaskStatus | 'noTask';

/** A status word as sent, with its meaning. */
export interface StatusWord {
	readonly raw: string;
	readonly meaning: StatusMeaning;
}

/**
 * All known spellings of a status by their meaning, with their source. Anything else is `unknown`: shown as sent, treated as active. Words
 * are compared by their letters and digits only, in lower case (see `spelling`).
 */
const table: readonly (readonly [meaning: Exclude<StatusMeaning, 'unknown'>, words: string])[] = [
	// Kling's own enumeration.
	['submitted', 'submitted'],
	// new-api, model/task.go.
	['submitted', 'not_start queued'],
	// ComfyUI's Kling nodes, and other forms of their words.
	['submitted', 'created queueing queuing in_queue'],
	// Other gateways.
	[
		'submitted',
		'pending waiting wait scheduled accepted received submitting submit not_started initialized initializing initialising new throttled',
	],
	// Chinese gateways.
	['submitted', '排队中 排队 等待中 等待 待处理 待执行 待生成 已提交 提交成功 已创建 创建成功 已受理 未开始 初始化 排隊中 等待處理'],
	// Kling's own enumeration.
	['processing', 'processing'],
	// new-api; the video object of OpenAI.
	['processing', 'in_progress'],
	// Other gateways.
	[
		'processing',
		'running run generating rendering starting started ongoing executing working uploading preparing in_process process retrying progress finalizing postprocessing',
	],
	// Chinese gateways.
	[
		'processing',
		'处理中 生成中 进行中 运行中 执行中 渲染中 制作中 创作中 合成中 上传中 审核中 正在处理 正在生成 處理中 進行中 運行中 執行中',
	],
	// Kling's own enumeration.
	['succeeded', 'succeed'],
	// Kling's newer standard.
	['succeeded', 'succeeded'],
	// new-api; CometAPI.
	['succeeded', 'success'],
	// ComfyUI's Kling nodes; the video object of OpenAI.
	['succeeded', 'completed'],
	// Other gateways.
	[
		'succeeded',
		'complete completion finished finish done successful successfully succ generated rendered processed completed_successfully partial_success partially_succeeded partially_completed',
	],
	// Chinese gateways.
	[
		'succeeded',
		'成功 已成功 生成成功 处理成功 任务成功 执行成功 完成 已完成 生成完成 任务完成 处理完成 执行完成 已生成 處理完成 任務完成 部分成功',
	],
	// Kling's own enumeration.
	['failed', 'failed'],
	// new-api; CometAPI.
	['failed', 'failure'],
	// ComfyUI's Kling nodes, and other forms of their words.
	['failed', 'fail error errored cancelled canceled cancel'],
	// Stopped without a result for any reason: other gateways.
	[
		'failed',
		'expired expire timeout timed_out rejected reject aborted abort terminated terminate killed revoked discarded dropped stopped interrupted abandoned crashed exception unsuccessful denied declined refused moderated deadline_exceeded cancellation expiration rejection termination',
	],
	// Chinese gateways.
	[
		'failed',
		'失败 已失败 生成失败 任务失败 处理失败 执行失败 错误 异常 出错 已取消 取消 超时 已超时 任务超时 处理超时 生成超时 已过期 过期 已拒绝 被拒绝 已驳回 审核失败 审核未通过 审核不通过 已终止 终止 已中止 中止 已中断 中断 已停止 已失效 已作废 任务取消 失敗 已失敗 生成失敗 任務失敗 錯誤 逾時 超時 已過期 已拒絕 已終止 已中斷',
	],
	// new-api, and other gateways.
	['noTask', 'task_not_exist task_not_found task_does_not_exist not_found 任务不存在'],
];

/** What a gateway may put before a word: the kind of thing that has the status. `request` is deliberately missing. */
const subject = /^(?:task|job|video|image|audio|generation|generate|processing|process|render|status|state)/;

const meanings: ReadonlyMap<string, StatusMeaning> = new Map(
	table.flatMap(([meaning, words]) => words.split(' ').map((word) => [spelling(word), meaning] as const)),
);

/** The form in which words are compared: `IN_PROGRESS`, `inProgress`, `in progress…` and `✅ in-progress 30%` are equal. */
function spelling(raw: string): string {
	return raw
		.normalize('NFKC')
		.toLowerCase()
		.replace(/\d+(?:\.\d+)?\s*%/g, '')
		.replace(/[^\p{L}\p{N}]+/gu, '');
}

/** The meaning of a word, with or without a subject in front: `TASK_STATUS_SUCCEED`, `generation failed`. */
function meaningOf(raw: string): StatusMeaning {
	for (let word = spelling(raw); word !== '';) {
		const meaning = meanings.get(word);
		if (meaning !== undefined) {
			return meaning;
		}
		const rest = word.replace(subject, '');
		if (rest === word) {
			break;
		}
		word = rest;
	}
	return 'unknown';
}

/** Reads a status word; undefined without one. */
function statusWord(raw: string | undefined): StatusWord | undefined {
	if (raw === undefined) {
		return undefined;
	}
	const word = raw.slice(0, 100);
	return { raw: word, meaning: meaningOf(word) };
}

/** A status that only tasks have. */
export function taskStatus(fields: Fields): StatusWord | undefined {
	return statusWord(textOf(fields, 'task_status', 'task_state'));
}

/** A `status` that is a word; requests have it too. A number there is the rejection code of another kind of call. */
export function plainStatus(fields: Fields): StatusWord | undefined {
	return first([fields['status'], fields['state']], (status) =>
		typeof status === 'string' && !/^\s*\d*\s*$/.test(status) ? statusWord(asText(status)) : undefined,
	);
}
