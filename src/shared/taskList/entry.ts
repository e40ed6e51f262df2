import * as v from 'valibot';
import { cut } from '../../core/cut';
import type { Media } from '../../core/media';
import { omitUndefined } from '../../core/omitUndefined';
import { isTaskId, operationKey, parseOperationPath } from '../../core/operation';
import { normaliseOrigin } from '../../core/origin';
import { isPlaceholder } from '../../core/paste/idForm';
import { cleanPrompt } from '../../core/paste/names';
import { boundedSnapshot } from '../../core/resultBounds';
import { shown } from '../../core/shown';
import { isFinished, isFinishedStatus, taskKey, taskStatuses, type FinishedStatus, type Task } from '../../core/task';

/** The marks of a file with a task list. */
export const listFormat = 'kling-tasks';
export const listVersion = 1;

/** The longest entry of a file, in UTF-16 units: more than all that is kept of a task, however it is written. */
export const longestEntry = 1_000_000;

/** Names may be this long when they are typed; longer ones are cut. */
const longestName = 200;
/** More of a foreign text is not read (UTF-16 units); more of a task's results (their number) neither: more than is kept of them. */
const longestText = 20_000;
const mostResults = 500;

const text = v.string();
/** A time of ISO 8601 in UTC, within the years in which there can be tasks. */
const time = v.pipe(
	v.string(),
	v.regex(/^20\d\d-\d\d-\d\dT\d\d:\d\d(?::\d\d(?:\.\d{1,3})?)?Z$/),
	v.transform((value) => Date.parse(value)),
	v.number(),
	v.check((value) => Number.isFinite(value)),
);
const seconds = v.pipe(v.number(), v.finite(), v.minValue(0));
const kind = v.picklist(['video', 'image', 'audio']);

const MediaEntry = v.object({
	kind,
	url: text,
	id: v.optional(text),
	durationSeconds: v.optional(seconds),
	alternatives: v.optional(v.array(v.object({ format: text, url: text }))),
});

/** One task in a file. Fields that are not named here are ignored. */
const Entry = v.object({
	/** Base URL of its API. */
	origin: text,
	/** `videos/text2video` */
	operation: text,
	id: text,
	name: v.optional(text),
	prompt: v.optional(text),
	status: v.picklist(taskStatuses),
	/** The status as the API sent it. */
	apiStatus: v.optional(text),
	trackedAt: v.optional(time),
	/** On the server's clock, as the next one. */
	createdAt: v.optional(time),
	updatedAt: v.optional(time),
	finishedAt: v.optional(time),
	viewedAt: v.optional(time),
	message: v.optional(text),
	/** Decimal text: "3.5". */
	units: v.optional(v.pipe(text, v.regex(/^\d{1,20}(?:\.\d{1,20})?$/))),
	externalId: v.optional(text),
	requestId: v.optional(text),
	results: v.optional(v.array(MediaEntry)),
	parentVideo: v.optional(v.object({ id: v.optional(text), url: v.optional(text), durationSeconds: v.optional(seconds) })),
});
export type TaskEntry = v.InferInput<typeof Entry>;

/**
 * Why an entry is no task.
 * - `notTask`: it is no object, or no line with as many cells as the heading
 * - `missing`, `invalid`: of the field
 * - `rounded`: a spreadsheet has replaced the ID's last digits
 * - `tooLong`: longer than `longestEntry`; nothing behind it is read
 */
export type EntryProblem =
	{ readonly kind: 'notTask' | 'rounded' | 'tooLong' } | { readonly kind: 'missing' | 'invalid'; readonly field: string };

/** What is written of a task: everything that another machine can use. No key, no claims, nothing of this machine's checks. */
export function entryOf(task: Task): TaskEntry {
	const { ref, parentVideo } = task;
	return omitUndefined({
		origin: ref.origin,
		operation: operationKey(ref),
		id: ref.id,
		name: task.name,
		prompt: task.prompt,
		status: task.status,
		apiStatus: task.rawStatus,
		trackedAt: isoTime(task.trackedAt),
		createdAt: isoTime(task.createdAt),
		updatedAt: isoTime(task.updatedAt),
		finishedAt: isFinished(task) ? isoTime(task.finishedAt) : undefined,
		viewedAt: isFinished(task) ? isoTime(task.viewedAt) : undefined,
		message: task.message,
		units: task.unitsDeducted,
		externalId: task.externalTaskId,
		requestId: task.requestId,
		results: task.results.length === 0 ? undefined : task.results.map(mediaEntry),
		parentVideo: parentVideo === undefined ? undefined : { ...parentVideo },
	});
}

/** A time that the file can hold; undefined for any other. */
function isoTime(ms: number | undefined): string | undefined {
	return ms !== undefined && ms >= Date.UTC(2000) && ms < Date.UTC(2100) ? new Date(ms).toISOString() : undefined;
}

function mediaEntry({ alternatives, ...media }: Media): v.InferInput<typeof MediaEntry> {
	return { ...media, ...(alternatives === undefined ? {} : { alternatives: alternatives.map((one) => ({ ...one })) }) };
}

