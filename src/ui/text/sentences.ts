/** Whole sentences as one text, one after the other; what is undefined is left out. */
export function sentences(...parts: readonly (string | undefined)[]): string {
	return parts.filter((part) => part !== undefined).join(' ');
}
