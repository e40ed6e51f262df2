import type { ResolvedMedia, ResolvedObject, ResolvedValue } from '../../requests/resolvedValue';
import type { FileRefusal, WorkspaceFiles } from '../../requests/ports/workspaceFiles';
import { sha256Of } from './fileInspector';

/** The Base64 of all files of a request has at most this many characters. */
const mostBase64 = 40_000_000;

/** Why the files of a body cannot be sent. */
export type MediaProblem =
	| { readonly problem: 'refused'; readonly path: string; readonly reason: FileRefusal }
	/** It is not the file that was checked. */
	| { readonly problem: 'changed'; readonly path: string }
	/** All together are above `mostBase64`. */
	| { readonly problem: 'tooLarge' };

/** The files of a body in Base64, by their paths as written, or why it cannot be sent. */
export type MediaForSending = { readonly base64: ReadonlyMap<string, string> } | MediaProblem;

/**
 * Reads the files of a body for sending.
 * @throws the signal's reason when it is aborted
 */
export async function mediaForSending(body: ResolvedObject, files: WorkspaceFiles, signal: AbortSignal): Promise<MediaForSending> {
	const base64 = new Map<string, string>();
	const problem = await readMedia<never>(
		body,
		files,
		(bytes, _, path) => {
			base64.set(path, Buffer.from(bytes).toString('base64'));
			return Promise.resolve(undefined);
		},
		signal,
	);
	return problem ?? { base64 };
}

/**
 * Reads the files of a body, each once. What was checked and shown is what is sent: a file that changed since is a problem.
 * @param keep gets each file with its digest and its path as written; a problem that it returns ends the reading
 * @returns undefined: all were read
 * @throws the signal's reason when it is aborted
 */
export async function readMedia<P extends object>(
	body: ResolvedObject,
	files: WorkspaceFiles,
	keep: (bytes: Uint8Array, sha256: string, path: string) => Promise<P | undefined>,
	signal: AbortSignal,
): Promise<MediaProblem | P | undefined> {
	const media = mediaIn(body);
	if (media.reduce((sum, { facts }) => sum + 4 * Math.ceil((facts?.size ?? 0) / 3), 0) > mostBase64) {
		return { problem: 'tooLarge' };
	}
	const seen = new Set<string>();
	for (const { path, facts } of media) {
		if (seen.has(path)) {
			continue;
		}
		seen.add(path);
		const content = await files.read(path, signal);
		if ('refused' in content) {
			return { problem: 'refused', path, reason: content.refused };
		}
		const sha256 = await sha256Of(content.bytes);
		if (sha256 !== facts?.sha256) {
			return { problem: 'changed', path };
		}
		const problem = await keep(content.bytes, sha256, path);
		if (problem !== undefined) {
			return problem;
		}
	}
	return undefined;
}

/** Each occurrence: a file that stands twice is sent twice. */
export function mediaIn(value: ResolvedValue): readonly ResolvedMedia[] {
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
