// Opens a folder that it may not write to, and says what it sees: readOnly <directory>.
import { TaskStore } from '../../../src/store/taskStore';
import { key, MemoryLog, realClock } from './support';

async function main(directory: string): Promise<void> {
	const store = await TaskStore.open({ directory, clock: realClock(), log: new MemoryLog() });
	const refusal = await store.rename(key('one'), 'x').catch((error: unknown) => String(error));
	process.send?.({
		condition: store.condition,
		readOnly: store.readOnly,
		counts: store.counts(),
		status: store.get(key('one'))?.status,
		refusal,
	});
	store.checkForOthers();
	store.dispose();
	process.disconnect();
}

void main(process.argv[2] ?? '');
