// Entry point of dist/requests.js, loaded when the first request file is seen or with the first command on one.
import type { Disposable } from '../../core/emitter';
import type { Log } from '../../tracking/ports/host';
import { UserError } from '../userError';
import type { RequestSession } from './requestSession';

/** Everything that request files get in the editor. */
export interface RequestSupport extends Disposable {
	/** See `LazyRequestSupport.connect`. */
	connect(session: RequestSession): void;
	/** **Kling: New Request…** */
	newRequest(args: readonly unknown[]): Promise<void>;
	/** **Kling: Preview Request**; `args` as the editor passes them. */
	preview(args: readonly unknown[]): Promise<void>;
	/** **Kling: Dry Run Request**; `args` as the editor passes them. */
	dryRun(args: readonly unknown[]): Promise<void>;
}

/** Registers all that works on request files; disposing ends it. */
export function startRequestSupport(log: Log): RequestSupport {
	const notYet = (): Promise<void> => Promise.reject(new UserError('Not implemented.'));
	log.debug('The support for request files was loaded');
	return {
		connect: () => undefined,
		newRequest: notYet,
		preview: notYet,
		dryRun: notYet,
		dispose: () => undefined,
	};
}
