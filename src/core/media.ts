/** What kind of thing a task produces. */
export type MediaKind = 'video' | 'image' | 'audio';

/** One produced video, image or sound. Links are http(s) URLs as the API sent them; they die within 30 days. */
export interface Media {
	readonly kind: MediaKind;
	readonly url: string;
	/** The API's id of the media (not of the task); some answers have none. */
	readonly id?: string;
	readonly durationSeconds?: number;
	/** The same media in another format, e.g. wav beside mp3. */
	readonly alternatives?: readonly { readonly format: string; readonly url: string }[];
}

/** The video that a lip-sync, extension or sound was made from. */
export interface ParentVideo {
	readonly id?: string;
	readonly url?: string;
	readonly durationSeconds?: number;
}
