/** A part of a text: UTF-16 offsets, `end` exclusive. */
export interface TextRange {
	readonly start: number;
	readonly end: number;
}

/** One property of an object. Its range goes from the key to the end of the value. */
export interface JsonProperty extends TextRange {
	readonly key: string;
	/** With the quotes. */
	readonly keyRange: TextRange;
	readonly value: JsonNode;
}
export interface JsonObject extends TextRange {
	readonly kind: 'object';
	/** In the order of the text. */
	readonly properties: readonly JsonProperty[];
}
interface JsonArray extends TextRange {
	readonly kind: 'array';
	readonly items: readonly JsonNode[];
}
/** Its range includes the quotes. */
export interface JsonString extends TextRange {
	readonly kind: 'string';
	/** Without escapes. */
	readonly value: string;
}
export interface JsonNumber extends TextRange {
	readonly kind: 'number';
	/** As written: numbers above 2^53 would be rounded as values. */
	readonly text: string;
}
interface JsonBoolean extends TextRange {
	readonly kind: 'boolean';
	readonly value: boolean;
}
interface JsonNull extends TextRange {
	readonly kind: 'null';
}

/** A value of a JSON text with comments; it knows its range. */
export type JsonNode = JsonObject | JsonArray | JsonString | JsonNumber | JsonBoolean | JsonNull;

/** The value of a property; undefined if the object has no such property. Of equal keys, which are an error, the last one counts. */
export function valueOf(object: JsonObject, key: string): JsonNode | undefined {
	return object.properties.findLast((property) => property.key === key)?.value;
}
