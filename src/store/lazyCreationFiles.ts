import type { Installation } from '../creation/ports/identity';
import type { MediaCopies } from '../creation/ports/mediaCopies';
import type { CreationFiles } from './creationFiles';

/**
 * What creates keep beside the database: copies of files, and the ID of this installation. The code is a bundle of its own, loaded on use.
 * @param directory the folder of the database, absolute
 */
export function creationFiles(directory: string): { readonly media: MediaCopies; readonly installation: Installation } {
	let loaded: Promise<CreationFiles> | undefined;
	const files = (): Promise<CreationFiles> => (loaded ??= import('./creationFiles').then((bundle) => new bundle.CreationFiles(directory)));
	return {
		media: {
			put: async (bytes, sha256) => (await files()).media.put(bytes, sha256),
			base64: async function* (part) {
				yield* (await files()).media.base64(part);
			},
			sweep: async (needed, olderThan) => (await files()).media.sweep(needed, olderThan),
			deleteEverything: async () => (await files()).media.deleteEverything(),
		},
		installation: {
			id: async () => (await files()).installation.id(),
			delete: async () => (await files()).installation.delete(),
		},
	};
}
