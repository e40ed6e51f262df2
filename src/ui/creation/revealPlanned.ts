import type { Disposable } from '../../core/emitter';
import type { CreationId } from '../../creation/creation';
import type { Clock } from '../../tracking/ports/host';
import type { RunHost } from './runHost';

/** A creation that has no task after this time (ms) keeps its own row. */
const longestMs = 15_000;

/** Shows the row of a creation, and that of its task as soon as it has one. Resolves when the first is shown. */
export async function revealPlanned(id: CreationId, host: RunHost, clock: Clock, signal: AbortSignal): Promise<void> {
	const { creations } = host;
	const own: Disposable[] = [];
	const stop = (): void => own.splice(0).forEach((owned) => owned.dispose());
	const followTask = (): void => {
		const key = creations.get(id)?.task;
		if (key !== undefined) {
			stop();
			void host.revealTask(key, id);
		}
	};
	own.push(creations.onDidChangeCreations(followTask), clock.after(longestMs, stop));
	signal.addEventListener('abort', stop, { once: true });
	await host.revealCreation(id);
	followTask();
}
