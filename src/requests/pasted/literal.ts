/**
 * A value as a program's source writes it, on the way to JSON: comments and the spelling of numbers stay.
 * `unknown`: a variable or a call, of which the text has no value.
 */
export type Literal = LiteralObject | LiteralArray | LiteralString | LiteralScalar | { readonly kind: 'unknown' };

/** One property of an object, or one item of an array. */
interface Commented {
	/** Comments on the lines before it, as JSON with comments writes them. */
	readonly before: readonly string[];
	/** The comment behind it on its line. */
	readonly after: string | undefined;
	readonly value: Literal;
}
export interface LiteralMember extends Commented {
	readonly key: string;
}
export interface LiteralObject {
	readonly kind: 'object';
	/** In the order of the source; equal keys stay. */
	readonly members: readonly LiteralMember[];
	/** Comments before the closing bracket. */
	readonly comments: readonly string[];
}
export interface LiteralArray {
	readonly kind: 'array';
	readonly items: readonly Commented[];
	readonly comments: readonly string[];
}
export interface LiteralString {
	readonly kind: 'string';
	readonly value: string;
	/** Its JSON as the source writes it; undefined if that is no JSON. */
	readonly source: string | undefined;
}
/** A number, `true`, `false` or `null`. */
interface LiteralScalar {
	readonly kind: 'scalar';
	/** JSON; a number as it is written. */
	readonly text: string;
}

/** The value of a member; undefined if there is none. Of equal keys the last one counts. */
export function memberOf(object: LiteralObject, key: string): Literal | undefined {
	return object.members.findLast((member) => member.key === key)?.value;
}

/** The string that is a member's value; undefined if there is none. */
export function textOf(object: LiteralObject, key: string): string | undefined {
	const value = memberOf(object, key);
	return value?.kind === 'string' ? value.value : undefined;
}
