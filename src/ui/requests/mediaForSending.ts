import type { ResolvedMedia, ResolvedObject, ResolvedValue } from '../../requests/resolvedValue';
import type { FileRefusal, WorkspaceFiles } from '../../requests/ports/workspaceFiles';
import { sha256Of } from './fileInspector';

/** The Base64 of all files of a request has at most this many characters. */
const mostBase64 = 40_000_000;

/** The files of a body in Base64, by their paths as written, or why it cannot be sent. */
export type MediaForSending =
	| { readonly base64: ReadonlyMap<string, string> }
	| { readonly problem: 'refused'; readonly path: string; readonly reason: FileRefusal }
	/** It is not the file that was checked. */
	| { readonly problem: 'changed'; readonly path: string }
	/** All together are above `mostBase64`. */
	| { readonly problem: 'tooLarge' };

/**
 * Reads the files of a body for sending. What was checked and shown is what is sent: a file that changed since is a problem.
 * @throws the signal's reason when it is aborted
 */
export async function mediaForSending(body: ResolvedObject, files: WorkspaceFiles, signal: AbortSignal): Promise<MediaForSending> {
	const media = mediaIn(body);
	if (media.reduce((sum, { facts }) => sum + 4 * Math.ceil((facts?.size ?? 0) / 3), 0) > mostBase64) {
		return { problem: 'tooLarge' };
	}
	const base64 = new Map<string, string>();
	for (const { path, facts } of media) {
		if (base64.has(path)) {
			continue;
		}
		const content = await files.read(path, signal);
		if ('refused' in content) {
			return { problem: 'refused', path, reason: content.refused };
		}
		if ((await sha256Of(content.bytes)) !== facts?.sha256) {
			return { problem: 'changed', path };
		}
		base64.set(path, Buffer.from(content.bytes).toString('base64'));
	}
	return { base64 };
}

/** Each occurrence: a file that stands twice is sent twice. */
function mediaIn(value: ResolvedValue): readonly ResolvedMedia[] {
	switch (value.kind) {
		case 'media':
			return [value];
		case 'object':
			return value.entries.flatMap(([, entry]) => mediaIn(entry));
		case 'array':
			return value.items.flatMap(mediaIn);
		default:
			return [];
	}
}
