import { join } from 'node:path';
import type { Posters } from '../tracking/ports/downloads';
import type { DiskPosters } from './posters';

/**
 * The posters beside the database. What writes them is loaded on use.
 * @param directory the folder of the database, absolute
 */
export function posters(directory: string): Posters {
	const folder = join(directory, 'posters');
	let loaded: Promise<DiskPosters> | undefined;
	const disk = (): Promise<DiskPosters> => (loaded ??= import('./posters').then((bundle) => new bundle.DiskPosters(folder, pathOf)));
	/** The name ends as that of an image: an editor on another machine gets its type from it. What the bytes are, browsers see for themselves. */
	const pathOf = (sha256: string): string => {
		if (!/^[0-9a-f]{64}$/.test(sha256)) {
			throw new Error('That is no digest');
		}
		return join(folder, `${sha256}.webp`);
	};
	return {
		pathOf,
		put: async (sha256, bytes) => (await disk()).put(sha256, bytes),
		use: (sha256s) =>
			void disk().then(
				(posters) => posters.use(sha256s),
				() => undefined,
			),
		deleteEverything: async () => (await disk()).deleteEverything(),
	};
}
