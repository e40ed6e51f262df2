/** Properties that may be undefined become optional. */
type WithoutUndefined<T> = { [K in keyof T as undefined extends T[K] ? never : K]: T[K] } & {
	[K in keyof T as undefined extends T[K] ? K : never]?: Exclude<T[K], undefined>;
};

/** A copy without the properties that are undefined, as `exactOptionalPropertyTypes` requires. */
export function omitUndefined<T extends object>(value: T): WithoutUndefined<T> {
	// Object.fromEntries loses the keys; the filter makes the asserted type true.
	return Object.fromEntries(Object.entries(value).filter(([, member]) => member !== undefined)) as WithoutUndefined<T>;
}
