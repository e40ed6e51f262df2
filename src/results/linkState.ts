import type { LinkProblem } from './reading';
import { readLink } from './reading';

/**
 * What a result link leads to at the moment.
 * - `file`: a result
 * - `expired`: nothing any more
 * - `wantsKey`: what is given out to a key alone
 * - `notResult`: something else than a result
 * - `notReached`: what may pass (no network, a sign-in page of it, 5xx)
 */
export type LinkState = 'file' | 'expired' | 'wantsKey' | 'notResult' | 'notReached';

const states = {
	expired: 'expired',
	wantsKey: 'wantsKey',
	document: 'notResult',
	playlist: 'notResult',
	compressed: 'notResult',
	empty: 'notResult',
	unknownFormat: 'notResult',
	overlong: 'notResult',
	webPage: 'notReached',
	server: 'notReached',
	truncated: 'notReached',
	linkRefused: 'notReached',
	tooManyRedirects: 'notReached',
	unreachable: 'notReached',
} as const satisfies Record<LinkProblem['kind'], LinkState>;

/**
 * Asks a result's host for a link, without the key and without reading more than the beginning of the file.
 * @param taskOrigin the API origin of the task that the result belongs to
 * @throws the signal's reason when aborted
 */
export async function linkState(url: string, taskOrigin: string, signal: AbortSignal): Promise<LinkState> {
	const reading = await readLink({ url, taskOrigin, signal });
	if (!reading.ok) {
		return states[reading.problem.kind];
	}
	reading.result.close();
	return 'file';
}
