/**
 * Foreign text made safe to show beside our own. Bidirectional marks are removed: they can reorder a row or disguise a link.
 * Control characters become spaces; line breaks and tabs stay.
 */
export function shown(text: string): string {
	return text.replace(/[\u061c\u200e\u200f\u202a-\u202e\u2066-\u206f]/g, '').replace(/[^\P{Cc}\n\t]/gu, ' ');
}
