/** The code of an error of Node's or of an own class, `ENOENT` for instance; undefined where an unknown thing has none. */
export function errorCode(error: unknown): string | undefined {
	return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : undefined;
}
