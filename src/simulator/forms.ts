import { assertNever } from '../core/assertNever';
import { demoMedia } from './media';
import type { MediaName } from './media';
import { phaseAt } from './tasks';
import type { ResponseForm, SimulatedTask, TaskPhase } from './tasks';

/** What a response about a task needs besides the task. */
export interface ResponseFacts {
	readonly now: number;
	readonly requestId: string;
	/** Creates a link to one of the task's files. */
	readonly link: (task: SimulatedTask, part: string, file: MediaName) => string;
}

export type Json = Readonly<Record<string, unknown>>;

/** The status words of each form. */
const words: Readonly<Record<ResponseForm, Readonly<Record<TaskPhase, string>>>> = {
	native: { submitted: 'submitted', processing: 'processing', succeeded: 'succeed', failed: 'failed' },
	wrapper: { submitted: 'SUBMITTED', processing: 'IN_PROGRESS', succeeded: 'SUCCESS', failed: 'FAILURE' },
	simple: { submitted: 'queued', processing: 'processing', succeeded: 'succeeded', failed: 'failed' },
	flat: { submitted: 'queued', processing: 'in_progress', succeeded: 'completed', failed: 'failed' },
};
/** new-api reports 100% both on success and on failure. */
const progress: Readonly<Record<TaskPhase, string>> = { submitted: '10%', processing: '30%', succeeded: '100%', failed: '100%' };

/** The body of a query's response. */
export function taskBody(task: SimulatedTask, form: ResponseForm, facts: ResponseFacts): Json {
	switch (form) {
		case 'native':
			return nativeBody(nativeData(task, facts), facts);
		case 'wrapper':
			return wrapperBody(task, facts);
		case 'simple':
			return { code: 'success', message: '', data: { error: null, metadata: null, ...shortTask(task, 'simple', facts) } };
		case 'flat':
			return shortTask(task, 'flat', facts);
		default:
			return assertNever(form);
	}
}

/** The body of a create's response. A task that finishes at once (speech) is returned in full. */
export function createdBody(task: SimulatedTask, form: ResponseForm, facts: ResponseFacts): Json {
	if (phaseAt(task, facts.now).phase !== 'submitted') {
		return taskBody(task, form, facts);
	}
	switch (form) {
		case 'native':
			return nativeBody(nativeData(task, facts), facts);
		case 'wrapper':
		case 'simple':
			return {
				id: task.id,
				task_id: task.id,
				object: 'video',
				model: 'kling-v2-6',
				status: 'queued',
				progress: 0,
				created_at: seconds(task.createdAt),
			};
		case 'flat':
			return { task_id: task.id, status: 'queued' };
		default:
			return assertNever(form);
	}
}

/** The body of a list's response: native around each task as its own response shows it. */
export function listBody(tasks: readonly SimulatedTask[], formOf: (task: SimulatedTask) => ResponseForm, facts: ResponseFacts): Json {
	return nativeBody(
		tasks.map((task) => taskInList(task, formOf(task), facts)),
		facts,
	);
}

function taskInList(task: SimulatedTask, form: ResponseForm, facts: ResponseFacts): Json {
	switch (form) {
		case 'native':
			return nativeData(task, facts);
		case 'wrapper':
			return wrapperData(task, facts);
		case 'simple':
		case 'flat':
			return shortTask(task, form, facts);
		default:
			return assertNever(form);
	}
}

function nativeBody(data: unknown, { requestId }: ResponseFacts): Json {
	return { code: 0, message: 'SUCCEED', request_id: requestId, data };
}

function nativeData(task: SimulatedTask, facts: ResponseFacts): Json {
	const { phase, since } = phaseAt(task, facts.now);
	return {
		task_id: task.id,
		task_status: words.native[phase],
		...(phase === 'failed' ? { task_status_msg: task.failure } : phase === 'succeeded' ? { task_status_msg: '' } : {}),
		task_info: taskInfo(task, facts),
		...(phase === 'submitted' ? {} : { task_result: phase === 'succeeded' ? taskResult(task, facts) : {} }),
		...(phase === 'succeeded' ? { watermark_info: { enabled: task.watermark }, final_unit_deduction: deduction(task) } : {}),
		created_at: task.createdAt,
		updated_at: since,
	};
}

