// The file beside a kept result that says where it comes from: `<file>.kling-result.json`, see docs/sidecars.md.
import { createHash } from 'node:crypto';
import type { FileHandle } from 'node:fs/promises';
import { lstat, open, readFile, rename, rm } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import * as v from 'valibot';
import type { KeepPlan, KeptFile } from '../core/download';
import { errorCode } from '../core/errorCode';
import { mediaFormats, type MediaFormat } from '../core/mediaFormat';
import { omitUndefined } from '../core/omitUndefined';
import { isTaskId, operationKey, parseOperationPath } from '../core/operation';
import { normaliseOrigin } from '../core/origin';
import { isPlaceholder } from '../core/paste/idForm';
import { isFinished, type Task, type TaskRef } from '../core/task';
import type { Creation } from '../creation/creation';
import { onDisk } from './fileProblem';
import { FileWriter } from './fileWriter';
import { removePart } from './partFile';
import { sidecarBody } from './sidecarBody';

/** The marks of a sidecar. */
const sidecarFormat = 'kling-result';
const sidecarVersion = 1;
/** What follows the name of the kept file in that of its sidecar. */
export const sidecarSuffix = '.kling-result.json';
/** The largest sidecar that is written or read, bytes. */
export const mostSidecarBytes = 256 * 1024;

/** Longer texts are cut (UTF-16 units). Prompts of Kling have 2,500 at most. */
const longestPrompt = 20_000;
const longestText = 1_000;
/** As many results of a task are kept; see core/resultBounds.ts. */
const mostResults = 100;
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

