import type { Media } from './media';
import { isTaskId, operationKey, parseOperationPath, type OperationPath } from './operation';
import { omitUndefined } from './omitUndefined';
import { isAllowedLink, linkExpiry } from './resultLink';
import { isPrivateHost } from './privateHost';
import { retentionMs } from './retention';
import type { FinishedTask } from './task';
import { nextRows, type FieldRow, type MaterialKind, type NextKey, type NextRow, type Piece, type WayRow } from './nextOperationTable';

/** How long (ms) a session of faces or of a selection lasts. Source: Kling's API reference. */
const sessionMs = 24 * 60 * 60 * 1000;
/** By how many seconds a length may miss a range: a video of 5 s has 5.1 s, and CometAPI's limits are half a second wider. */
const toleranceSeconds = 0.5;

/** What can be handed on of a task: one of its media, or what a call left. */
export interface Material {
	readonly kind: MaterialKind;
	/** What made it; missing: not known. */
	readonly madeBy?: OperationPath;
	/** The API that has it. */
	readonly origin: string;
	/** The ID of its task. */
	readonly taskId?: string;
	/** Of a medium. */
	readonly id?: string;
	/** Of a medium. */
	readonly url?: string;
	/** The length of a medium. */
	readonly seconds?: number;
	/** Of a call; missing: not read yet, which refuses nothing. */
	readonly session?: string;
	/** The first face that was found. */
	readonly face?: string;
	/** The model that made it; missing: not known. */
	readonly model?: string;
	/** When its task finished, ms since 1970; missing: not known. */
	readonly finishedAt?: number;
	/** See `MadeFacts`. */
	readonly isOfOtherKey?: boolean;
}

/** What is known of a task that was made here. */
export interface MadeFacts {
	readonly model?: string;
	/** The length that was requested. */
	readonly seconds?: number;
	/** Another key has been set since: perhaps of another account, which does not have its IDs. */
	readonly isOfOtherKey?: boolean;
}

/** Where the next request is sent, and when. */
export interface NextSituation {
	/** Ms since 1970. */
	readonly now: number;
	/** The API that requests are sent to; undefined: not known, which refuses nothing. */
	readonly origin: string | undefined;
}

/** A field of the next request, filled in. */
export interface NextField {
	readonly path: readonly (string | number)[];
	readonly piece: Piece;
	/** Foreign text: an ID (`isTaskId`), or a link over https. Undefined: to be read or written. */
	readonly value: string | undefined;
}

/** Why an operation cannot take a material. Lengths in s, times in ms since 1970. */
export type NextRefusal =
	| { readonly code: 'retired'; readonly instead: readonly NextKey[]; readonly model?: string }
	| { readonly code: 'first'; readonly first: NextKey }
	| { readonly code: 'madeBy'; readonly operations: readonly NextKey[] }
	| { readonly code: 'model'; readonly model: string; readonly models: readonly string[] }
	| { readonly code: 'seconds'; readonly seconds: number; readonly ranges: readonly (readonly [number, number])[] }
	| { readonly code: 'tooMany'; readonly count: number; readonly most: number }
	/** Kling has deleted it, or ended the session. */
	| { readonly code: 'tooOld'; readonly what: 'result' | 'session'; readonly at: number }
	/** The link alone: a check of the task may give another one. */
	| { readonly code: 'linkExpired'; readonly at: number }
	| { readonly code: 'linkPrivate' }
	| { readonly code: 'noLink' | 'noId' }
	/** An ID of another API. */
	| { readonly code: 'otherApi'; readonly origin: string };

/** What is not known, and may still be wrong. */
export type NextNote =
	| { readonly code: 'secondsUnknown'; readonly ranges: readonly (readonly [number, number])[] }
	| { readonly code: 'modelUnknown'; readonly models: readonly string[] }
	| { readonly code: 'retiring' }
	/** The account may be another one, which does not have the ID. */
	| { readonly code: 'otherKey' };

/** One operation that has something to do with a material: it can take it, or `refusal` says why not. */
export interface NextOperation {
	readonly key: NextKey;
	readonly operation: OperationPath;
	readonly takes: MaterialKind;
	/** Of how many materials. */
	readonly count: number;
	/** What is filled in; empty with a refusal. */
	readonly fields: readonly NextField[];
	/** The same by the link, for an account that does not have the ID. */
	readonly byLink: readonly NextField[];
	/** Until when that works, ms since 1970; missing: not known. */
	readonly until?: number;
	readonly notes: readonly NextNote[];
	readonly refusal?: NextRefusal;
}

const facesCall = 'videos/identify-face';
const selectionCall = /^videos\/multi-elements\/\w+-selection$/;

