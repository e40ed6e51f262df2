import type { MediaPart } from '../creation';

/** Why a copy could not be made: all copies together would exceed the limit, or the disk refused (the system's words). */
export type CopyProblem = { readonly kind: 'full'; readonly most: number } | { readonly kind: 'disk'; readonly message: string };

/** Copies of the files that creates send, by digest, in a folder of this extension. */
export interface MediaCopies {
	/** Keeps a copy; known ones are not written again. A file is complete under its name or not there. */
	put(bytes: Uint8Array, sha256: string): Promise<CopyProblem | undefined>;
	/** The Base64 of a copy as ASCII, in pieces. @throws if the copy is missing or is not what its digest says */
	base64(part: MediaPart): AsyncIterable<Uint8Array>;
	/** Removes every copy that is not needed. @param needed digests @param olderThan ms since 1970: younger ones may be about to be needed */
	sweep(needed: ReadonlySet<string>, olderThan: number): Promise<void>;
	/** Removes all. */
	deleteEverything(): Promise<void>;
}
