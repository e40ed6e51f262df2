/** Rounds a time: the file holds whole ms, but jitter produces fractions. */
export function integer(value: number): number {
	return Math.round(value);
}

export function optional(value: number | undefined): number | null {
	return value === undefined ? null : integer(value);
}

/**
 * The longest prefix of a text that fits into a number of bytes.
 * @param limit bytes of UTF-8; no character is split
 */
export function cutToBytes(text: string, limit: number): string {
	// A character has at least one byte per UTF-16 unit, so nothing beyond `limit` units fits.
	const bytes = Buffer.from(text.slice(0, limit), 'utf8');
	if (bytes.length <= limit) {
		return text.slice(0, limit);
	}
	let end = limit;
	while (end > 0 && ((bytes[end] ?? 0) & 0xc0) === 0x80) {
		end--;
	}
	return bytes.toString('utf8', 0, end);
}
