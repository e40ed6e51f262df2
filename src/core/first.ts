/** What the first item gives that gives anything; undefined when none does. */
export function first<T, R>(items: readonly T[], get: (item: T) => R | undefined): R | undefined {
	for (const item of items) {
		const found = get(item);
		if (found !== undefined) {
			return found;
		}
	}
	return undefined;
}
