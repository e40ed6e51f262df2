/**
 * Text from elsewhere as it may be shown beside our own: without the marks that set the direction of what follows, which could reorder a row or make a
 * link look like another one, and without control characters; line breaks stay.
 */
export function shown(text: string): string {
	return text.replace(/[\u061c\u200e\u200f\u202a-\u202e\u2066-\u206f]/g, '').replace(/[^\P{Cc}\n\t]/gu, ' ');
}

/** The same where codicon syntax would become an icon: in a status bar, a row or a quick pick. */
export function escapeCodicons(text: string): string {
	return shown(text).replaceAll('$(', '$\u200B(');
}

/** The API's own words inside a sentence of ours: without the request id, which stands in the details. */
export function apiMessage(text: string): string {
	return escapeCodicons(text).replace(/\s*\(request id: [^()]*\)/gi, '');
}
