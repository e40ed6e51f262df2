import type { ResolvedMedia, ResolvedObject, ResolvedValue } from './resolvedValue';

/** How a body becomes text. */
export interface BodyTextOptions {
	/** The string for a file: its Base64, or what is shown for it. */
	readonly media: (media: ResolvedMedia) => string;
	/** For one level; undefined: all on one line, without spaces. */
	readonly indent?: string;
}

/** The JSON text of a body: numbers as written in the file, keys in its order. */
export function bodyText(body: ResolvedObject, options: BodyTextOptions): string {
	const parts: string[] = [];
	write(body, '', options, parts);
	return parts.join('');
}

function write(value: ResolvedValue, indent: string, options: BodyTextOptions, parts: string[]): void {
	switch (value.kind) {
		case 'object':
			writeList(
				'{}',
				value.entries.map(([key, inner]) => [`${JSON.stringify(key)}:${options.indent === undefined ? '' : ' '}`, inner] as const),
				indent,
				options,
				parts,
			);
			break;
		case 'array':
			writeList(
				'[]',
				value.items.map((item) => ['', item] as const),
				indent,
				options,
				parts,
			);
			break;
		case 'string':
			parts.push(JSON.stringify(value.value));
			break;
		case 'media':
			parts.push(JSON.stringify(options.media(value)));
			break;
		case 'number':
			parts.push(value.text);
			break;
		case 'boolean':
			parts.push(String(value.value));
			break;
		case 'null':
			parts.push('null');
			break;
	}
}

function writeList(
	brackets: '{}' | '[]',
	items: readonly (readonly [prefix: string, value: ResolvedValue])[],
	indent: string,
	options: BodyTextOptions,
	parts: string[],
): void {
	const inner = options.indent === undefined ? '' : indent + options.indent;
	const lineBreak = options.indent === undefined ? '' : '\n';
	parts.push(brackets.charAt(0));
	for (const [index, [prefix, value]] of items.entries()) {
		parts.push(index === 0 ? '' : ',', lineBreak, inner, prefix);
		write(value, inner, options, parts);
	}
	if (items.length > 0) {
		parts.push(lineBreak, options.indent === undefined ? '' : indent);
	}
	parts.push(brackets.charAt(1));
}
