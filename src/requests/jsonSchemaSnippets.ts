// What completion inserts in a request file: whole requests, bodies, and values with tab stops.
import { operationKey, operations, type OperationKey } from '../core/operation';
import { bodySchemas, type FieldSchema } from './bodySchemas';
import { markdown } from './jsonSchemaDocs';
import { samples, type Samples } from './samples';

/** A value with tab stops. A string that begins with `^` is inserted as it is, without quotes. */
export type SnippetBody = string | readonly SnippetBody[] | { readonly [key: string]: SnippetBody };

/** What the editor's JSON server knows as a snippet: a value (`body`), or the text to insert (`bodyText`). */
export interface Snippet {
	readonly label: string;
	readonly markdownDescription?: string;
	readonly body?: SnippetBody;
	readonly bodyText?: string;
}

const kinds: readonly { readonly kind: keyof Samples; readonly title: string }[] = [
	{ kind: 'smallest', title: 'smallest request' },
	{ kind: 'usual', title: 'usual request' },
];

/** The whole requests, for an empty file. */
export function fileSnippets(): readonly Snippet[] {
	return operations.flatMap((operation) => {
		const key = operationKey(operation);
		return kinds.map(({ kind, title }) => ({
			label: `${key}: ${title}`,
			markdownDescription: markdown(bodySchemas[key]?.doc ?? ''),
			bodyText: snippetText(samples[key as OperationKey][kind].trimEnd()),
		}));
	});
}

/** The bodies of an operation; none of one that is not in the catalogue. */
export function bodySnippets(key: string): readonly Snippet[] {
	if (!Object.hasOwn(samples, key)) {
		return [];
	}
	return kinds.map(({ kind, title }) => {
		const { body } = JSON.parse(samples[key as OperationKey][kind]) as { readonly body: object };
		return { label: `{ … } ${title}`, bodyText: snippetText(JSON.stringify(body, undefined, 2)) };
	});
}

/** The parts of a line that a person replaces: prompts, texts and IDs, files, links. */
const replaced = [/^(.*"(?:\w+_)?(?:prompt|text|id)": ")(.*)(",?)$/, /^(.*file\('\.\/)(.*)('\).*)$/, /^(.*"https:\/\/)(.*)(",?)$/];

/** A text of JSON as a snippet: indented by tabs, which the editor replaces, with a tab stop for each part that a person replaces. */
function snippetText(json: string): string {
	let stop = 0;
	return json
		.replace(/^(?: {2})+/gm, (indent) => '\t'.repeat(indent.length / 2))
		.split('\n')
		.map((line) => {
			const [, before, part, after] = replaced.map((pattern) => pattern.exec(line)).find((match) => match !== null) ?? [];
			return before === undefined || part === undefined || after === undefined
				? literal(line)
				: `${literal(before)}\${${++stop}:${literal(part)}}${literal(after)}`;
		})
		.join('\n');
}

/** A text of a snippet without tab stops. */
function literal(text: string): string {
	return text.replace(/[\\$}]/g, '\\$&');
}

/** An expression for the text of a file beside the request. */
export const textFileSnippet: Snippet = {
	label: "text('…')",
	markdownDescription: 'The text of a `.txt` or `.md` file beside this one.',
	body: '^"\\${{ text(\'${1:./prompt.md}\') }}"',
};

/** What is offered as the value of a field that is a text, a number or an object without a default. */
export function fieldSnippets(field: FieldSchema): readonly Snippet[] {
	const { media } = field;
	if (media === undefined) {
		const body = snippetBody(field, { count: 0 });
		return [{ label: field.type === 'object' ? '{ … }' : field.type === 'string' ? '""' : String(field.min ?? 0), body }];
	}
	return media.takes.map((way) =>
		way === 'base64'
			? { label: "file('…')", markdownDescription: 'A file beside this one, sent as Base64.', body: fileExpression(media.kind, 1) }
			: way === 'url'
				? { label: '"https://…"', markdownDescription: 'A link that Kling can open.', body: 'https://$1' }
				: { label: '""', markdownDescription: 'The ID of a result.', body: '$1' },
	);
}

function fileExpression(kind: 'image' | 'audio' | 'video', stop: number): string {
	return `^"\\\${{ file('\${${stop}:./${kind === 'audio' ? 'sound.mp3' : 'image.png'}}') }}"`;
}

/** A value with what must be there. `stops`: how many tab stops there are already. */
function snippetBody(field: FieldSchema, stops: { count: number }): SnippetBody {
	const { media, fields = {}, items } = field;
	if (items) {
		return [snippetBody(items, stops)];
	}
	if (field.type === 'object') {
		const names = Object.keys(fields);
		const chosen = names.filter((name) => fields[name]?.required === true || field.oneOf?.some(([first]) => first === name) === true);
		return Object.fromEntries(
			(chosen.length > 0 ? chosen : names).map((name) => [name, fields[name] ? snippetBody(fields[name], stops) : '']),
		);
	}
	const stop = ++stops.count;
	if (media?.takes.includes('base64')) {
		return fileExpression(media.kind, stop);
	}
	const value = literal(
		String(field.default ?? field.values?.[0] ?? (field.type === 'string' ? '' : field.type === 'boolean' ? true : (field.min ?? 0))),
	);
	const stopText = value === '' ? `$${stop}` : `\${${stop}:${value}}`;
	return field.type === 'string' ? `^"${stopText}"` : `^${stopText}`;
}
