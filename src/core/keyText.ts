/** "Your" in Chinese, Japanese and Korean: what follows stands for a key. */
export const yourWord = 'YOUR_';

/** What is replaced by what, in this order. Each expression takes linear time: no repetition can be continued in two ways. */
const replacements: readonly (readonly [RegExp, string])[] = [
	// Colours of a terminal.
	[/\p{Cc}\[[\d;]{0,16}m/gu, ''],
	// Zero width, byte order mark, soft hyphen, directions, variation selectors.
	[/\p{Default_Ignorable_Code_Point}/gu, ''],
	// What hides characters of a key.
	[/[•●∙·⋅◦○◉■□▪▫█▓▒░∗✱⁎]/gu, '*'],
	[/[…⋯‥]|。{2,}/gu, '...'],
	[/[\p{Pi}\p{Pf}„‚′″´〝〞「」『』《》〈〉【】]/gu, '"'],
	[/[—―]{2,}/gu, '-----'],
	[/[—―]/gu, ' - '],
	[/[→➜⇒]/gu, ' -> '],
	[/&(?:quot|apos|#3[49]);/g, '"'],
	// Word processors turn a hyphen into one of these.
	[/[\p{Pd}−]/gu, '-'],
	[/%20/g, ' '],
	[/[\s\p{Cc}]+/gu, ' '],
	[/(?:你|您|自己)的|あなたの|당신의|여러분의/gu, ` ${yourWord} `],
	// "Key" in Chinese, Japanese and Korean, perhaps with "is" behind.
	[/(?:密[钥鑰匙]|秘[钥鑰]|金[钥鑰]|令牌|キー|トークン|키|토큰) ?(?:[是为為はは는은] ?)?[:=]?/gu, ' key: '],
	// Letters that touch a word without being part of it; punctuation and pictures.
	[/(?:[\p{scx=Han}\p{scx=Hira}\p{scx=Kana}\p{scx=Hang}]|(?![\x20-\x7e])[\p{P}\p{S}])+/gu, ' '],
	[/ {2,}/g, ' '],
	// Bold in Markdown. Stars that hide something touch other characters.
	[/(?<![\w*])\*\*(?=[^ *])([^*]+)\*\*(?![\w*])/g, '$1'],
	[/^(\*|__)([^ *]+)\1$/, '$2'],
	// `sk-12 … 89`: what hides something belongs to what stands before and behind it.
	[/ ?(\*{2,}|\.{2,}) ?/g, '$1'],
];

/**
 * A pasted text in the characters that keys have: white space of every kind is one space, quotes are straight, full-width characters are
 * ordinary ones, invisible characters and Chinese, Japanese and Korean text are gone. Letters of other scripts stay.
 */
export function plainText(text: string): string {
	// Not `normalize`: its time grows with the square of the accents in a row.
	const ordinary = text.replace(/[\uff01-\uff5e]/g, (fullWidth) => String.fromCharCode(fullWidth.charCodeAt(0) - 0xfee0));
	return replacements.reduce((left, [pattern, by]) => left.replace(pattern, by), ordinary).trim();
}
