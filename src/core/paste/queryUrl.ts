import { isKnownIdForm, isPlaceholder } from './idForm';
import { findOperation, isTaskId, type OperationPath } from '../operation';
import { normaliseOrigin } from '../origin';

/**
 * What a URL or path says about a task.
 * - `query`: operation and ID. `operation`: only an operation, as in a create request's URL
 * - `origin`: if there is one in front of `/kling/v1` (Kling's own `/v1` is another API, so its origin is omitted)
 * - `listed`: the operation is in the catalogue
 */
export type QueryUrl =
	| {
			readonly kind: 'query';
			readonly operation: OperationPath;
			readonly id: string;
			readonly origin?: string;
			readonly listed: boolean;
	  }
	| { readonly kind: 'operation'; readonly operation: OperationPath; readonly origin?: string; readonly listed: boolean }
	| { readonly kind: 'bad'; readonly reason: QueryUrlProblem };

/** `noTaskId`: the URL is right, but the ID is missing or a placeholder. */
type QueryUrlProblem = 'badId' | 'badUrl' | 'notHttps' | 'noTaskId';

/** First segments of Kling's own API; others under a bare `/v1/` belong to other APIs. */
const nativeRoot = /\/v1\/(?=(?:images|videos|audio)(?:\/|$))/;

/** A segment of an operation outside the catalogue. Shorter than any key. */
const typedSegment = /^[A-Za-z][A-Za-z0-9_-]{0,30}$/;

/**
 * Reads one word: a URL of any host, the same without `https://`, the path alone (`/kling/v1/…`, `/v1/videos/…`), or `action/action2` with
 * or without `/id`. Undefined if the word is none of these; a URL that is not a query is `bad`.
 */
export function readQueryUrl(word: string): QueryUrl | undefined {
	if (word.length > 4096 || !word.includes('/')) {
		return undefined;
	}
	const path = word.split(/[?#]/, 1)[0] ?? '';
	const isUrl = /^[a-z][a-z0-9+.-]*:\/\//i.test(path);
	const root = `${path}/`.indexOf('/kling/v1/');
	if (root !== -1) {
		const base = path.slice(0, root);
		return withOrigin(base === '' || isUrl ? base : `https://${base}`, readSegments(path.slice(root + '/kling/v1/'.length)), true);
	}
	const native = nativeRoot.exec(path);
	if (native !== null) {
		const base = path.slice(0, native.index);
		const read = readSegments(path.slice(native.index + '/v1/'.length));
		// Other APIs use /v1/videos/… as well: without a known operation or a known form of ID the URL is not Kling's.
		if (read.kind !== 'bad' && !read.listed && !(read.kind === 'query' && isKnownIdForm(read.id))) {
			return isUrl ? { kind: 'bad', reason: 'badUrl' } : undefined;
		}
		return withOrigin(isUrl ? base : '', read, false);
	}
	if (isUrl) {
		return { kind: 'bad', reason: 'badUrl' };
	}
	const bare = path.replace(/^(?:kling\/)?v1\//, '');
	const read = readSegments(bare);
	if (read.kind === 'bad') {
		return /^(?:images|videos|audio)\//.test(bare) ? read : undefined;
	}
	if (read.listed) {
		return read;
	}
	const { action, action2 } = read.operation;
	if (![action, ...action2.split('/')].every((segment) => typedSegment.test(segment))) {
		return undefined;
	}
	return read.kind === 'operation' || isKnownIdForm(read.id) || /^(?:images|videos|audio)$/.test(action) ? read : undefined;
}

function withOrigin(base: string, read: QueryUrl, names: boolean): QueryUrl {
	if (base === '') {
		return read;
	}
	const origin = normaliseOrigin(base);
	if (!origin.ok) {
		return { kind: 'bad', reason: origin.reason === 'notHttps' ? 'notHttps' : 'badUrl' };
	}
	return read.kind === 'bad' || !names ? read : { ...read, origin: origin.origin };
}

/** Reads what follows `/kling/v1/`: two or three segments of an operation, then perhaps an ID. */
function readSegments(tail: string): QueryUrl {
	const segments = tail.split('/').map(decodeAscii);
	while (segments.length > 0 && segments.at(-1) === '') {
		segments.pop();
	}
	const [action = '', second = '', third, fourth] = segments;
	if (segments.length < 2) {
		return { kind: 'bad', reason: segments.every((segment) => segment === '' || isTaskId(segment)) ? 'noTaskId' : 'badUrl' };
	}
	if (!isTaskId(action) || !isTaskId(second)) {
		return { kind: 'bad', reason: isPlaceholder(action) || isPlaceholder(second) ? 'noTaskId' : 'badUrl' };
	}
	if (third === undefined) {
		return isKnownIdForm(second) ? { kind: 'bad', reason: 'badUrl' } : operationOnly(action, second);
	}
	// `multi-elements/init-selection` and similar paths open and edit a session: the segment is not a task ID.
	if (segments.length === 3 && (findOperation({ action, action2: `${second}/${third}` }) !== undefined || third.endsWith('-selection'))) {
		return third.endsWith('-selection') ? operationOnly(action, second) : operationOnly(action, `${second}/${third}`);
	}
	const hasLongPath = fourth !== undefined;
	// A listed operation followed by two segments, or an ID followed by one: the ID contains a slash.
	if (segments.length > 4 || (hasLongPath && (findOperation({ action, action2: second }) !== undefined || isKnownIdForm(third)))) {
		return { kind: 'bad', reason: 'badId' };
	}
	const id = fourth ?? third;
	if (isPlaceholder(id)) {
		return { kind: 'bad', reason: 'noTaskId' };
	}
	if (!isTaskId(id) || !isTaskId(third)) {
		return { kind: 'bad', reason: 'badId' };
	}
	const operation = { action, action2: hasLongPath ? `${second}/${third}` : second };
	return { kind: 'query', operation, id, listed: findOperation(operation) !== undefined };
}

function operationOnly(action: string, action2: string): QueryUrl {
	const operation = { action, action2 };
	return { kind: 'operation', operation, listed: findOperation(operation) !== undefined };
}

/** Percent-decodes ASCII only: an ID has nothing else, and what stays encoded is refused. Encoded spaces were pasted by accident. */
function decodeAscii(segment: string): string {
	return segment.replace(/%([0-7][0-9a-f])/gi, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16))).trim();
}
