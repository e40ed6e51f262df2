import type { MediaFacts } from '../fileFacts';

/** What the bytes of a file say. */
export type InspectedMedia = Extract<MediaFacts, { kind: 'image' | 'audio' | 'other' }>;

/** Finds out what files are. */
export interface MediaInspector {
	/** Never rejects except when aborted. */
	inspect(bytes: Uint8Array, signal: AbortSignal): Promise<InspectedMedia>;
}
