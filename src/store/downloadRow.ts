import type { Download, DownloadReason, FileContent, FileFacts, KeepPlan, KeptFile, PartialFile } from '../core/download';
import { downloadStates } from '../core/download';
import type { MediaKind } from '../core/media';
import type { MediaFormat } from '../core/mediaFormat';
import { mediaFormats } from '../core/mediaFormat';
import { omitUndefined } from '../core/omitUndefined';
import { parseTaskKey } from '../core/task';
import type { Params, Row } from './connection';
import { numberOf, requiredNumber, requiredText, textOf } from './connection';
import { integer, optional } from './sqlValues';
import { field, numberField, parseJson, stringField } from './taskRow';

/**
 * Reads a download from its row. JSON that we did not write counts as missing; without a plan there is no download.
 * @throws DamageError if a column holds another type
 */
export function readDownload(row: Row): Download | undefined {
	const task = parseTaskKey(requiredText(row, 'task_key'));
	const plan = readPlan(textOf(row, 'keep'));
	if (task === undefined || plan === undefined) {
		return undefined;
	}
	const file = readFile(row);
	const state = downloadStates.find((candidate) => candidate === row['state']) ?? 'failed';
	return {
		task,
		media: requiredNumber(row, 'media'),
		// A format that a newer version writes is not known here.
		state: state === 'kept' && file === undefined ? 'failed' : state,
		plan,
		attempts: requiredNumber(row, 'attempts'),
		...omitUndefined({
			nextAt: numberOf(row, 'next_at'),
			reason: readReason(parseJson(textOf(row, 'reason'))),
			isRefreshed: numberOf(row, 'is_refreshed') === 1 ? (true as const) : undefined,
			part: readPart(parseJson(textOf(row, 'part'))),
			received: numberOf(row, 'received'),
			file,
		}),
	};
}

/** @param json of a column `keep` */
export function readPlan(json: string | undefined): KeepPlan | undefined {
	const value = parseJson(json);
	const [folder, fileName] = [stringField(value, 'folder'), stringField(value, 'fileName')];
	return folder === undefined || fileName === undefined
		? undefined
		: {
				folder,
				fileName,
				...omitUndefined({
					values: readValues(field(value, 'values')),
					requestFile: stringField(value, 'requestFile'),
				} satisfies Readonly<Record<Exclude<keyof KeepPlan, 'folder' | 'fileName'>, unknown>>),
			};
}

/** The columns of a file; of none, if there is no file. */
export function fileColumns(file: KeptFile | undefined): Params {
	return {
		path: file?.path ?? null,
		size: file?.size ?? null,
		sha256: file?.sha256 ?? null,
		format: file?.format ?? null,
		kept_at: optional(file?.keptAt),
		facts: jsonOf(file?.facts),
		has_poster: file?.hasPoster === true ? 1 : 0,
		missing_since: optional(file?.missingSince),
	};
}

/** The columns that a step replaces, besides those of the file. */
export function stepColumns(
	change: Pick<Download, 'state' | 'attempts' | 'nextAt' | 'reason' | 'isRefreshed' | 'part' | 'received'>,
): Params {
	return {
		state: change.state,
		attempts: integer(change.attempts),
		next_at: optional(change.nextAt),
		reason: jsonOf(change.reason),
		is_refreshed: change.isRefreshed === true ? 1 : 0,
		part: jsonOf(change.part),
		received: optional(change.received),
	};
}

export function jsonOf(value: object | undefined): string | null {
	return value === undefined ? null : JSON.stringify(value);
}

function readFile(row: Row): KeptFile | undefined {
	const [path, keptAt] = [textOf(row, 'path'), numberOf(row, 'kept_at')];
	const content = readContent(numberOf(row, 'size'), textOf(row, 'sha256'), textOf(row, 'format'));
	return path === undefined || keptAt === undefined || content === undefined
		? undefined
		: {
				path,
				keptAt,
				...content,
				...omitUndefined({
					facts: readFileFacts(parseJson(textOf(row, 'facts'))),
					hasPoster: numberOf(row, 'has_poster') === 1 ? (true as const) : undefined,
					missingSince: numberOf(row, 'missing_since'),
				}),
			};
}

function readContent(size: number | undefined, sha256: string | undefined, format: string | undefined): FileContent | undefined {
	return size === undefined || sha256 === undefined || !isFormat(format) ? undefined : { size, sha256, format };
}

function isFormat(text: string | undefined): text is MediaFormat {
	return text !== undefined && Object.hasOwn(mediaFormats, text);
}