/** The sidecar of a kept result. */
export function sidecarOf({ task, creation, media, file, plan }: SidecarSource): Sidecar {
	const { ref, parentVideo } = task;
	const result = task.results[media];
	const body = creation === undefined ? undefined : sidecarBody(creation.body);
	const parent = omitUndefined({ videoId: cut(parentVideo?.id ?? body?.parentVideoId), taskId: cut(body?.parentTaskId) });
	const request = omitUndefined({
		file: requestFileOf(plan),
		take: creation?.take,
		model: cut(creation?.subject.model),
		bodyLeftOut: creation !== undefined && body === undefined ? (true as const) : undefined,
		body: body?.text,
	});
	const sidecar: Sidecar = {
		format: sidecarFormat,
		version: sidecarVersion,
		task: omitUndefined({ origin: ref.origin, operation: operationKey(ref), id: ref.id, externalId: cut(task.externalTaskId) }),
		...omitUndefined({ name: cut(task.name), prompt: cut(task.prompt ?? creation?.subject.prompt, longestPrompt) }),
		result: omitUndefined({
			index: media,
			count: Math.max(task.results.length + (task.resultsLeftOut ?? 0), media + 1),
			id: cut(result?.id),
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
			units: cut(task.unitsDeducted),
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
	return cut(file);
}

function cut(text: string | undefined, longest = longestText): string | undefined {
	return text === undefined || text === '' ? undefined : text.slice(0, longest).replace(/[\ud800-\udbff]$/, '');
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

/** What a sidecar that was read names. Times are ms since 1970. Texts are foreign: as they stood in the file, bounded by its size. */
export interface ReadSidecar {
	readonly ref: TaskRef;
	readonly externalId?: string;
	readonly name?: string;
	readonly prompt?: string;
	/** See `Sidecar.result`. */
	readonly media: number;
	readonly mediaId?: string;
	readonly seconds?: number;
	readonly file: Sidecar['file'];
	readonly createdAt?: number;
	readonly finishedAt?: number;
	readonly keptAt?: number;
	readonly units?: string;
	readonly parentVideoId?: string;
}

/**
 * Why a file is no sidecar that can be read.
 * - `tooLarge`: more than `mostSidecarBytes`
 * - `notJson`, `notSidecar`: something else
 * - `newerVersion`: written by a later version of this extension
 * - `missing`, `invalid`: of a field
 */
export type SidecarProblem =
	| { readonly kind: 'tooLarge' | 'notJson' | 'notSidecar' | 'newerVersion' }
	| { readonly kind: 'missing' | 'invalid'; readonly field: string };

export type SidecarReading =
	{ readonly ok: true; readonly sidecar: ReadSidecar } | { readonly ok: false; readonly problem: SidecarProblem };

const text = v.pipe(v.string(), v.maxLength(longestText));
const time = v.pipe(
	v.string(),
	v.regex(/^20\d\d-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d{1,3})?Z$/),
	v.transform((value) => Date.parse(value)),
	v.number(),
	v.check((value) => Number.isFinite(value)),
);
const count = (least: number, most: number) => v.pipe(v.number(), v.integer(), v.minValue(least), v.maxValue(most));
const isFormat = (value: string): value is MediaFormat => Object.hasOwn(mediaFormats, value);

const Head = v.object({ format: v.literal(sidecarFormat), version: v.number() });

/** Fields that are not named here are ignored: the request with its path and body is for people. */
const Body = v.object({
	task: v.object({ origin: text, operation: text, id: text, externalId: v.optional(text) }),
	name: v.optional(text),
	prompt: v.optional(v.pipe(v.string(), v.maxLength(longestPrompt))),
	result: v.object({
		index: count(0, mostResults - 1),
		id: v.optional(text),
		seconds: v.optional(v.pipe(v.number(), v.finite(), v.minValue(0))),
	}),
	file: v.object({
		format: v.pipe(v.string(), v.check(isFormat)),
		size: count(1, Number.MAX_SAFE_INTEGER),
		sha256: v.pipe(v.string(), v.regex(/^[0-9a-f]{64}$/)),
	}),
	times: v.object({ created: v.optional(time), finished: v.optional(time), kept: v.optional(time) }),
	units: v.optional(v.pipe(v.string(), v.regex(/^\d{1,20}(?:\.\d{1,20})?$/))),
	parent: v.optional(v.object({ videoId: v.optional(text) })),
});

/** Reads an untrusted text as a sidecar. Never throws. */
export function parseSidecar(json: string): SidecarReading {
	if (json.length > mostSidecarBytes || Buffer.byteLength(json) > mostSidecarBytes) {
		return bad({ kind: 'tooLarge' });
	}
	let value: unknown;
	try {
		value = JSON.parse(json.startsWith('\ufeff') ? json.slice(1) : json);
	} catch {
		return bad({ kind: 'notJson' });
	}
	const head = v.safeParse(Head, value);
	if (!head.success) {
		return bad({ kind: 'notSidecar' });
	}
	if (head.output.version > sidecarVersion) {
		return bad({ kind: 'newerVersion' });
	}
	const read = v.safeParse(Body, value, { abortEarly: true });
	if (!read.success) {
		const [first] = read.issues;
		return bad({ kind: first.received === 'undefined' ? 'missing' : 'invalid', field: v.getDotPath(first) ?? 'task' });
	}
	return readBody(read.output);
}

function readBody(body: v.InferOutput<typeof Body>): SidecarReading {
	const { task, result, file, times } = body;
	const origin = normaliseOrigin(task.origin);
	const operation = parseOperationPath(task.operation);
	if (!origin.ok || origin.origin !== task.origin) {
		return bad({ kind: 'invalid', field: 'task.origin' });
	}
	if (operation === undefined) {
		return bad({ kind: 'invalid', field: 'task.operation' });
	}
	if (!isTaskId(task.id) || isPlaceholder(task.id)) {
		return bad({ kind: 'invalid', field: 'task.id' });
	}
	const { format } = file;
	if (!isFormat(format)) {
		return bad({ kind: 'invalid', field: 'file.format' });
	}
	return {
		ok: true,
		sidecar: {
			ref: { origin: origin.origin, ...operation, id: task.id },
			media: result.index,
			file: { format, size: file.size, sha256: file.sha256 },
			...omitUndefined({
				externalId: task.externalId,
				name: body.name,
				prompt: body.prompt,
				mediaId: result.id,
				seconds: result.seconds,
				createdAt: times.created,
				finishedAt: times.finished,
				keptAt: times.kept,
				units: body.units,
				parentVideoId: body.parent?.videoId,
			}),
		},
	};
}

function bad(problem: SidecarProblem): SidecarReading {
	return { ok: false, problem };
}

/** The path of the sidecar of a kept file. */
export function sidecarPath(filePath: string): string {
	return filePath + sidecarSuffix;
}

/**
 * Writes the sidecar of a kept file, whole or not at all. What stands there already is replaced only if it is a sidecar of ours and of other
 * bytes: the first task that a file was kept for stays named. Any other file or link of that name is left as it is.
 * @param filePath absolute path of the kept file
 * @returns `known`: there is one that names the same bytes; `foreign`: nothing was written, because the name belongs to something else
 * @throws FileProblem
 */
export async function writeSidecar(filePath: string, sidecar: Sidecar): Promise<'written' | 'known' | 'foreign'> {
	const path = sidecarPath(filePath);
	const there = await existing(path);
	if (there !== undefined) {
		const read = there === 'other' ? undefined : parseSidecar(there);
		if (read?.ok !== true) {
			return 'foreign';
		}
		if (read.sidecar.file.sha256 === sidecar.file.sha256) {
			return 'known';
		}
	}
	const temporary = temporaryPath(path);
	const writer = new FileWriter(await onDisk(() => createAnew(temporary)));
	try {
		await writer.write(new TextEncoder().encode(sidecarText(sidecar)));
		await writer.finish();
		await onDisk(() => rename(temporary, path));
	} catch (error) {
		await writer.discard();
		await removePart(temporary);
		throw error;
	}
	return 'written';
}

/** Never through a link that stands there. */
async function createAnew(path: string): Promise<FileHandle> {
	await rm(path, { force: true });
	return await open(path, 'wx');
}

/** The same each time, so that what a killed window left is replaced by the next one; short, because the sidecar's name may be long. */
function temporaryPath(path: string): string {
	return join(dirname(path), `.${createHash('sha256').update(basename(path)).digest('hex').slice(0, 16)}.part`);
}

/** The text of a regular file of a sidecar's size; `other`: there is something else. */
async function existing(path: string): Promise<string | undefined> {
	try {
		const found = await lstat(path);
		return found.isFile() && found.size <= mostSidecarBytes ? await readFile(path, 'utf8') : 'other';
	} catch (error) {
		return errorCode(error) === 'ENOENT' ? undefined : 'other';
	}
}
