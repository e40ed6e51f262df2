import type { CreationStore } from '../creation/ports/creationStore';
import type { SqliteChangeFeed } from './changeFeed';
import type { CreationJournal } from './creationJournal';
import type { CreationReads } from './creationReads';
import type { Database, DatabaseOptions } from './database';
import { lazyReads, lazyWrites } from './lazyMembers';

/**
 * The journal of creates. In most windows nothing of it is due, so its code is loaded on use: what reads it, without waiting, because reads
 * are synchronous, and what writes it. Each is a bundle of its own.
 */
export function creationStore(feed: SqliteChangeFeed, database: Database, options: DatabaseOptions): CreationStore {
	let loadedReads: CreationReads | undefined;
	let loadedJournal: Promise<CreationJournal> | undefined;
	const reads = (): CreationReads => {
		// eslint-disable-next-line @typescript-eslint/no-require-imports -- a dynamic import would make every read of the journal wait
		const bundle = () => require('./creationReads') as { readonly CreationReads: typeof CreationReads };
		return (loadedReads ??= new (bundle().CreationReads)(feed));
	};
	const read = lazyReads(reads);
	const write = lazyWrites(
		() => (loadedJournal ??= import('./creationJournal').then((bundle) => new bundle.CreationJournal(feed, database, options))),
	);
	/** Asked when a window opens, so without the bundle. */
	const isThereAny = (condition: string): boolean =>
		feed.read((sql) => sql.first(`SELECT 1 FROM creations WHERE ${condition} LIMIT 1`) !== undefined, false);
	return {
		get: read('get'),
		ofTask: (task) => (isThereAny('task_key IS NOT NULL') ? reads().ofTask(task) : undefined),
		listed: () => (isThereAny("state NOT IN ('accepted', 'leftOpen')") ? reads().listed() : []),
		newestOf: read('newestOf'),
		tasksOf: read('tasksOf'),
		highestTake: read('highestTake'),
		salt: read('salt'),
		spent: read('spent'),
		nextDueAt: (now) => (isThereAny('due_at IS NOT NULL') ? reads().nextDueAt(now) : undefined),
		proof: read('proof'),
		keyCounter: read('keyCounter'),
		neededMedia: read('neededMedia'),
		plan: write('plan'),
		flush: write('flush'),
		claimDue: write('claimDue'),
		claim: write('claim'),
		renew: write('renew'),
		step: write('step'),
		record: write('record'),
		release: write('release'),
		accept: write('accept'),
		remove: write('remove'),
		recordProof: write('recordProof'),
		onDidChangeCreations: feed.onDidChangeCreations,
	};
}
