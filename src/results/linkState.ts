import type { LinkProblem } from '../core/linkProblem';
import { readLink } from './reading';

/**
 * The current state of a result link.
 * - `file`: it leads to a result
 * - `expired`: it leads nowhere any more
 * - `wantsKey`: its host requires a key
 * - `notResult`: it leads to something other than a result
 * - `notReached`: a temporary problem (no network, the network's sign-in page, 5xx)
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
	wrongKind: 'notResult',
	tooLarge: 'notResult',
	digest: 'notResult',
	webPage: 'notReached',
	server: 'notReached',
	truncated: 'notReached',
	linkRefused: 'notReached',
	tooManyRedirects: 'notReached',
	unreachable: 'notReached',
} as const satisfies Record<LinkProblem['kind'], LinkState>;

/**
 * Requests a result's link, without the key, and reads only the beginning of the file.
 * @param taskOrigin the API origin of the result's task
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