/**
 * What can be handed on of a finished task: nothing of a failed one, else each of its media, or the session that a call left.
 */
export function materialsOf(task: FinishedTask, made: MadeFacts = {}): readonly Material[] {
	if (task.status !== 'succeeded') {
		return [];
	}
	const key = operationKey(task.ref);
	const { action, action2, origin, id: taskId } = task.ref;
	const common = {
		madeBy: { action, action2 },
		origin,
		taskId,
		finishedAt: task.updatedAt ?? task.finishedAt,
		...omitUndefined({ model: made.model, isOfOtherKey: made.isOfOtherKey }),
	};
	if (key === facesCall || selectionCall.test(key)) {
		return [{ kind: key === facesCall ? 'faces' : 'selection', ...common }];
	}
	return task.results.map((media) => ({
		...common,
		...mediumOf(media),
		...omitUndefined({ seconds: media.durationSeconds ?? (media.kind === 'video' ? made.seconds : undefined) }),
	}));
}

/** The video that a task's results were made from: who made it, and when, is not known. */
export function parentMaterial({ ref, parentVideo }: Pick<FinishedTask, 'ref' | 'parentVideo'>): Material | undefined {
	if (parentVideo === undefined) {
		return undefined;
	}
	const { id, url, durationSeconds: seconds } = parentVideo;
	return { kind: 'video', origin: ref.origin, ...omitUndefined({ id, url, seconds }) };
}

function mediumOf({ kind, id, url }: Media): Pick<Material, 'kind' | 'id' | 'url'> {
	return { kind, url, ...omitUndefined({ id }) };
}

/**
 * The operations that have something to do with materials of one kind, by the table, in its order: each once. Several materials are taken
 * together, by operations that take several. What is not known (a length, a model) refuses nothing.
 */
export function nextOperations(materials: readonly Material[], situation: NextSituation): readonly NextOperation[] {
	const [first] = materials;
	if (first === undefined || materials.some(({ kind }) => kind !== first.kind)) {
		return [];
	}
	const rows = nextRows.filter(
		({ takes, count }) => takes === first.kind && (materials.length === 1 ? (count?.[0] ?? 1) === 1 : (count?.[1] ?? 1) > 1),
	);
	return rows.map((row) => nextOperation(row, materials, situation));
}

function nextOperation(row: NextRow, materials: readonly Material[], situation: NextSituation): NextOperation {
	const common = { key: row.to, operation: pathOf(row.to), takes: row.takes, count: materials.length };
	const refused = (refusal: NextRefusal): NextOperation => ({ ...common, fields: [], byLink: [], notes: [], refusal });
	const refusal = refusalOf(row, materials);
	if (refusal !== undefined) {
		return refused(refusal);
	}
	const ways = row.ways.map((way) => walk(way, materials, situation));
	const open = ways.find((way) => way.refusal === undefined);
	if (open === undefined) {
		// The last way is the one with the fewest conditions.
		return refused(ways.at(-1)?.refusal ?? { code: 'noId' });
	}
	const other = ways.find((way) => way !== open && way.refusal === undefined);
	return {
		...common,
		fields: open.fields,
		byLink: other?.fields ?? [],
		...omitUndefined({ until: open.until }),
		notes: [
			...notesOf(row, materials),
			...(isById(open) && materials.some(({ isOfOtherKey }) => isOfOtherKey) ? [{ code: 'otherKey' as const }] : []),
		],
	};
}

/** Why no way of a row is open, whatever the pieces are. */
function refusalOf(row: NextRow, materials: readonly Material[]): NextRefusal | undefined {
	const { retired, first, madeBy, models, seconds: ranges, count: [, most] = [1, 1] } = row;
	const model = materials.find((one) => one.model !== undefined)?.model;
	if (retired !== undefined && (retired.models === undefined || (model !== undefined && retired.models.includes(model)))) {
		return { code: 'retired', instead: retired.instead, ...(retired.models !== undefined && model !== undefined && { model }) };
	}
	if (first !== undefined) {
		return { code: 'first', first };
	}
	if (materials.length > most) {
		return { code: 'tooMany', count: materials.length, most };
	}
	const makers = materials.flatMap((one) => (one.madeBy === undefined ? [] : operationKey(one.madeBy)));
	if (madeBy !== undefined && makers.some((maker) => !madeBy.some((key) => key === maker))) {
		return { code: 'madeBy', operations: madeBy };
	}
	if (models !== undefined && model !== undefined && !models.includes(model)) {
		return { code: 'model', model, models };
	}
	const wrong = materials.find(({ seconds }) => seconds !== undefined && ranges !== undefined && !isWithin(seconds, ranges));
	return wrong?.seconds === undefined || ranges === undefined ? undefined : { code: 'seconds', seconds: wrong.seconds, ranges };
}

