// @ts-check
import process from 'node:process';
import { setTimeout as delay } from 'node:timers/promises';

/** @import { ChildProcess } from 'node:child_process' */

/** Options for `spawn` that make the child the leader of a process group, so that the whole group can be ended. */
export const ownGroup = { detached: process.platform !== 'win32' };

/**
 * Ends a child that leads a process group, and all its processes: with SIGTERM, then with SIGKILL.
 *
 * @param {ChildProcess} child
 * @param {number} [timeoutMs]
 */
export async function endGroup(child, timeoutMs = 3000) {
	const exited = hasExited(child)
		? Promise.resolve()
		: new Promise((resolve) => {
				child.once('exit', resolve);
			});
	signalGroup(child, 'SIGTERM');
	await Promise.race([exited, delay(timeoutMs, undefined, { ref: false })]);
	signalGroup(child, 'SIGKILL');
	await exited;
}

/**
 * @param {ChildProcess} child
 * @param {NodeJS.Signals} signal
 */
export function signalGroup(child, signal) {
	if (child.pid === undefined) {
		return;
	}
	try {
		process.kill(ownGroup.detached ? -child.pid : child.pid, signal);
	} catch (error) {
		if (!(error instanceof Error && 'code' in error && error.code === 'ESRCH')) {
			throw error;
		}
	}
}

/** @param {ChildProcess} child */
function hasExited(child) {
	return child.pid === undefined || child.exitCode !== null || child.signalCode !== null;
}
