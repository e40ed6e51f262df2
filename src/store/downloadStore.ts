import type { DownloadStore } from '../tracking/ports/downloads';
import type { SqliteChangeFeed } from './changeFeed';
import type { DownloadQueue } from './downloadQueue';
import type { DownloadReads } from './downloadReads';
import { lazyReads, lazyWrites } from './lazyMembers';

/**
 * The downloads. Most windows have none that is due, and many people keep nothing, so the code is loaded on use, as that of the journal of
 * creates: see `creationStore`.
 */
export function downloadStore(feed: SqliteChangeFeed): DownloadStore {
	let loadedReads: DownloadReads | undefined;
	let loadedQueue: Promise<DownloadQueue> | undefined;
	let known: { readonly version: number; readonly isAny: boolean } | undefined;
	const reads = (): DownloadReads => {
		// eslint-disable-next-line @typescript-eslint/no-require-imports -- a dynamic import would make every read wait
		const bundle = () => require('./downloadReads') as { readonly DownloadReads: typeof DownloadReads };
		return (loadedReads ??= new (bundle().DownloadReads)(feed));
	};
	const read = lazyReads(reads);
	const write = lazyWrites(() => (loadedQueue ??= import('./downloadQueue').then((bundle) => new bundle.DownloadQueue(feed))));
	const exists = (condition: string): boolean =>
		feed.read((sql) => sql.first(`SELECT 1 FROM downloads WHERE ${condition} LIMIT 1`) !== undefined, false);
	/** Read once after each change of the database: every row that is drawn asks. */
	const isAny = (): boolean => {
		const { version } = feed;
		if (known?.version !== version) {
			known = { version, isAny: exists('true') };
		}
		return known.isAny;
	};
	/** Asked when a window opens, so without the bundle. */
	const isAnyPending = (): boolean => exists('due_at IS NOT NULL');
	return {
		of: (task) => (isAny() ? reads().of(task) : []),
		get: read('get'),
		pending: () => (isAnyPending() ? reads().pending() : []),
		newestKept: read('newestKept'),
		ofContent: read('ofContent'),
		keptTotals: read('keptTotals'),
		unkept: read('unkept'),
		nextDueAt: (now) => (isAnyPending() ? reads().nextDueAt(now) : undefined),
		planOf: read('planOf'),
		claimDue: write('claimDue'),
		renew: write('renew'),
		step: write('step'),
		record: write('record'),
		release: write('release'),
		queue: write('queue'),
		cancel: write('cancel'),
		recordFile: write('recordFile'),
		recordMissing: write('recordMissing'),
		forgetFiles: write('forgetFiles'),
		recordFacts: write('recordFacts'),
		recordPosters: write('recordPosters'),
		replan: write('replan'),
		claimOffer: write('claimOffer'),
		claimExpiryNotice: write('claimExpiryNotice'),
	};
}
