import type { FileRefusal } from './ports/workspaceFiles';

/** What is known about a file that a request names with `file()`. The type is that of its bytes, not of its name. */
export type MediaFacts =
	| {
			readonly kind: 'image';
			/** `png`, `jpeg`, `webp`, `gif`… */
			readonly type: string;
			/** Bytes. */
			readonly size: number;
			readonly sha256: string;
			/** Pixels; undefined if the file does not say. */
			readonly width: number | undefined;
			readonly height: number | undefined;
	  }
	| { readonly kind: 'audio'; /** `mp3`, `wav`, `m4a`, `aac`… */ readonly type: string; readonly size: number; readonly sha256: string }
	/** Neither an image nor audio. */
	| { readonly kind: 'other'; readonly size: number }
	/** Too large to be read for any field. */
	| { readonly kind: 'tooLarge'; readonly size: number }
	| { readonly kind: 'refused'; readonly reason: FileRefusal };

/** What is known about a file that a request names with `text()`. */
export type TextFacts =
	| { readonly kind: 'text'; /** Without the newline at its end. */ readonly text: string }
	/** Not `.txt` or `.md`. */
	| { readonly kind: 'notText' }
	/** Not UTF-8. */
	| { readonly kind: 'notUtf8' }
	/** Above 64 KiB. */
	| { readonly kind: 'tooLarge'; readonly size: number }
	| { readonly kind: 'refused'; readonly reason: FileRefusal };

/** What is known about the files of a request, by their paths as written. A path that is missing here is not checked yet. */
export interface RequestFacts {
	readonly files: ReadonlyMap<string, MediaFacts>;
	readonly texts: ReadonlyMap<string, TextFacts>;
}
