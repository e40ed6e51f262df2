/** What kind of file a field takes, and how. */
export interface MediaField {
	readonly kind: 'image' | 'audio' | 'video';
	/** `base64`: the bytes, so that `file()` may stand there. `url`, `id`: only a link, or the ID of a result. */
	readonly takes: readonly ('base64' | 'url' | 'id')[];
	/** Formats that are documented, as in `MediaFacts.type`. */
	readonly types?: readonly string[];
	/** Of the file, not of its Base64. */
	readonly mostBytes?: number;
	/** Pixels of the shorter side. */
	readonly leastPixels?: number;
	/** Width ÷ height, and its inverse. */
	readonly mostRatio?: number;
}

/** One field of a body. */
export interface FieldSchema {
	readonly type: 'string' | 'number' | 'integer' | 'boolean' | 'object' | 'array';
	/** One sentence. */
	readonly doc: string;
	/** It must be there whatever else the body says. Conditional ones are rules of their own. */
	readonly required?: true;
	/** Values that are offered. Others are accepted: models and effects come and go. */
	readonly values?: readonly string[];
	/** The values are all there are. */
	readonly closed?: true;
	readonly default?: string | number | boolean;
	readonly min?: number;
	readonly max?: number;
	/** Characters of a string, or items of an array. */
	readonly most?: number;
	readonly least?: number;
	/** A limit that another document states differently: which, in words. */
	readonly disputed?: { readonly most?: number; readonly values?: readonly string[]; readonly by: string };
	/** Fields that may not stand beside it. */
	readonly excludes?: readonly string[];
	/** Fields that must stand beside it. */
	readonly needs?: readonly string[];
	/** Models that know it; undefined: all. */
	readonly models?: readonly string[];
	readonly media?: MediaField;
	/** The fields of an object. */
	readonly fields?: Readonly<Record<string, FieldSchema>>;
	/** The items of an array. */
	readonly items?: FieldSchema;
}

/** The body of one operation. */
export interface BodySchema {
	readonly doc: string;
	readonly fields: Readonly<Record<string, FieldSchema>>;
	/** Of each list, exactly one field must be there. */
	readonly oneOf?: readonly (readonly string[])[];
	/** Of each list, at least one field must be there. */
	readonly anyOf?: readonly (readonly string[])[];
}