function isWithin(seconds: number, ranges: readonly (readonly [number, number])[]): boolean {
	return ranges.some(([least, most]) => seconds >= least - toleranceSeconds && seconds <= most + toleranceSeconds);
}

function notesOf({ seconds, models, isRetiring }: NextRow, materials: readonly Material[]): readonly NextNote[] {
	return [
		...(seconds !== undefined && materials.some((one) => one.seconds === undefined)
			? [{ code: 'secondsUnknown' as const, ranges: seconds }]
			: []),
		...(models !== undefined && materials.some(({ model }) => model === undefined) ? [{ code: 'modelUnknown' as const, models }] : []),
		...(isRetiring === true ? [{ code: 'retiring' as const }] : []),
	];
}

/** A way with its fields filled, or why it is closed. */
interface Walk {
	readonly fields: readonly NextField[];
	readonly until?: number;
	readonly refusal?: NextRefusal;
}

function walk(way: WayRow, materials: readonly Material[], situation: NextSituation): Walk {
	const fields: NextField[] = [];
	let until = Infinity;
	for (const field of way.fields) {
		const from = field.of === '*' ? [...materials.keys()] : [field.of ?? 0];
		for (const index of from) {
			const material = materials[index];
			const read = material === undefined ? { refusal: { code: 'noId' } as const } : readPiece(material, field.piece, way, situation);
			if (read.refusal !== undefined) {
				return { fields: [], refusal: read.refusal };
			}
			until = Math.min(until, read.until ?? Infinity);
			fields.push({ path: pathAt(field, index), piece: field.piece, value: read.value });
		}
	}
	return { fields, ...(until === Infinity ? {} : { until }) };
}

function isById({ fields }: Walk): boolean {
	return fields.some(({ piece }) => piece !== 'link');
}

function pathAt({ path }: FieldRow, index: number): readonly (string | number)[] {
	return path.map((step) => (step === '*' ? index : step));
}

type Reading =
	{ readonly value: string | undefined; readonly until?: number; readonly refusal?: undefined } | { readonly refusal: NextRefusal };

function readPiece(material: Material, piece: Piece, { madeBy }: WayRow, { now, origin }: NextSituation): Reading {
	if (piece === 'link') {
		return readLink(material, now);
	}
	if (origin !== undefined && material.origin !== origin) {
		return { refusal: { code: 'otherApi', origin: material.origin } };
	}
	const isSession = piece === 'session' || piece === 'face';
	const until = material.finishedAt === undefined ? undefined : material.finishedAt + (isSession ? sessionMs : retentionMs);
	if (until !== undefined && until <= now) {
		return { refusal: { code: 'tooOld', what: isSession ? 'session' : 'result', at: until } };
	}
	const times = omitUndefined({ until });
	if (isSession) {
		return { value: material[piece], ...times };
	}
	const maker = material.madeBy === undefined ? undefined : operationKey(material.madeBy);
	const value = piece === 'taskId' ? material.taskId : material.id;
	const isOfOthers = madeBy !== undefined && !madeBy.some((key) => key === maker);
	return value === undefined || !isTaskId(value) || isOfOthers ? { refusal: { code: 'noId' } } : { value, ...times };
}

/** Only a link that Kling can open: an address of this machine or of a private network is none. */
function readLink({ url, origin, finishedAt }: Material, now: number): Reading {
	if (url === undefined) {
		return { refusal: { code: 'noLink' } };
	}
	const parsed = URL.parse(url);
	if (parsed === null || !isAllowedLink(url, origin) || isPrivateHost(parsed.hostname)) {
		return { refusal: { code: 'linkPrivate' } };
	}
	const expiry = linkExpiry(url, finishedAt);
	if (expiry === undefined || expiry.at > now) {
		// As it was sent: a signature may be of its very spelling.
		return { value: /^[\x21-\x7e]+$/.test(url) ? url : parsed.href, ...omitUndefined({ until: expiry?.at }) };
	}
	const deletedAt = finishedAt === undefined ? undefined : finishedAt + retentionMs;
	return {
		refusal:
			deletedAt !== undefined && deletedAt <= now
				? { code: 'tooOld', what: 'result', at: deletedAt }
				: { code: 'linkExpired', at: expiry.at },
	};
}

function pathOf(key: NextKey): OperationPath {
	const path = parseOperationPath(key);
	if (path === undefined) {
		throw new Error(`${key} is not an operation`);
	}
	return path;
}
