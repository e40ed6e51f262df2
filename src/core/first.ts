/** The first defined value that `get` returns for an item; undefined if there is none. */
export function first<T, R>(items: readonly T[], get: (item: T) => R | undefined): R | undefined {
	for (const item of items) {
		const found = get(item);
		if (found !== undefined) {
			return found;
		}
	}
	return undefined;
}
