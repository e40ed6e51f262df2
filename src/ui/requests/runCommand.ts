import type { Clock } from '../../tracking/ports/host';
import type { RunPermissions } from '../creation/runPermissions';
import type { CheckedRequest, RequestDocuments } from './requestDocuments';
import type { RequestCreations } from './requestCreations';
import type { RequestSession } from './requestSession';
import { checkedForRun, requestsOf, requireTrust } from './requestTargets';

export interface RunCommandParts {
	readonly documents: RequestDocuments;
	readonly permissions: RunPermissions;
	readonly creations: RequestCreations;
	readonly clock: Clock;
	readonly now: () => number;
	/** Aborted when the support for request files ends. */
	readonly signal: AbortSignal;
}

/**
 * **Kling: Run Request**: creates the tasks of request files at the API, for money, once the person has confirmed it.
 * @param args as the editor or a lens passes them
 * @throws UserError with the first reason why something was not run; CancellationError
 */
export async function runRequestFiles(parts: RunCommandParts, session: RequestSession, args: readonly unknown[]): Promise<void> {
	requireTrust();
	const press = parts.permissions.pressOf(args);
	const { documents, creations, clock, now, signal } = parts;
	// A second press is the same one.
	const chosen = (await requestsOf(args)).filter(({ uri }) => creations.begin(uri));
	try {
		const requests: CheckedRequest[] = [];
		const failures: unknown[] = [];
		for (const document of chosen) {
			try {
				requests.push(await checkedForRun(documents, document, signal));
			} catch (error) {
				failures.push(error);
			}
		}
		if (requests.length + failures.length > 0) {
			const { runRequests } = await import('../creation/runRequest');
			const { run: host, learnedUnits } = session;
			const noteUnsaved = creations.noteUnsaved.bind(creations);
			await runRequests({ requests, failures, press }, { host, learnedUnits, clock, now, signal, noteUnsaved });
		}
	} finally {
		chosen.forEach(({ uri }) => creations.finish(uri));
	}
}
