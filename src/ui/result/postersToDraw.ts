import { keptFileOf, type Download } from '../../core/download';
import { mediaFormats } from '../../core/mediaFormat';
import type { PagePoster } from '../../shared/resultProtocol';

/** A larger file (bytes) has no poster: a page would have to read it. */
const mostBytes = 256 * 1024 * 1024;

/**
 * The kept files that a page is to draw, each once: those that have no poster, are there, and have a picture.
 * @param own of the page's task, which come first
 * @param urlOf the address of a file for the page; undefined if the page may not load it
 */
export function postersToDraw(
	own: readonly Download[],
	newest: readonly Download[],
	urlOf: (path: string) => string | undefined,
): readonly PagePoster[] {
	const posters = new Map<string, PagePoster>();
	for (const download of [...own, ...newest]) {
		const file = keptFileOf(download);
		if (file === undefined || file.hasPoster === true || file.size > mostBytes) {
			continue;
		}
		const { kind } = mediaFormats[file.format];
		const url = kind === 'audio' || posters.has(file.sha256) ? undefined : urlOf(file.path);
		if (kind !== 'audio' && url !== undefined) {
			posters.set(file.sha256, { sha256: file.sha256, url, kind });
		}
	}
	return [...posters.values()];
}