/** A task of a file, or why there is none. */
export type ReadEntry = { readonly ok: true; readonly task: Task } | { readonly ok: false; readonly problem: EntryProblem };

/**
 * Reads an untrusted entry. Texts lose characters that hide or reorder text, and are bounded like those of responses. An active task is one
 * that was never checked here.
 * @param now ms since 1970; later times are replaced by it
 * @param mayLink whether a result link may be kept; others are left out and counted
 */
export function readEntry(value: unknown, now: number, mayLink: (url: string, origin: string) => boolean): ReadEntry {
	if (typeof value !== 'object' || value === null || Array.isArray(value)) {
		return bad({ kind: 'notTask' });
	}
	const read = v.safeParse(Entry, value, { abortEarly: true });
	if (!read.success) {
		const [first] = read.issues;
		const [field] = (v.getDotPath(first) ?? 'task').split('.');
		return bad({ kind: first.received === 'undefined' ? 'missing' : 'invalid', field: field ?? 'task' });
	}
	const entry = read.output;
	const origin = normaliseOrigin(entry.origin);
	const operation = parseOperationPath(entry.operation);
	if (!origin.ok) {
		return bad({ kind: 'invalid', field: 'origin' });
	}
	if (operation === undefined) {
		return bad({ kind: 'invalid', field: 'operation' });
	}
	if (!isTaskId(entry.id) || isPlaceholder(entry.id)) {
		return bad({ kind: 'invalid', field: 'id' });
	}
	const ref = { origin: origin.origin, ...operation, id: entry.id };
	return { ok: true, task: taskOf(entry, ref, now, (url) => mayLink(url, ref.origin)) };
}

function taskOf(entry: v.InferOutput<typeof Entry>, ref: Task['ref'], now: number, mayLink: (url: string) => boolean): Task {
	const notLater = (ms: number): number => Math.min(ms, now);
	const linked = (entry.results ?? []).slice(0, mostResults).filter(({ url }) => mayLink(url));
	const { url: parentUrl, ...parent } = entry.parentVideo ?? {};
	const { results, resultsLeftOut, rawStatus, status, ...facts } = boundedSnapshot(
		omitUndefined({
			status: entry.status,
			rawStatus: cleaned(entry.apiStatus) ?? '',
			message: cleaned(entry.message),
			results: linked.map(({ alternatives, ...media }): Media => {
				const others = alternatives?.filter(({ url }) => mayLink(url)) ?? [];
				return { ...omitUndefined({ ...media, id: cleaned(media.id) }), ...(others.length === 0 ? {} : { alternatives: others }) };
			}),
			parentVideo:
				entry.parentVideo === undefined
					? undefined
					: omitUndefined({
							...parent,
							id: cleaned(parent.id),
							url: parentUrl !== undefined && mayLink(parentUrl) ? parentUrl : undefined,
						}),
			createdAt: entry.createdAt && notLater(entry.createdAt),
			updatedAt: entry.updatedAt && notLater(entry.updatedAt),
			externalTaskId: cleaned(entry.externalId),
			unitsDeducted: entry.units,
			requestId: cleaned(entry.requestId),
		}),
	);
	const leftOut = resultsLeftOut + (entry.results?.length ?? 0) - linked.length;
	const common = {
		key: taskKey(ref),
		ref,
		trackedAt: notLater(entry.trackedAt ?? entry.createdAt ?? now),
		results,
		...facts,
		...omitUndefined({
			rawStatus: rawStatus === '' ? undefined : rawStatus,
			resultsLeftOut: leftOut > 0 ? leftOut : undefined,
			name: nameOf(entry.name),
			prompt: entry.prompt === undefined ? undefined : cleanPrompt(entry.prompt),
		}),
	};
	return isFinishedStatus(status) ? finishedTask(common, status, entry, notLater) : { ...common, status };
}

function finishedTask(
	common: Omit<Task, 'status'>,
	status: FinishedStatus,
	entry: v.InferOutput<typeof Entry>,
	notLater: (ms: number) => number,
): Task {
	return {
		...common,
		status,
		finishedAt: notLater(entry.finishedAt ?? entry.updatedAt ?? common.trackedAt),
		...omitUndefined({ viewedAt: entry.viewedAt === undefined ? undefined : notLater(entry.viewedAt) }),
	};
}

function bad(problem: EntryProblem): ReadEntry {
	return { ok: false, problem };
}

/** A foreign text without characters that hide or reorder text; undefined if nothing is left. */
function cleaned(foreign: string | undefined): string | undefined {
	const plain = foreign === undefined ? undefined : shown(foreign.slice(0, longestText));
	return plain === undefined || isBlank(plain) ? undefined : plain;
}

/** Whether nothing of a text is seen: a row would have no label. */
function isBlank(text: string): boolean {
	return !/[^\s\p{Cc}\p{Cf}\p{Default_Ignorable_Code_Point}\u2800]/u.test(text);
}

function nameOf(foreign: string | undefined): string | undefined {
	const name = cleaned(foreign)?.replace(/\s+/g, ' ').trim();
	return name === undefined ? undefined : cut(name, longestName);
}
