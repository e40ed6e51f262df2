import type { MediaFacts } from './fileFacts';

/** The bytes of a file in a body: sent as Base64, shown as its facts, identified by its digest. */
export interface ResolvedMedia {
	readonly kind: 'media';
	/** As written in `file('./a.png')`. */
	readonly path: string;
	/** Undefined: not known, for example not read yet. */
	readonly facts: Extract<MediaFacts, { kind: 'image' | 'audio' }> | undefined;
}

/** A value of a body after its expressions were replaced. Numbers stay as written. */
export type ResolvedValue =
	| ResolvedObject
	| { readonly kind: 'array'; readonly items: readonly ResolvedValue[] }
	| { readonly kind: 'string'; readonly value: string }
	| { readonly kind: 'number'; readonly text: string }
	| { readonly kind: 'boolean'; readonly value: boolean }
	| { readonly kind: 'null' }
	| ResolvedMedia;

export interface ResolvedObject {
	readonly kind: 'object';
	/** In the order of the file. */
	readonly entries: readonly (readonly [key: string, value: ResolvedValue])[];
}
