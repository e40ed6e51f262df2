// Writes until it is killed: writer <directory> <prefix>. Sends the ID of each task when the store has confirmed its write.
import { TaskStore } from '../../../src/store/taskStore';
import { key, newTasks, snapshot } from '../../support/makers';
import { recordCheck } from '../../support/store';
import { MemoryLog } from '../../support/log';
import { realClock } from '../../support/clock';
import { storeWorkerFile as workerFile } from '../../support/paths';

async function main(directory: string, prefix: string): Promise<void> {
	const store = await TaskStore.open({ directory, clock: realClock(), log: new MemoryLog(), workerFile });
	for (let count = 0; ; count++) {
		const id = `${prefix}${count}`;
		await store.tasks.add(newTasks([id]), Date.now());
		await recordCheck(store, key(id), Date.now(), { snapshot: snapshot('succeeded'), body: 'x'.repeat(3_000) });
		await new Promise((resolve) => process.send?.(id, resolve));
	}
}

const [directory = '', prefix = ''] = process.argv.slice(2);
void main(directory, prefix);
