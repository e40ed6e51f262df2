/** Why a word is not a key. */
export type WordRefusal = 'short' | 'long' | 'letters' | 'masked' | 'placeholder' | 'taskId' | 'url';

const shortest = 8;
const longest = 4096;

/** Names of a key: `COMETAPI_KEY`, `apiKey`, `x-api-key`, `Authorization`. */
const keyName = /(?:key|token|secret|password|authorization|bearer)(?:[-_]?\d{1,2})?$/i;
/** Names that end like one of a key, and names of other values. */
const otherName =
	/(?:(?:idempotency|public|primary|foreign|partition|sort|cache|page|csrf|xsrf)[-_]?(?:key|token)|(?:^|[-_a-z])Id|(?:^|[-_.])(?:id|model|name|version|host|date|time|url|path|file|user|status|code))$/;

/** How much of a name's end is read, so that a long word takes no longer. */
export const longestName = 64;

/** Whether a name announces a key. */
export function isKeyName(name: string): boolean {
	const end = name.slice(-longestName);
	return keyName.test(end) && !isOtherName(end);
}

/** Whether a name announces something that is no key: an ID, a model. */
export function isOtherName(name: string): boolean {
	const end = name.slice(-longestName);
	return otherName.test(end) || otherName.test(end.toLowerCase());
}

/** Whether a word has the prefix of CometAPI's and many other gateways' keys. */
export function hasKeyPrefix(word: string): boolean {
	return /^sk[-_]/i.test(word);
}

/** A text for the screen, without what may be an API key. Shorter words with the prefix are names. Takes linear time. */
export function maskKeys(text: string): string {
	return text.replace(/(?<![A-Za-z0-9])sk[-_][\w-]{13,}/gi, 'sk-…');
}

/** Why a word without white space is not a key; undefined if it may be one. Keys of other gateways have any form. */
export function whyNotKey(word: string): WordRefusal | undefined {
	if (/^\$?\{/.test(word)) {
		return 'placeholder';
	}
	if (isMasked(word)) {
		return 'masked';
	}
	if (isUrl(word)) {
		return 'url';
	}
	if (isPlaceholder(word)) {
		return 'placeholder';
	}
	// No key has these forms: the API would get it as a key.
	if (/^(?:\d{18,19}|task_[A-Za-z0-9]{6,})$/.test(word)) {
		return 'taskId';
	}
	if (!/^[\x21-\x7e]*$/.test(word)) {
		return 'letters';
	}
	return word.length < shortest ? 'short' : word.length > longest ? 'long' : undefined;
}

function isMasked(word: string): boolean {
	return (
		/\*{2}|\.{2}|#{3}|~{3}|\?{3}|%{4}|_{4}|-{5}/.test(word) ||
		(hasKeyPrefix(word) && word.includes('*')) ||
		(/x{5}/i.test(word) && !isOnlyX(word)) ||
		/[[(<](?:redacted|hidden|masked|removed|secret|truncated)\b/i.test(word)
	);
}

function isOnlyX(word: string): boolean {
	return /^(?:sk[-_])?(?:x[-_]?){3,64}$/i.test(word);
}

/** An address with or without its scheme (`api.cometapi.com/console`). */
function isUrl(word: string): boolean {
	return (
		word.includes('://') ||
		/^(?:\/\/|www\.)/i.test(word) ||
		/^(?:localhost|\d{1,3}(?:\.\d{1,3}){3}|[a-z0-9.-]{1,253}\.(?:com|net|org|io|ai|dev|app|cn|co))(?::\d{1,5})?(?:[/?#]|$)/.test(word)
	);
}

function isPlaceholder(word: string): boolean {
	const isSigned = hasKeyPrefix(word);
	const head = word.slice(0, 128);
	return (
		isOnlyX(word) ||
		// `COMETAPI_KEY=`, to which nothing is assigned.
		/^[A-Za-z][A-Za-z0-9]*(?:_[A-Za-z0-9]+)+=$/.test(head) ||
		// `<key>`, `${key}`, `{{key}}`, `$(command)`, `[key]`.
		/^(?:<|\$\(|\[)/.test(word) ||
		// `$COMETAPI_KEY`, `$env:COMETAPI_KEY`, `%COMETAPI_KEY%`.
		(/^\$(?:env:)?[A-Z_][A-Z0-9_]{2,64}$/i.test(word) && (isKeyName(word) || !/[a-z]/.test(word))) ||
		/^\$env:/i.test(word) ||
		/^%[A-Za-z_]\w{0,64}%$/.test(word) ||
		// `YOUR_API_KEY`, `your-key`, `sk-your-key-here`, `yourApiKey`.
		/^(?:sk[-_])?(?:your|insert|replace|paste|enter|put|add)(?:[-_]|[a-z]*(?:key|token|secret))/i.test(head) ||
		/(?:^|[-_])your[-_]|[-_](?:key|token)[-_](?:goes[-_])?here$/i.test(head) ||
		/^(?:sk[-_])?(?:change[-_]?me|placeholder|undefined|redacted)$/i.test(word) ||
		// `os.environ["COMETAPI_KEY"]`, perhaps cut at the quote.
		/^[A-Za-z_][\w.]{0,64}[[(](?:["'`]?\w{0,64}(?:key|token|secret)["'`]?[)\]]{0,2})?$/i.test(word) ||
		// A bare name: `COMETAPI_KEY`, `api-key`, `process.env.COMETAPI_KEY`.
		(!isSigned &&
			/[-_.]|.{8}/.test(head) &&
			word.length <= longestName &&
			!/\d/.test(word) &&
			isKeyName(word) &&
			/^[A-Za-z_]+(?:[-_.][A-Za-z_]+)*$/.test(word))
	);
}
