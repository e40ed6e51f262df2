// Opens a folder that it cannot write to, and reports what it reads: readOnly <directory>.
import { TaskStore } from '../../../src/store/taskStore';
import { key } from '../../support/makers';
import { MemoryLog } from '../../support/log';
import { realClock } from '../../support/clock';
import { storeWorkerFile as workerFile } from '../../support/paths';

async function main(directory: string): Promise<void> {
	const store = await TaskStore.open({ directory, clock: realClock(), log: new MemoryLog(), workerFile });
	const refusal = await store.tasks.rename(key('one'), 'x').catch((error: unknown) => String(error));
	process.send?.({
		condition: store.health.condition,
		readOnly: store.health.readOnly,
		counts: store.tasks.counts(),
		status: store.tasks.get(key('one'))?.status,
		kept: store.downloads.of(key('one')).map(({ file }) => file?.path),
		refusal,
	});
	store.changes.checkForOthers();
	store.dispose();
	process.disconnect();
}

void main(process.argv[2] ?? '');