function readFileFacts(value: unknown): FileFacts | undefined {
	return value === undefined
		? undefined
		: omitUndefined({
				width: numberField(value, 'width'),
				height: numberField(value, 'height'),
				framesPerSecond: numberField(value, 'framesPerSecond'),
				seconds: numberField(value, 'seconds'),
				videoCodec: stringField(value, 'videoCodec'),
				audioCodec: stringField(value, 'audioCodec'),
			} satisfies Readonly<Record<keyof FileFacts, unknown>>);
}

function readPart(value: unknown): PartialFile | undefined {
	const path = stringField(value, 'path');
	const verified = field(value, 'verified');
	return path === undefined
		? undefined
		: {
				path,
				...omitUndefined({
					validator: stringField(value, 'validator'),
					total: numberField(value, 'total'),
					verified: readContent(numberField(verified, 'size'), stringField(verified, 'sha256'), stringField(verified, 'format')),
				} satisfies Readonly<Record<Exclude<keyof PartialFile, 'path'>, unknown>>),
			};
}

function readValues(value: unknown): Readonly<Record<string, string>> | undefined {
	return typeof value === 'object' && value !== null
		? Object.fromEntries(Object.entries(value).filter((entry): entry is [string, string] => typeof entry[1] === 'string'))
		: undefined;
}

const text = (value: unknown, name: string): string => stringField(value, name) ?? '';
const message = (value: unknown): { readonly message?: string } => omitUndefined({ message: stringField(value, 'message') });
const httpStatus = (value: unknown): { readonly httpStatus: number; readonly message?: string } => ({
	httpStatus: numberField(value, 'httpStatus') ?? 0,
	...message(value),
});
const code = (value: unknown): { readonly code: string } => ({ code: text(value, 'code') });

/** How each kind is read. A kind that is missing here does not compile. */
const reasons: { readonly [K in DownloadReason['kind']]: (value: unknown) => Extract<DownloadReason, { readonly kind: K }> | undefined } = {
	linkRefused: () => ({ kind: 'linkRefused' }),
	tooManyRedirects: () => ({ kind: 'tooManyRedirects' }),
	unreachable: (value) => ({ kind: 'unreachable', ...code(value), message: text(value, 'message') }),
	expired: (value) => ({ kind: 'expired', ...httpStatus(value) }),
	wantsKey: (value) => {
		const why = (['elsewhere', 'noKey', 'refused'] as const).find((candidate) => candidate === field(value, 'why'));
		return why && { kind: 'wantsKey', why, ...httpStatus(value) };
	},
	server: (value) => ({ kind: 'server', ...httpStatus(value), ...omitUndefined({ retryAfterMs: numberField(value, 'retryAfterMs') }) }),
	webPage: (value) => ({ kind: 'webPage', ...message(value) }),
	document: (value) => ({ kind: 'document', ...message(value) }),
	playlist: () => ({ kind: 'playlist' }),
	compressed: () => ({ kind: 'compressed' }),
	empty: () => ({ kind: 'empty' }),
	unknownFormat: () => ({ kind: 'unknownFormat' }),
	wrongKind: (value) => {
		const [expected, found] = [mediaKind(field(value, 'expected')), mediaKind(field(value, 'found'))];
		return expected && found && { kind: 'wrongKind', expected, found };
	},
	truncated: (value) => ({
		kind: 'truncated',
		received: numberField(value, 'received') ?? 0,
		...omitUndefined({ total: numberField(value, 'total') }),
	}),
	overlong: () => ({ kind: 'overlong' }),
	tooLarge: (value) => ({ kind: 'tooLarge', most: numberField(value, 'most') ?? 0 }),
	digest: () => ({ kind: 'digest' }),
	diskFull: (value) => ({ kind: 'diskFull', ...code(value) }),
	notWritable: (value) => ({ kind: 'notWritable', ...code(value) }),
	folderMissing: (value) => ({ kind: 'folderMissing', ...code(value) }),
	linkGone: (value) => ({ kind: 'linkGone', ...message(value) }),
	cancelled: () => ({ kind: 'cancelled' }),
};

function mediaKind(value: unknown): MediaKind | undefined {
	return (['video', 'image', 'audio'] as const).find((kind) => kind === value);
}

function readReason(value: unknown): DownloadReason | undefined {
	const kind = stringField(value, 'kind');
	return kind !== undefined && isReason(kind) ? reasons[kind](value) : undefined;
}

function isReason(kind: string): kind is DownloadReason['kind'] {
	return Object.hasOwn(reasons, kind);
}
