import { openResult } from '../api/http';
import { refusal } from './download';

/** What a result link leads to at the moment: a file, nothing any more (403, 404, 410), or something that may pass (no network, a web page, 5xx). */
export type LinkState = 'file' | 'expired' | 'notReached';

/**
 * Asks a result's host for a link, without reading the file.
 * @param taskOrigin the API origin of the task that the result belongs to
 * @throws the signal's reason when aborted
 */
export async function linkState(url: string, taskOrigin: string, signal: AbortSignal): Promise<LinkState> {
	const opened = await openResult({ url, taskOrigin, signal });
	if (!opened.ok) return 'notReached';
	const refused = refusal(opened.answer);
	opened.answer.close();
	if (refused === undefined) return 'file';
	return refused.kind === 'expired' ? 'expired' : 'notReached';
}
