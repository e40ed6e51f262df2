import { findOperation, findOperationByName, parseOperationPath, type OperationPath } from '../../core/operation';
import { fieldNamed, isOfResponse, operationOfBody, resemblance } from './bodyFields';
import { createTarget } from './createTarget';
import { memberOf, textOf, type Literal, type LiteralMember, type LiteralObject } from './literal';
import { readLiteral } from './readLiteral';

/** An object of a text that may be the body of a request. */
export interface FoundBody {
	readonly body: LiteralObject;
	/** What the objects around it say about its URL or operation. */
	readonly target: OperationPath | undefined;
	/** Members beside a `body` in a request file. */
	readonly others: readonly LiteralMember[];
	/** Greater is more likely. */
	readonly score: number;
	readonly at: number;
}

/** Fields in which programs and tools keep a request's body. */
const wrappers = ['body', 'json', 'data', 'raw', 'postData', 'text', 'payload', 'params', 'arguments', 'request', 'parameters', 'input'];
/** Fields that name the operation or the URL. */
const targets = ['operation', 'url', 'uri', 'path', 'endpoint', 'href', 'action2', 'task_type', 'taskType', 'name', 'method', 'type'];
const mostWrappers = 6;

/** The object in a text that is most likely the body of a create request; of equal ones the first. */
export function bodyIn(text: string): FoundBody | undefined {
	let best: FoundBody | undefined;
	for (const { object, at } of objectsIn(text)) {
		const found = unwrapped(object, at, undefined, 0);
		if (found !== undefined && found.score > (best?.score ?? 0)) {
			best = found;
		}
	}
	return best;
}

/** The object that a whole text is, such as a body in a command; also one whose quotes are escaped once more. */
export function wholeBody(text: string): LiteralObject | undefined {
	const start = text.indexOf('{');
	if (start === -1 || text.slice(0, start).trim() !== '') {
		return undefined;
	}
	const read = readLiteral(text, start);
	if ('value' in read) {
		return read.value;
	}
	return /^\s*\{\s*\\+"/.test(text) ? wholeBody(text.replace(/\\(["\\])/g, '$1')) : undefined;
}

const mostQuoted = 1_000_000;

function* objectsIn(text: string): Generator<{ readonly object: LiteralObject; readonly at: number }> {
	const bracket = /\{|"(?=(?:\\[nrt]|\s){0,20}\{(?:\\[nrt]|\s){0,20}\\")/g;
	for (let match = bracket.exec(text); match !== null; match = bracket.exec(text)) {
		if (match[0] === '"') {
			const quoted = stringAt(text, match.index);
			const object = quoted === undefined ? undefined : wholeBody(quoted);
			if (object !== undefined) {
				yield { object, at: match.index };
				bracket.lastIndex = match.index + (quoted?.length ?? 0);
			}
			continue;
		}
		const read = readLiteral(text, match.index);
		if ('value' in read) {
			yield { object: read.value, at: match.index };
		}
		bracket.lastIndex = 'value' in read ? read.end : read.stoppedAt;
	}
}

/** The string in double quotes at an offset, without one level of escapes. */
function stringAt(text: string, at: number): string | undefined {
	const quote = /\\[^]|"/g;
	quote.lastIndex = at + 1;
	for (let match = quote.exec(text); match !== null && match.index < at + mostQuoted; match = quote.exec(text)) {
		if (match[0] === '"') {
			return text.slice(at + 1, match.index).replace(/\\(?:r\\n|[nrt])|\\(["\\/])/g, (_, sign: string | undefined) => sign ?? ' ');
		}
	}
	return undefined;
}

/** The body in an object, or in the objects and strings in it. */
function unwrapped(object: LiteralObject, at: number, outer: OperationPath | undefined, depth: number): FoundBody | undefined {
	const target = targetOf(object) ?? outer;
	const body = memberOf(object, 'body');
	if (body?.kind === 'object' && textOf(object, 'operation') !== undefined) {
		const others = object.members.filter(({ key }) => key !== 'body' && key !== 'operation' && key !== '$schema');
		return { body, target, others, score: 1000, at };
	}
	let best: FoundBody | undefined;
	const isCertain = !isOfResponse(object) && operationOfBody(renamed(object)) !== undefined;
	const own = resemblance(object);
	if (own > 0 || isCertain) {
		best = { body: renamed(object), target, others: [], score: own + (target === undefined ? 0 : 1) + (isCertain ? 1 : 0), at };
	}
	// `input` is also a field of bodies.
	if (depth < mostWrappers && !isCertain) {
		for (const key of wrappers) {
			const inner = objectOf(memberOf(object, key));
			const found = inner === undefined ? undefined : unwrapped(inner, at, target, depth + 1);
			if (found !== undefined && found.score > (best?.score ?? 0)) {
				best = found;
			}
		}
	}
	return best;
}

function objectOf(value: Literal | undefined): LiteralObject | undefined {
	return value?.kind === 'object' ? value : value?.kind === 'string' ? wholeBody(value.value) : undefined;
}

/** What an object's fields say about the request's operation. */
function targetOf(object: LiteralObject): OperationPath | undefined {
	const action = textOf(object, 'action');
	for (const key of targets) {
		const value = memberOf(object, key);
		// Postman keeps the text of a URL in a field of it.
		const text = value?.kind === 'object' ? (textOf(value, 'raw') ?? '') : value?.kind === 'string' ? value.value : '';
		const byUrl = text.includes('/') ? createTarget(text) : undefined;
		if (byUrl !== undefined) {
			return byUrl;
		}
		const path = key === 'operation' ? parseOperationPath(text) : undefined;
		const named =
			path ?? (key === 'method' || key === 'type' ? undefined : findOperationByName(text.replace(/^(?:create|generate|run)[-_ ]/, '')));
		if (named !== undefined && (key !== 'name' || memberOf(object, 'arguments') !== undefined)) {
			return { action: named.action, action2: named.action2 };
		}
		const joined = key === 'action2' && action !== undefined ? parseOperationPath(`${action}/${text}`) : undefined;
		if (joined !== undefined && findOperation(joined) !== undefined) {
			return joined;
		}
	}
	return undefined;
}

/** The names of a body's fields in Kling's spelling. */
export function renamed(object: LiteralObject): LiteralObject {
	return { ...object, members: object.members.map((member) => ({ ...member, key: fieldNamed(member.key) })) };
}
