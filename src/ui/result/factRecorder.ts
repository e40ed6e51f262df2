import { keptFileOf } from '../../core/download';
import type { Disposable } from '../../core/emitter';
import type { MediaKind } from '../../core/media';
import { FactReader } from '../../results/factReader';
import type { Clock } from '../../tracking/ports/host';
import type { DownloadStore } from '../../tracking/ports/downloads';
import type { TaskKey } from '../../core/task';

/** Reads what kept files say of themselves when a page shows them for the first time, and stores it. */
export class FactRecorder implements Disposable {
	readonly #downloads: Pick<DownloadStore, 'of' | 'recordFacts'>;
	readonly #reader: FactReader;
	/** The results whose file was read or is being read, with its digest. */
	readonly #known = new Set<string>();

	/** @param program absolute path of dist/facts.js */
	constructor(downloads: Pick<DownloadStore, 'of' | 'recordFacts'>, program: string, clock: Clock) {
		this.#downloads = downloads;
		this.#reader = new FactReader(program, clock);
	}

	/** @param kinds of the task's results, by index @throws if it cannot be stored */
	async read(task: TaskKey, kinds: readonly MediaKind[]): Promise<void> {
		for (const download of this.#downloads.of(task)) {
			const { media } = download;
			const [file, kind] = [keptFileOf(download), kinds[media]];
			if (file === undefined || file.facts !== undefined || kind === undefined) {
				continue;
			}
			const id = `${task} ${media} ${file.sha256}`;
			if (this.#known.has(id)) {
				continue;
			}
			this.#known.add(id);
			const facts = await this.#reader.read(file.path, kind);
			if (facts !== undefined) {
				await this.#downloads.recordFacts({ task, media }, file.sha256, facts);
			}
		}
	}

	dispose(): void {
		this.#reader.dispose();
	}
}
