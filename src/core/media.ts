export type MediaKind = 'video' | 'image' | 'audio';

/** One produced video, image or audio file. Links are http(s) URLs as the API sent them; they expire within 30 days. */
export interface Media {
	readonly kind: MediaKind;
	readonly url: string;
	/** The API's ID of the media (not of the task); some responses have none. */
	readonly id?: string;
	readonly durationSeconds?: number;
	/** The same media in other formats, e.g. WAV beside MP3. */
	readonly alternatives?: readonly { readonly format: string; readonly url: string }[];
}

/** The video that a lip-sync, extension or audio result was made from. */
export interface ParentVideo {
	readonly id?: string;
	readonly url?: string;
	readonly durationSeconds?: number;
}
