/**
 * Guard for exhaustive switches: a missing case does not compile.
 * @throws Error if a value outside the type arrives at run time.
 */
export function assertNever(value: never): never {
	throw new Error(`Unexpected value: ${JSON.stringify(value)}`);
}
