import type { IncomingMessage } from 'node:http';
import { gzipSync } from 'node:zlib';
import { cannedResponse } from './api';
import type { Fault } from './faults';
import type { LinkTarget } from './links';
import { mediaFile, respondWithMedia, type MediaFile, type MediaLibrary } from './media';
import type { ResponseSpec } from './transmit';

type MediaRequest = Pick<IncomingMessage, 'method' | 'headers'>;

/** The response to a request for a result. Faults that are not about its file change nothing here. */
export function respondWithResult(
	target: LinkTarget | undefined,
	media: MediaLibrary,
	request: MediaRequest,
	fault: Fault | undefined,
	requestId: () => string,
): ResponseSpec {
	const file = target === undefined ? undefined : media.get(fault?.kind === 'otherMedia' ? fault.file : target.file);
	if (target === undefined || file === undefined) {
		return cannedResponse('notFoundPage', requestId());
	}
	switch (target.state) {
		case 'expired':
			return cannedResponse('linkExpired', requestId());
		case 'forged':
			return cannedResponse('linkForged', requestId());
		case 'valid':
			return respondWithFile(file, request, fault);
	}
}

function respondWithFile(file: MediaFile, request: MediaRequest, fault: Fault | undefined): ResponseSpec {
	switch (fault?.kind) {
		case 'rangeIgnored':
			return respondWithMedia(file, without(request, 'range'));
		case 'unsatisfiable':
			return request.headers.range === undefined
				? respondWithMedia(file, request)
				: { status: 416, headers: { 'Content-Range': 'bytes */0' }, body: Buffer.alloc(0) };
		case 'changedFile':
			return respondWithMedia(changed(file), fault.as === 'rest' ? without(request, 'if-range') : request);
		case 'gzipped':
			return { status: 200, headers: { 'Content-Type': file.type, ETag: file.etag }, body: gzipSync(file.content) };
		case 'damaged': {
			const response = respondWithMedia(file, request);
			return { ...response, body: withLastByteChanged(response.body) };
		}
		default:
			return respondWithMedia(file, request);
	}
}

function without(request: MediaRequest, name: 'range' | 'if-range'): MediaRequest {
	return {
		...(request.method !== undefined && { method: request.method }),
		headers: Object.fromEntries(Object.entries(request.headers).filter(([header]) => header !== name)),
	};
}

/** Another file of the same format and length, written a day later. */
function changed({ type, content, lastModified }: MediaFile): MediaFile {
	return mediaFile(type, withLastByteChanged(content), new Date(Date.parse(lastModified) + 24 * 60 * 60 * 1000));
}

function withLastByteChanged(content: Buffer): Buffer {
	const copy = Buffer.from(content);
	const last = copy.length - 1;
	if (last >= 0) {
		copy[last] = (copy[last] ?? 0) ^ 0xff;
	}
	return copy;
}
