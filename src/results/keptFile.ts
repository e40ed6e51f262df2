import { basename } from 'node:path';
import type { KeptFile } from '../core/download';
import { withoutExtension } from '../core/fileName';
import { identifyFileOfSize } from './fileIdentity';

/**
 * Whether a regular file of this content is at a path: its size and digest are right, its bytes are of the format, and its name ends as that of
 * a media file, because other programs open it by that. A link is not followed, a file of another size not read.
 * @param path absolute
 * @throws the signal's reason when it is aborted; nothing else: a file that cannot be read is not there
 */
export async function hasKeptFile(
	path: string,
	{ size, sha256, format }: Pick<KeptFile, 'size' | 'sha256' | 'format'>,
	signal: AbortSignal,
): Promise<boolean> {
	const name = basename(path);
	if (withoutExtension(name) === name) {
		return false;
	}
	const found = await identifyFileOfSize(path, size, signal);
	// Whether an MP4 file has a picture does not show in its first bytes.
	return found?.sha256 === sha256 && (found.format === format || (found.format === 'mp4' && format === 'm4a'));
}