function taskInfo(task: SimulatedTask, { link }: ResponseFacts): Json {
	const { externalId, parent } = task;
	return {
		...(externalId === undefined ? {} : { external_task_id: externalId }),
		...(parent === undefined
			? {}
			: { parent_video: { id: parent.id, url: link(task, 'parent', parent.file), duration: duration(parent.file) } }),
	};
}

/** Only the non-empty arrays. */
function taskResult(task: SimulatedTask, facts: ResponseFacts): Json {
	const videos: Json[] = [];
	const images: Json[] = [];
	const audios: Json[] = [];
	task.results.forEach((result, index) => {
		const link = (file: MediaName) => facts.link(task, String(index), file);
		switch (result.kind) {
			case 'video':
				videos.push({
					id: result.id,
					url: link(result.file),
					...(task.watermark ? { watermark_url: facts.link(task, `${index}w`, result.file) } : {}),
					...(task.action2 === 'multi-elements' ? { session_id: `s${task.id}` } : {}),
					duration: duration(result.file),
				});
				break;
			case 'image':
				images.push({
					index: images.length,
					url: link(result.file),
					...(task.watermark ? { watermark_url: facts.link(task, `${index}w`, result.file) } : {}),
				});
				break;
			case 'sound':
				audios.push({
					id: result.id,
					url_mp3: link(result.mp3),
					url_wav: link(result.wav),
					duration_mp3: duration(result.mp3),
					duration_wav: duration(result.wav),
				});
				break;
			case 'speech':
				audios.push({ id: result.id, url: link(result.file), duration: duration(result.file) });
				break;
			default:
				assertNever(result);
		}
	});
	return { ...(videos.length > 0 ? { videos } : {}), ...(images.length > 0 ? { images } : {}), ...(audios.length > 0 ? { audios } : {}) };
}

function wrapperBody(task: SimulatedTask, facts: ResponseFacts): Json {
	return { code: 'success', message: '', data: wrapperData(task, facts) };
}

/** new-api's task, times in s with 0 for "not yet", around the whole native response. */
function wrapperData(task: SimulatedTask, facts: ResponseFacts): Json {
	const { phase, since } = phaseAt(task, facts.now);
	const finished = phase === 'succeeded' || phase === 'failed';
	return {
		task_id: task.id,
		platform: 'kling',
		action: task.action2.replaceAll(/[-/]/g, '_').toUpperCase(),
		status: words.wrapper[phase],
		fail_reason: phase === 'failed' ? task.failure : '',
		submit_time: seconds(task.createdAt),
		start_time: phase === 'submitted' ? 0 : seconds(task.processingAt),
		finish_time: finished ? seconds(task.finishesAt) : 0,
		created_at: seconds(task.createdAt),
		updated_at: seconds(since),
		progress: progress[phase],
		data: nativeBody(nativeData(task, facts), facts),
	};
}

/** The short task: one link, whatever its media kind. */
function shortTask(task: SimulatedTask, form: 'simple' | 'flat', facts: ResponseFacts): Json {
	const { phase } = phaseAt(task, facts.now);
	const file = phase === 'succeeded' ? firstFile(task) : undefined;
	return {
		task_id: task.id,
		status: words[form][phase],
		url: file === undefined ? '' : facts.link(task, '0', file),
		format: file?.split('.').at(-1) ?? 'mp4',
		...(form === 'flat' && file !== undefined ? { metadata: { duration: demoMedia[file].seconds } } : {}),
		...(phase === 'failed' ? { error: { code: 'task_failed', message: task.failure } } : {}),
	};
}

function firstFile(task: SimulatedTask): MediaName | undefined {
	const [result] = task.results;
	return result?.kind === 'sound' ? result.mp3 : result?.file;
}

const seconds = (ms: number): number => Math.floor(ms / 1000);
const duration = (file: MediaName): string => demoMedia[file].seconds.toFixed(1);
/** Decimal text, as the API sends it: a video costs more than an image or audio. */
const deduction = (task: SimulatedTask): string => task.units ?? (task.action === 'videos' ? '3.5' : '0.5');
