import { keptFileOf, type DownloadId, type FileContent } from '../../core/download';
import type { Task } from '../../core/task';
import type { KeepingParts } from './keepingParts';

/**
 * A result that is not kept, and is not about to be, counts as kept in the file that a person has saved it to.
 * @param path absolute @param content missing: it is read from the file
 */
export async function recordSaved(
	{ task, media, of }: DownloadId & { readonly of: Task },
	path: string,
	{ store, clock }: Pick<KeepingParts, 'store' | 'clock'>,
	content?: FileContent,
): Promise<void> {
	const known = store.downloads.get({ task, media });
	const isOpen = known === undefined || known.state === 'failed' || (known.state === 'kept' && keptFileOf(known) === undefined);
	const expected = of.results[media]?.kind;
	if (of.owner !== undefined || !isOpen || expected === undefined) {
		return;
	}
	const { describeFile } = await import('../../results/results');
	const file = content ?? (await describeFile(path, { signal: new AbortController().signal, expected }));
	if (file !== undefined) {
		const { size, sha256, format } = file;
		await store.downloads.recordFile({ task, media }, { path, size, sha256, format, keptAt: clock.now() }, clock.now());
	}
}
