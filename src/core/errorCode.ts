/** The `code` of an error, for example `ENOENT`; undefined if the value has none. */
export function errorCode(error: unknown): string | undefined {
	return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : undefined;
}
