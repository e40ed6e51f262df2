import { hasKeyPrefix, maskKeys } from '../../core/keyWord';

/** What stands in examples for an ID: `VIDEO_ID`, `<task id>`, `{{video_id}}`, `$VOICE`, `your-voice-id`. */
export function isPlaceholder(text: string): boolean {
	return /^(?:<.+>|\{.+\}|\[.+\]|\$\w+|\$\{.+\}|x{3,}|\.{3}|…|your[\s_-].+|.+_here|(?:[a-z]+_)*(?:id|url))$/i.test(text);
}

/** A text for a sentence: not longer than a person reads, and never what may be an API key. */
export function shown(text: string): string {
	if (hasKeyPrefix(text.trim().replace(/^bearer\s+/i, ''))) {
		return '…';
	}
	// Masked before it is cut, since a part of a key would not be recognised.
	const masked = maskKeys(text.slice(0, 1000));
	return masked.length > 60 ? `${masked.slice(0, 57)}…` : masked;
}
