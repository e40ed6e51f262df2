// The strings, numbers and words of a program's source.

/** A word as JSON; empty for `undefined`; undefined if it is none. */
export function scalarText(read: string): string | undefined {
	if (/^(?:true|false|null)$/.test(read)) {
		return read;
	}
	if (/^-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][-+]?\d+)?$/.test(read)) {
		return read;
	}
	const words: Readonly<Record<string, string>> = { True: 'true', False: 'false', None: 'null', nil: 'null', undefined: '' };
	if (Object.hasOwn(words, read)) {
		return words[read];
	}
	// `+0.5`, `.5`, `5.`, `1_000`, `871n`, `871L`
	const number = /^([-+]?)(\d[\d_]*)?(?:\.([\d_]*))?(?:[nLfdm])?$/.exec(read);
	const [, sign = '', whole, fraction] = number ?? [];
	if (number === null || (whole === undefined && (fraction ?? '') === '')) {
		return undefined;
	}
	const digits = (whole ?? '0').replaceAll('_', '').replace(/^0+(?=\d)/, '');
	return `${sign === '-' ? '-' : ''}${digits}${fraction === undefined ? '' : `.${fraction.replaceAll('_', '') || '0'}`}`;
}

const escapes: Readonly<Record<string, string>> = { n: '\n', r: '\r', t: '\t', b: '\b', f: '\f', '\n': '', '0': '\0' };

/** A string without its escapes. */
export function unescaped(inner: string): string {
	if (!inner.includes('\\')) {
		return inner;
	}
	return inner.replace(
		/\\(?:u([0-9a-fA-F]{4})|u\{([0-9a-fA-F]{1,6})\}|x([0-9a-fA-F]{2})|(\r\n|[^]))/g,
		(whole, ...found: (string | undefined)[]) => {
			const [four, braced, two, character = ''] = found;
			const hex = four ?? braced ?? two;
			if (hex === undefined) {
				return character === '\r\n' ? '' : (escapes[character] ?? character);
			}
			const code = Number.parseInt(hex, 16);
			return code > 0x10ffff ? whole : four === undefined ? String.fromCodePoint(code) : String.fromCharCode(code);
		},
	);
}

/** The JSON of a string in double quotes; undefined if what is between them is no JSON. */
export function jsonSource(inner: string): string | undefined {
	if (/[\x00-\x1f"]/.test(inner.replace(/\\["\\]/g, ''))) {
		return undefined;
	}
	for (let at = inner.indexOf('\\'); at !== -1; at = inner.indexOf('\\', at + 2)) {
		if (!/["\\/bfnrt]/.test(inner[at + 1] ?? '') && !/^u[0-9a-fA-F]{4}/.test(inner.slice(at + 1, at + 6))) {
			return undefined;
		}
	}
	return `"${inner}"`;
}
