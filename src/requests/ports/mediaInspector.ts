import type { MediaFacts } from '../fileFacts';

/** What the bytes of a file say. */
export type InspectedMedia = Extract<MediaFacts, { kind: 'image' | 'audio' | 'other' }>;

/** Finds out what files are, and remembers it. */
export interface MediaInspector {
	/** What was found out about this version of a file (`FileStat.version`); undefined: nothing yet. */
	recall(version: string): InspectedMedia | undefined;
	/** Never rejects except when aborted. */
	inspect(bytes: Uint8Array, version: string, signal: AbortSignal): Promise<InspectedMedia>;
}
