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

/** Media types (`audio/mpeg`), units (`images/day`) and versions (`HTTP/1.1`) by their second part. */
const otherEnds =
	/^(?:mpe?g|mp[34]|wav|wave|ogg|opus|aac|flac|webm|png|jpe?g|webp|gif|avif|svg\+?\w*|quicktime|json|[a-z]{1,3}|sec|second|min|minute|hour|hr|day|week|month|year|task|request|req|token|frame|image|video|\d+|v\d.*)$/i;

/**
 * Reads one word: a URL of any host, the same without `https://`, the path alone (`/kling/v1/…`, `/v1/videos/…`), or `action/action2` with
 * or without `/id`. Undefined if the word is none of these; a URL that is not a query is `bad`.
 */
export function readQueryUrl(word: string): QueryUrl | undefined {
	if (word.length > 4096 || !word.includes('/')) {
		return undefined;
	}
	const lower = word.toLowerCase();
	const start = Math.max(0, lower.lastIndexOf('https://'), lower.lastIndexOf('http://'));
	const path = word.slice(start).split(/[?#]/, 1)[0] ?? '';
	const isUrl = /^[a-z][a-z0-9+.-]*:\/\//i.test(path);
	const root = /(?:^|\/)kling\/v1(?:\/|$)/.exec(path);
	if (root !== null) {
		return withOrigin(originBefore(path.slice(0, root.index), isUrl), readSegments(path.slice(root.index + root[0].length)));
	}
	const native = nativeRoot.exec(path);
	if (native !== null) {
		const read = readSegments(path.slice(native.index + '/v1/'.length));
		// Other APIs use /v1/videos/… as well: without a known operation or a known form of ID the URL is not Kling's.
		if (read.kind !== 'bad' && !read.listed && !(read.kind === 'query' && isKnownIdForm(read.id))) {
			return isUrl ? { kind: 'bad', reason: 'badUrl' } : undefined;
		}
		const origin = originBefore(isUrl ? path.slice(0, native.index) : '', isUrl);
		return typeof origin === 'object' ? withOrigin(origin, read) : read;
	}
	if (isUrl) {
		return { kind: 'bad', reason: 'badUrl' };
	}
	const bare = path.replace(/^v1\//, '');
	const read = readSegments(bare);
	if (read.kind === 'bad') {
		return /^(?:images|videos|audio)\//.test(bare) ? read : undefined;
	}
	if (read.listed) {
		return read;
	}
	const { action, action2 } = read.operation;
	const segments = [action, ...action2.split('/')];
	if (!/^(?:videos|images|audio)$/.test(action) || !segments.every((segment) => typedSegment.test(segment)) || otherEnds.test(action2)) {
		return undefined;
	}
	return read.kind === 'operation' || isKnownIdForm(read.id) ? read : undefined;
}

/** A placeholder of documentation in the position of a host. */
const placeholderHost = /[$%{}<>*]|(?:^|[/.@-])(?:your|my)[-_]|^https?:\/\/(?:[A-Z][A-Z0-9_]*|base[-_]?url|host|api[-_]?base)?(?:[/:]|$)/;
/** A host with a dot or a port, with what may follow it, at the end of what stands before the path. */
const hostAtEnd =
	/(?<![\w.-])(?:(?:\d{1,3}\.){3}\d{1,3}|(?:[a-z0-9-]+\.)+[a-z][a-z0-9-]*|[a-z][a-z0-9-]*(?=:\d))(?::\d{1,5})?(?:\/[\w.~-]+)*$/i;

/** The origin that stands before a path: `undefined` if there is none or a placeholder; a reason if there is one that cannot be used. */
function originBefore(base: string, isUrl: boolean): string | { readonly reason: QueryUrlProblem } | undefined {
	if (base === '' || placeholderHost.test(base)) {
		return undefined;
	}
	const host = isUrl ? base : hostAtEnd.exec(base.slice(-300))?.[0];
	if (host === undefined) {
		return undefined;
	}
	const isLocal = /^(?:localhost|127\.)/i.test(host);
	const origin = normaliseOrigin(isUrl ? host : `${isLocal ? 'http' : 'https'}://${host}`);
	return origin.ok ? origin.origin : { reason: origin.reason === 'notHttps' ? 'notHttps' : 'badUrl' };
}

/** The origin in a field for it: an API's base URL, or its host. */
export function originNamed(text: string): string | undefined {
	const read = /[.:]/.test(text) ? normaliseOrigin(/^https?:/i.test(text) ? text : `https://${text}`) : undefined;
	return read?.ok === true ? read.origin : undefined;
}

function withOrigin(origin: ReturnType<typeof originBefore>, read: QueryUrl): QueryUrl {
	if (typeof origin === 'object') {
		return { kind: 'bad', reason: origin.reason };
	}
	return read.kind === 'bad' || origin === undefined ? read : { ...read, origin };
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
