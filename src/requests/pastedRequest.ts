/*
 * The entry point of the folder `pasted`: `readPastedRequest` finds the create request in whatever a person copies. The other files:
 * - curlRequest, shellWords: the words of a curl command
 * - createTarget: the operation in a URL
 * - bodiesIn: the objects in a text; readLiteral: one object as programs write it (literal, literalText: its model and its JSON)
 * - bodyFields: whether it is a body, and of which operation
 * - keysIn: removes API keys
 */
import { operationKey, parseOperationPath, type OperationPath } from '../core/operation';
import { bodyIn, renamed, wholeBody } from './pasted/bodiesIn';
import { operationOfBody } from './pasted/bodyFields';
import { createTarget, createTargetIn } from './pasted/createTarget';
import { curlRequests, type CurlRequest } from './pasted/curlRequest';
import { isKey, keysIn, objectWithoutKeys, withoutKeys } from './pasted/keysIn';
import { literalText, expandedText } from './pasted/literalText';
import type { Literal, LiteralMember, LiteralObject } from './pasted/literal';

/** What a person should know about what was left out. */
export type PasteWarning =
	/** The values of these fields are variables or calls: they are empty now. */
	| { readonly kind: 'variables'; readonly fields: readonly string[] }
	/** The body is in a file, whose name the command has. */
	| { readonly kind: 'bodyInFile'; readonly file: string }
	/** The command's body is no JSON. */
	| { readonly kind: 'noBody' }
	/** The text has so many requests; this is the first. */
	| { readonly kind: 'several'; readonly count: number };

/** A create request that was found in a text. Nothing of it contains an API key. */
export interface PastedRequest {
	/** Undefined if neither a URL nor the body says for certain which it is. */
	readonly operation: OperationPath | undefined;
	/** Whether a URL or a field of the text names the operation; otherwise the body has fields that only this operation has. */
	readonly isNamed: boolean;
	readonly body: LiteralObject;
	/** Other members of a request file: `name`, `vars`… */
	readonly others: readonly LiteralMember[];
	/** Whether the text had an API key. */
	readonly droppedKey: boolean;
	readonly warnings: readonly PasteWarning[];
}

/** Longer texts (characters) are not read. */
export const longestPastedRequest = 5_000_000;

/**
 * Finds the create request in a text: a curl command of any shell, an HTTP message, a snippet of a program, JSON of a tool, a body alone, or
 * a request file. Undefined if there is none. Never throws; takes linear time.
 */
export function readPastedRequest(text: string): PastedRequest | undefined {
	if (text.length > longestPastedRequest || (!text.includes('/') && !text.includes('{'))) {
		return undefined;
	}
	const commands = curlRequests(text);
	const posts = commands.flatMap((request) => {
		const target = request.isPost ? createTarget(request.url) : undefined;
		return target === undefined ? [] : [{ request, target }];
	});
	const [first] = posts;
	if (first !== undefined) {
		return fromCurl(text, first.request, first.target, posts.length);
	}
	// The body of a command that creates nothing is not made into one that does.
	return commands.length === 0 ? fromText(text) : undefined;
}

function fromCurl(text: string, request: CurlRequest, target: OperationPath, count: number): PastedRequest {
	const keys = [...keysIn(text), ...request.secrets.filter((secret) => secret.length >= 8)];
	const written = request.body === undefined ? undefined : wholeBody(request.body);
	// The body may be in a variable or a document behind the command.
	const body = written ?? bodyIn(text)?.body;
	const warnings: PasteWarning[] = [];
	if (body === undefined) {
		warnings.push(
			request.bodyFile === undefined ? { kind: 'noBody' } : { kind: 'bodyInFile', file: withoutKeys(request.bodyFile, keys).value },
		);
	}
	if (count > 1) {
		warnings.push({ kind: 'several', count });
	}
	return finished({ target, body: body ?? { kind: 'object', members: [], comments: [] }, others: [], keys, warnings });
}

function fromText(text: string): PastedRequest | undefined {
	const plain = text.includes('`"') ? text.replaceAll('`"', '"') : text;
	const found = bodyIn(plain);
	if (found === undefined) {
		return undefined;
	}
	const post = /^[ \t]*POST[ \t]+(\S{1,2048})/m.exec(text)?.[1];
	const target = found.target ?? (post === undefined ? undefined : createTarget(post)) ?? createTargetIn(text);
	return finished({ target, body: found.body, others: found.others, keys: keysIn(text), warnings: [] });
}

interface Parts {
	readonly target: OperationPath | undefined;
	readonly body: LiteralObject;
	readonly others: readonly LiteralMember[];
	readonly keys: readonly string[];
	readonly warnings: readonly PasteWarning[];
}

function finished({ target, body: written, others, keys, warnings }: Parts): PastedRequest {
	const body = objectWithoutKeys(renamed(written), keys);
	const rest = objectWithoutKeys({ kind: 'object', members: others, comments: [] }, keys);
	const guessed = operationOfBody(body.value);
	const fields = unknownFields(body.value);
	return {
		operation: target ?? (guessed === undefined ? undefined : parseOperationPath(guessed)),
		isNamed: target !== undefined,
		body: body.value,
		others: rest.value.members,
		droppedKey: body.hadKey || rest.hadKey || keys.some(isKey),
		warnings: fields.length === 0 ? warnings : [...warnings, { kind: 'variables', fields }],
	};
}

/** The names of the outermost fields that contain a value that the text does not have. */
function unknownFields(body: LiteralObject): readonly string[] {
	return body.members.filter(({ value }) => isUnknown(value)).map(({ key }) => key);
}

function isUnknown(value: Literal): boolean {
	switch (value.kind) {
		case 'unknown':
			return true;
		case 'object':
			return value.members.some((member) => isUnknown(member.value));
		case 'array':
			return value.items.some((item) => isUnknown(item.value));
		case 'string':
		case 'scalar':
			return false;
	}
}

/**
 * The text of a request file: `operation`, `body`, then what else a copied request file has; numbers, order and comments as they were
 * written.
 * @param options.schema the value of `$schema`, for a document without a file name
 * @param options.indent one level; two spaces if not given
 */
export function toRequestFile(
	request: Pick<PastedRequest, 'operation' | 'body' | 'others'>,
	options: { readonly schema?: string; readonly indent?: string } = {},
): string {
	const { schema, indent = '  ' } = options;
	const operation = request.operation === undefined ? '' : operationKey(request.operation);
	const members = [
		...(schema === undefined ? [] : [`"$schema": ${JSON.stringify(schema)}`]),
		`"operation": ${JSON.stringify(operation)}`,
		`"body": ${expandedText(request.body, indent, indent)}`,
	];
	const others = request.others.map(({ key, value }) => `${JSON.stringify(key)}: ${literalText(value, indent, indent)}`);
	return `{\n${[...members, ...others].map((member) => `${indent}${member}`).join(',\n')}\n}\n`;
}
