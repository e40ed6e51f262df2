// Removes what nobody sees in a copied text, once, before anything is read.

/** A text as a person sees it. */
export interface VisibleText {
	readonly text: string;
	/** The line, from 1, of an offset in `text`, in the text that was pasted. To be asked for in ascending order. */
	readonly lineNumbers: () => (at: number) => number;
}

/**
 * - escape sequences of terminals: colours and links; also written out (`\u001b[36m`), or left over without the escape character (`[36m`)
 * - soft hyphens, zero-width characters, bidirectional and other invisible marks, variation selectors
 */
const invisible =
	/(?:\x1b|\^\[|\\(?:u001b|x1b|033|e))(?:\[[0-?]*[ -/]*[@-~]|\][^\x07\x1b\n]{0,4096}(?:\x07|\x1b\\))|\[(?:\d{1,3}(?:;\d{1,3}){0,4})?m(?!\])|[\x00\x1b\u00ad\u034f\u061c\u180e\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufe00-\ufe0f\ufeff]|\udb40[\udc00-\uddef]/gi;
/** Full-width letters, digits and signs, which are 0xFEE0 above the ordinary ones. Brackets and commas stay: they end a word as they are. */
const fullWidth = /[\uff05\uff0d-\uff1a\uff1d\uff1f\uff21-\uff3a\uff3f\uff41-\uff5a]/g;
const spaces = /[\u00a0\u1680\u2000-\u200a\u202f\u205f\u3000]/g;
/** The carets with which cmd.exe escapes signs. */
const carets = /\^(["&|<>^%\\{}()!,'_=:/-])/g;
const entities: Readonly<Record<string, string>> = { quot: '"', '#34': '"', '#39': "'", apos: "'", lt: '<', gt: '>', amp: '&', nbsp: ' ' };
/** The soft line break of quoted-printable mail. Without other signs of such a mail it comes at about 76 characters. */
const softBreak = /(?<=[^\s=])=\n(?=\S)/g;
const isQuotedPrintable = /quoted-printable|=(?:3D|20|C3=|E[2-9]=)|[^\s=].{56,90}=\n\S/;

export function visibleText(pasted: string): VisibleText {
	let text = pasted
		.replace(/\r\n?|[\u2028\u2029]/g, '\n')
		.replace(invisible, '')
		.replace(fullWidth, (character) => String.fromCharCode(character.charCodeAt(0) - 0xfee0))
		.replace(spaces, ' ')
		.replace(/&(quot|#34|#39|apos|lt|gt|amp|nbsp);/g, (_, name: string) => entities[name] ?? '');
	if (text.includes('^')) {
		text = text.replace(carets, '$1');
	}
	if (/<t[dh]\b/i.test(text)) {
		text = text.replace(/<\/t[dh]>/gi, '\t').replace(/<\/?(?:table|thead|tbody|tr|td|th)\b[^<>]{0,200}>/gi, '');
	}
	/** The offsets in the result at which a line break was removed. */
	const joins: number[] = [];
	if (text.includes('=\n') && isQuotedPrintable.test(text)) {
		text = text
			.replace(/=(3D|20)(?!\n|=)/g, (_, code: string) => (code === '20' ? ' ' : '='))
			.replace(softBreak, (_, at: number) => {
				joins.push(at - 2 * joins.length);
				return '';
			});
	}
	return { text, lineNumbers: () => lineNumbers(text, joins) };
}

function lineNumbers(text: string, joins: readonly number[]): (at: number) => number {
	let line = 1;
	let newline = text.indexOf('\n');
	let joined = 0;
	return (at) => {
		for (; newline !== -1 && newline < at; newline = text.indexOf('\n', newline + 1)) {
			line++;
		}
		while ((joins[joined] ?? Infinity) < at) {
			joined++;
		}
		return line + joined;
	};
}
