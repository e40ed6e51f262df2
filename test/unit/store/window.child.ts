// Another window: window <directory>. Reports its counts after each message it gets:
// 'check' looks for others; 'rename <id> <name>' writes; 'recovery' claims the message of a recovery.
import { TaskStore } from '../../../src/store/taskStore';
import { key, MemoryLog, realClock } from './support';

async function main(directory: string): Promise<void> {
	const store = await TaskStore.open({ directory, clock: realClock(), log: new MemoryLog() });
	const report = (more: object): void => void process.send?.({ counts: store.counts(), condition: store.condition, ...more });
	const handle = async (message: string): Promise<void> => {
		const [command, id = '', name = ''] = message.split(' ');
		switch (command) {
			case 'check':
				store.checkForOthers();
				report({});
				break;
			case 'rename':
				await store.rename(key(id), name);
				report({ name: store.get(key(id))?.name });
				break;
			case 'recovery':
				report({ recovery: await store.claimRecovery() });
				break;
			default:
				throw new Error(`unknown message: ${message}`);
		}
	};
	process.on('message', (message) => void handle(String(message)));
	report({});
}

void main(process.argv[2] ?? '');
