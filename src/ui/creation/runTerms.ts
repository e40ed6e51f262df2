import type { Price } from '../../requests/price';

/** What a Run does beyond the text of its prompt: a person who allowed it once has seen these. */
export interface RunTerms {
	/** Where it goes. */
	readonly origin: string;
	/** `videos/text2video`. */
	readonly operation: string;
	/** How many tasks. */
	readonly count: number;
	/** Of all of them. */
	readonly price: Price;
	/** The files that are read, by their paths as written. */
	readonly files: readonly string[];
	/** Who gets the results too; undefined: nobody. */
	readonly callbackHost: string | undefined;
}

/** Whether a person may allow such a Run for the future: one task, at a price that is known. */
export function canBeAllowed({ count, price }: Pick<RunTerms, 'count' | 'price'>): boolean {
	return count === 1 && price.kind === 'known';
}

/**
 * Whether what a person allowed covers another Run of the same request: one task, at most at that price, and nothing that they have not seen.
 */
export function covers(allowed: RunTerms, wanted: RunTerms): boolean {
	return (
		isCheapEnough(allowed, wanted) &&
		wanted.origin === allowed.origin &&
		wanted.operation === allowed.operation &&
		wanted.callbackHost === allowed.callbackHost &&
		wanted.files.every((path) => allowed.files.includes(path))
	);
}

/** The part of `covers` that is known without reading files. */
export function isCheapEnough(allowed: Pick<RunTerms, 'price'>, wanted: Pick<RunTerms, 'count' | 'price'>): boolean {
	return (
		canBeAllowed(wanted) && allowed.price.kind === 'known' && wanted.price.kind === 'known' && wanted.price.dollars <= allowed.price.dollars
	);
}
