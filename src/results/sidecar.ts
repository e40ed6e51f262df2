// The file beside a kept result that says where it comes from: `<file>.kling-result.json`, see docs/sidecars.md.
import { cut } from '../core/cut';
import type { KeepPlan, KeptFile } from '../core/download';
import type { MediaFormat } from '../core/mediaFormat';
import { omitUndefined } from '../core/omitUndefined';
import { operationKey } from '../core/operation';
import { isFinished, type Task } from '../core/task';
import type { Creation } from '../creation/creation';
import { sidecarBody } from './sidecarBody';

/** The marks of a sidecar. */
export const sidecarFormat = 'kling-result';
export const sidecarVersion = 1;
/** What follows the name of the kept file in that of its sidecar. */
export const sidecarSuffix = '.kling-result.json';
/** The largest sidecar that is written or read, bytes. */
export const mostSidecarBytes = 256 * 1024;

/** Longer texts are cut (UTF-16 units). Prompts of Kling have 2,500 at most. */
export const longestPrompt = 20_000;
export const longestText = 1_000;
/** How far the path of a request file may lead up: a longer one would name folders of this computer. */
const mostStepsUp = 3;

/** What stands in a sidecar, in this order. Nothing of it is secret or belongs to one computer: no key, no absolute path, no link. */
export interface Sidecar {
	readonly format: typeof sidecarFormat;
	readonly version: typeof sidecarVersion;
	readonly task: {
		/** Base URL of its API. */
		readonly origin: string;
		/** `videos/text2video` */
		readonly operation: string;
		readonly id: string;
		readonly externalId?: string;
	};
	readonly name?: string;
	readonly prompt?: string;
	readonly result: {
		/** Of the task's results, from 0. */
		readonly index: number;
		/** How many results the task has. */
		readonly count: number;
		/** The API's ID of the video, image or sound. */
		readonly id?: string;
		/** Length by the API, s. */
		readonly seconds?: number;
		/** The host that it was downloaded from. */
		readonly linkHost?: string;
	};
	readonly file: {
		readonly format: MediaFormat;
		/** Bytes. */
		readonly size: number;
		/** 64 hexadecimal digits. */
		readonly sha256: string;
	};
	/** ISO 8601, UTC. */
	readonly times: { readonly created?: string; readonly finished?: string; readonly kept?: string };
	/** What it cost, by the API: decimal text. */
	readonly units?: string;
	/** What it was made from. */
	readonly parent?: { readonly videoId?: string; readonly taskId?: string };
	readonly request?: {
		/** The request file, relative to the folder of the sidecar, with `/`. */
		readonly file?: string;
		/** The number of the take, from 1. */
		readonly take?: number;
		readonly model?: string;
		/** The body did not fit. */
		readonly bodyLeftOut?: true;
		/** JSON text; in the file the JSON itself. */
		readonly body?: string;
	};
}

/** What a sidecar is made of. */
export interface SidecarSource {
	readonly task: Task;
	/** Of a task that was made here. */
	readonly creation: Creation | undefined;
	/** The index in `task.results`. */
	readonly media: number;
	readonly file: Pick<KeptFile, 'format' | 'size' | 'sha256' | 'keptAt'>;
	readonly plan: Pick<KeepPlan, 'requestFile'> | undefined;
}

/** The path of the sidecar of a kept file. */
export function sidecarPath(filePath: string): string {
	return filePath + sidecarSuffix;
}

/** The sidecar of a kept result. */
export function sidecarOf({ task, creation, media, file, plan }: SidecarSource): Sidecar {
	const { ref, parentVideo } = task;
	const result = task.results[media];
	const body = creation === undefined ? undefined : sidecarBody(creation.body);
	const parent = omitUndefined({ videoId: bounded(parentVideo?.id ?? body?.parentVideoId), taskId: bounded(body?.parentTaskId) });
	const request = omitUndefined({
		file: requestFileOf(plan),
		take: creation?.take,
		model: bounded(creation?.subject.model),
		bodyLeftOut: creation !== undefined && body === undefined ? (true as const) : undefined,
		body: body?.text,
	});
	const sidecar: Sidecar = {
		format: sidecarFormat,
		version: sidecarVersion,
		task: omitUndefined({ origin: ref.origin, operation: operationKey(ref), id: ref.id, externalId: bounded(task.externalTaskId) }),
		...omitUndefined({ name: bounded(task.name), prompt: bounded(task.prompt ?? creation?.subject.prompt, longestPrompt) }),
		result: omitUndefined({
			index: media,
			count: Math.max(task.results.length + (task.resultsLeftOut ?? 0), media + 1),
			id: bounded(result?.id),
			seconds: result?.durationSeconds,
			linkHost: result === undefined ? undefined : URL.parse(result.url)?.host,
		}),
		file: { format: file.format, size: file.size, sha256: file.sha256 },
		times: omitUndefined({
			created: isoTime(task.createdAt),
			finished: isFinished(task) ? isoTime(task.finishedAt) : undefined,
			kept: isoTime(file.keptAt),
		}),
		...omitUndefined({
			units: bounded(task.unitsDeducted),
			parent: Object.keys(parent).length === 0 ? undefined : parent,
			request: Object.keys(request).length === 0 ? undefined : request,
		}),
	};
	return byteLength(sidecar) <= mostSidecarBytes ? sidecar : withoutBody(sidecar);
}

function withoutBody({ request, ...sidecar }: Sidecar): Sidecar {
	return { ...sidecar, request: omitUndefined({ ...request, body: undefined, bodyLeftOut: true as const }) };
}

function byteLength(sidecar: Sidecar): number {
	return Buffer.byteLength(sidecarText(sidecar));
}

/** A relative path that names nothing of this computer; undefined for any other. */
function requestFileOf(plan: Pick<KeepPlan, 'requestFile'> | undefined): string | undefined {
	const file = plan?.requestFile;
	if (
		file === undefined ||
		/^(?:[/\\]|[A-Za-z][A-Za-z0-9+.-]*:)/.test(file) ||
		file.split('/').filter((step) => step === '..').length > mostStepsUp
	) {
		return undefined;
	}
	return bounded(file);
}

function bounded(text: string | undefined, longest = longestText): string | undefined {
	return text === undefined || text === '' ? undefined : cut(text, longest);
}

function isoTime(ms: number | undefined): string | undefined {
	return ms !== undefined && ms >= Date.UTC(2000) && ms < Date.UTC(2100) ? new Date(ms).toISOString() : undefined;
}

/** The text of the file. The same sidecar always gives the same text. */
export function sidecarText(sidecar: Sidecar): string {
	const text = `${JSON.stringify(sidecar, undefined, '\t')}\n`;
	const body = sidecar.request?.body;
	if (body === undefined) {
		return text;
	}
	// The body is the last of all: what stands before cannot be taken for it.
	const quoted = JSON.stringify(body);
	const at = text.lastIndexOf(quoted);
	return text.slice(0, at) + body.replaceAll('\n', '\n\t\t') + text.slice(at + quoted.length);
}
