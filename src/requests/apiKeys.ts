import { hasKeyPrefix, whyNotKey } from '../core/keyWord';

/** Shorter words are names, also with the prefix of keys. */
const shortestKey = 16;

/** Whether a text is an API key, alone or after `Bearer`: its form allows it, and its prefix or the name of its field says so. */
export function isApiKey(text: string, isNamedKey: boolean): boolean {
	const word = text.trim().replace(/^bearer\s+/i, '');
	return word.length >= shortestKey && (isNamedKey || hasKeyPrefix(word)) && whyNotKey(word) === undefined;
}

/** A key in the middle of a text: many letters and digits without a hyphen, since a link may have words with the prefix. */
const keyInText = /(?<![A-Za-z0-9])sk[-_](?:[a-z]{2,12}[-_])?(?=[A-Za-z]{0,40}\d)[A-Za-z0-9]{16,}/i;
/** Longer texts are Base64, or a mistake of their own. */
const longestText = 20_000;

/** Whether an API key stands somewhere in a text. */
export function hasApiKey(text: string): boolean {
	return text.length <= longestText && keyInText.test(text);
}
