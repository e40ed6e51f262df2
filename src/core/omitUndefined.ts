/** Members that may be undefined become members that may be absent. */
type WithoutUndefined<T> = { [K in keyof T as undefined extends T[K] ? never : K]: T[K] } & {
	[K in keyof T as undefined extends T[K] ? K : never]?: Exclude<T[K], undefined>;
};

/** The object without the members that are undefined, as `exactOptionalPropertyTypes` wants it. */
export function omitUndefined<T extends object>(value: T): WithoutUndefined<T> {
	// Object.fromEntries knows no names; the filter is what makes the type true.
	return Object.fromEntries(Object.entries(value).filter(([, member]) => member !== undefined)) as WithoutUndefined<T>;
}
