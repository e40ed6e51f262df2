/**
 * Guard for exhaustive switches: a forgotten case is a compile error at the call.
 * @throws Error when a value outside its type arrives at run time.
 */
export function assertNever(value: never): never {
	throw new Error(`Unexpected value: ${JSON.stringify(value)}`);
}
