import * as v from 'valibot';
import { mediaFormats, type MediaFormat } from '../core/mediaFormat';
import { omitUndefined } from '../core/omitUndefined';
import { isTaskId, parseOperationPath } from '../core/operation';
import { normaliseOrigin } from '../core/origin';
import { isPlaceholder } from '../core/paste/idForm';
import { mostResults } from '../core/resultBounds';
import type { TaskRef } from '../core/task';
import { longestPrompt, longestText, mostSidecarBytes, sidecarFormat, sidecarVersion, type Sidecar } from './sidecar';

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
