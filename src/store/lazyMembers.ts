/**
 * Members of a store whose code is loaded on use. A member that passes everything on has the type of the member that it calls.
 * @param load returns the same object each time
 */
export function lazyReads<T extends object>(load: () => T): <K extends keyof T>(member: K) => T[K] {
	return (member) => ((...terms: unknown[]): unknown => Reflect.apply(functionOf(load(), member), load(), terms)) as T[typeof member];
}

/** As `lazyReads`, of members that return promises, so that the code may be loaded without blocking. */
export function lazyWrites<T extends object>(load: () => Promise<T>): <K extends keyof T>(member: K) => T[K] {
	return (member) =>
		(async (...terms: unknown[]): Promise<unknown> => {
			const loaded = await load();
			return Reflect.apply(functionOf(loaded, member), loaded, terms);
		}) as T[typeof member];
}

function functionOf<T extends object>(loaded: T, member: keyof T): (...terms: unknown[]) => unknown {
	return loaded[member] as (...terms: unknown[]) => unknown;
}
