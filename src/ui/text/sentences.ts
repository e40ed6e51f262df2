/** Joins whole sentences with spaces; undefined ones are left out. */
export function sentences(...parts: readonly (string | undefined)[]): string {
	return parts.filter((part) => part !== undefined).join(' ');
}
