// Another window: window <directory>. Reports its counts after each message:
// 'check' checks for changes of other windows; 'add <id>' and 'rename <id> <name>' write; 'tell' claims the pending announcements;
// 'recovery' claims the notice of a recovery; 'close' closes the window.
import { TaskStore } from '../../../src/store/taskStore';
import { key, newTasks } from '../../support/makers';
import { MemoryLog } from '../../support/log';
import { realClock } from '../../support/clock';
import { storeWorkerFile as workerFile } from '../../support/paths';

async function main(directory: string): Promise<void> {
	const log = new MemoryLog();
	const store = await TaskStore.open({ directory, clock: realClock(), log, workerFile });
	const report = (more: object): void =>
		void process.send?.({
			counts: store.tasks.counts(),
			condition: store.health.condition,
			ids: [...store.tasks.active(), ...store.tasks.finished(1_000)].map(({ ref }) => ref.id).sort(),
			log: log.lines,
			...more,
		});
	const handle = async (message: string): Promise<void> => {
		const [command, id = '', name = ''] = message.split(' ');
		switch (command) {
			case 'check':
				store.changes.checkForOthers();
				report({});
				break;
			case 'add':
				await store.tasks.add(newTasks([id]), Date.now());
				report({});
				break;
			case 'tell': {
				const announced: string[] = [];
				for (const pending of store.announcements.pending(Date.now())) {
					if (await store.announcements.claim(pending, Date.now())) {
						announced.push(pending);
					}
				}
				report({ announced });
				break;
			}
			case 'close':
				await store.close();
				process.send?.({});
				process.disconnect();
				break;
			case 'rename':
				await store.tasks.rename(key(id), name);
				report({ name: store.tasks.get(key(id))?.name });
				break;
			case 'recovery':
				report({ recovery: await store.health.claimRecoveryNotice() });
				break;
			default:
				throw new Error(`unknown message: ${message}`);
		}
	};
	process.on('message', (message) => void handle(String(message)));
	report({});
}

void main(process.argv[2] ?? '');
