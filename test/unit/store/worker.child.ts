// One of several windows: worker <directory>. Checks all due tasks and claims all announcements, then sends one message:
// { checks: [task ID, ...], announced: [key, ...] }.
import { TaskStore } from '../../../src/store/taskStore';
import { MemoryLog } from '../../support/log';
import { realClock } from '../../support/clock';
import { snapshot, terms } from '../../support/makers';
import { sleep } from '../../support/retry';
import { storeWorkerFile as workerFile } from '../../support/paths';

async function main(directory: string): Promise<void> {
	const store = await TaskStore.open({ directory, clock: realClock(), log: new MemoryLog(), workerFile });
	const checks: string[] = [];
	const announced: string[] = [];
	process.send?.('open');
	await new Promise((resolve) => process.once('message', resolve));
	for (;;) {
		const now = Date.now();
		const claims = await store.pollQueue.claimDue({ now, until: now + 8_000, ...terms(undefined, 4) });
		for (const claim of claims) {
			checks.push(claim.task.ref.id);
			await store.pollQueue.record({
				key: claim.task.key,
				claimId: claim.claimId,
				at: now,
				announce: true,
				snapshot: snapshot('succeeded'),
				body: 'x'.repeat(500),
			});
		}
		// Windows compete for each announcement.
		for (const key of store.announcements.pending(Date.now()).slice(0, 20)) {
			if (await store.announcements.claim(key, now)) {
				announced.push(key);
			}
		}
		if (
			claims.length === 0 &&
			store.pollQueue.nextDueAt(now, terms()) === undefined &&
			store.announcements.pending(Date.now()).length === 0
		) {
			break;
		}
		await sleep(0);
	}
	store.dispose();
	process.send?.({ checks, announced });
	process.disconnect();
}

void main(process.argv[2] ?? '');
