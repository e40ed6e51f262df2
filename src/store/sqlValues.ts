/** Times are whole ms in the file; jitter makes fractions. */
export function integer(value: number): number {
	return Math.round(value);
}

export function optional(value: number | undefined): number | null {
	return value === undefined ? null : integer(value);
}

/** The longest beginning of a text that fits into so many bytes of UTF-8, whole characters only. */
export function cutToBytes(text: string, limit: number): string {
	// No character has fewer bytes than UTF-16 units' half, so what lies beyond `limit` units never fits.
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
