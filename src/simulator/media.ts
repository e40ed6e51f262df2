import { createHash } from 'node:crypto';
import { readFile, stat } from 'node:fs/promises';
import type { IncomingMessage } from 'node:http';
import path from 'node:path';
import { omitUndefined } from '../core/omitUndefined';
import type { ResponseSpec } from './transmit';

/** The files of the media folder with their durations. They were made by `media/demo/make.mjs`. */
export const demoMedia = {
	'dawn.mp4': { type: 'video/mp4', seconds: 5.1 },
	'tide.mp4': { type: 'video/mp4', seconds: 5.1 },
	'voice.mp4': { type: 'video/mp4', seconds: 5.1 },
	'valley.png': { type: 'image/png', seconds: 0 },
	'bloom.png': { type: 'image/png', seconds: 0 },
	'chord.mp3': { type: 'audio/mpeg', seconds: 4 },
	'chord.wav': { type: 'audio/wav', seconds: 4 },
} as const satisfies Record<string, { type: string; seconds: number }>;

export type MediaName = keyof typeof demoMedia;

export function isMediaName(name: string): name is MediaName {
	return Object.hasOwn(demoMedia, name);
}

/** One file, entirely in memory: all are small. */
export interface MediaFile {
	readonly type: string;
	readonly content: Buffer;
	readonly etag: string;
	readonly lastModified: string;
	/** Of the content, in Base64. */
	readonly md5: string;
	readonly sha256: string;
}

export type MediaLibrary = ReadonlyMap<MediaName, MediaFile>;

/**
 * Reads all files of the media folder.
 * @throws the file system's error if one is missing
 */
export async function loadMedia(folder: string): Promise<MediaLibrary> {
	const names = Object.keys(demoMedia).filter(isMediaName);
	const files = await Promise.all(
		names.map(async (name) => {
			const file = path.join(folder, name);
			const [content, { mtime }] = await Promise.all([readFile(file), stat(file)]);
			return [name, mediaFile(demoMedia[name].type, content, mtime)] as const;
		}),
	);
	return new Map(files);
}

/** A file with what identifies it. Its ETag looks like an MD5 and is none, like those of object stores for files that were uploaded in parts. */
export function mediaFile(type: string, content: Buffer, modified: Date): MediaFile {
	const sha256 = createHash('sha256').update(content).digest();
	return {
		type,
		content,
		etag: `"${sha256.toString('hex').slice(0, 32)}"`,
		lastModified: modified.toUTCString(),
		md5: createHash('md5').update(content).digest('base64'),
		sha256: sha256.toString('base64'),
	};
}

const nothing = Buffer.alloc(0);

/** Responds to a GET or HEAD for a file like a static file server (RFC 9110: one range, conditions by ETag or time). */
export function respondWithMedia(file: MediaFile, request: Pick<IncomingMessage, 'method' | 'headers'>): ResponseSpec {
	const { content, etag, lastModified, type } = file;
	const size = content.length;
	const headers = {
		'Accept-Ranges': 'bytes',
		'Cache-Control': 'private, max-age=60',
		ETag: etag,
		'Last-Modified': lastModified,
		'Repr-Digest': `sha-256=:${file.sha256}:`,
	};
	if (isUnchanged(file, request)) {
		return { status: 304, headers, body: nothing };
	}

	const range = readRange(file, request);
	if (range === 'unsatisfiable') {
		return { status: 416, headers: { ...headers, 'Content-Range': `bytes */${size}` }, body: nothing };
	}

	const bytes = range === undefined ? content : content.subarray(range.first, range.last + 1);
	return {
		status: range === undefined ? 200 : 206,
		headers: omitUndefined({
			...headers,
			'Content-Type': type,
			'Content-Length': bytes.length,
			// Of what is sent (RFC 2616, 14.15).
			'Content-MD5': range === undefined ? file.md5 : undefined,
			'Content-Range': range === undefined ? undefined : `bytes ${range.first}-${range.last}/${size}`,
		}),
		body: request.method === 'HEAD' ? nothing : bytes,
	};
}

function isUnchanged({ etag, lastModified }: MediaFile, { headers }: Pick<IncomingMessage, 'headers'>): boolean {
	const noneMatch = headers['if-none-match'];
	if (noneMatch !== undefined) {
		return noneMatch === '*' || noneMatch.split(/\s*,\s*/).some((tag) => tag.replace(/^W\//, '') === etag);
	}
	const since = headers['if-modified-since'];
	return since !== undefined && Date.parse(since) >= Date.parse(lastModified);
}

/** The requested range; undefined: the whole file (no range, several, or one that is not understood: a server may ignore these). */
function readRange(
	file: MediaFile,
	{ headers }: Pick<IncomingMessage, 'headers'>,
): { first: number; last: number } | 'unsatisfiable' | undefined {
	const condition = headers['if-range'];
	if (condition !== undefined && condition !== file.etag && condition !== file.lastModified) {
		return undefined;
	}
	const match = /^bytes=(\d*)-(\d*)$/.exec(headers.range ?? '');
	const [, from = '', to = ''] = match ?? [];
	if (from === '' && to === '') {
		return undefined;
	}

	const size = file.content.length;
	if (from === '') {
		return Number(to) === 0 ? 'unsatisfiable' : { first: Math.max(0, size - Number(to)), last: size - 1 };
	}
	const first = Number(from);
	const last = to === '' ? size - 1 : Math.min(Number(to), size - 1);
	if (to !== '' && Number(to) < first) {
		return undefined;
	}
	return first >= size ? 'unsatisfiable' : { first, last };
}
