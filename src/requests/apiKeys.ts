import { hasKeyPrefix, whyNotKey } from '../core/keyWord';

/** Shorter words are names, also with the prefix of keys. */
const shortestKey = 16;

/** Whether a text is an API key, alone or after `Bearer`: its form allows it, and its prefix or the name of its field says so. */
export function isApiKey(text: string, isNamedKey: boolean): boolean {
	const word = text.trim().replace(/^bearer\s+/i, '');
	return word.length >= shortestKey && (isNamedKey || hasKeyPrefix(word)) && whyNotKey(word) === undefined;
}
