import { findOperation, operationKey, parseOperationPath, type OperationPath } from '../../core/operation';
import { isKnownIdForm, isPlaceholder } from '../../core/paste/idForm';

/** A URL is no longer (characters). */
const longest = 2048;

/**
 * The operation that a create request's URL names: of a gateway (`https://host/any/kling/v1/…`), of Kling itself (`/v1/videos/…`), or with a
 * variable in front of it. Undefined for the URL of a query, a path that creates nothing, or any other URL.
 */
export function createTarget(url: string): OperationPath | undefined {
	const path = url.slice(0, longest).trim().split(/[?#]/, 1)[0] ?? '';
	const operation = operationOf(path);
	return operation === undefined || isRefused(operation) ? undefined : operation;
}

/** What creates no task: nothing about it is offered. */
function isRefused(operation: OperationPath): boolean {
	return operation.action === 'account' || operationKey(operation).includes('delete');
}

function operationOf(path: string): OperationPath | undefined {
	const gateway = path.lastIndexOf('kling/v1/');
	const native = path.lastIndexOf('/v1/');
	if (gateway !== -1) {
		return pathOf(path.slice(gateway + 'kling/v1/'.length));
	}
	const segments = path.split('/').filter((segment) => segment !== '');
	const operation = pathOf(native === -1 ? segments.slice(-3).join('/') : path.slice(native + '/v1/'.length));
	// Other APIs have paths like these.
	const isOwn = (one: OperationPath | undefined): boolean =>
		one !== undefined && (findOperation(one) !== undefined || operationKey(one).startsWith('videos/multi-elements/'));
	if (native !== -1 || isOwn(operation)) {
		return isOwn(operation) ? operation : undefined;
	}
	// `${BASE_URL}/videos/text2video`
	const short = pathOf(segments.slice(-2).join('/'));
	return isOwn(short) ? short : undefined;
}

/** Two or three segments; with an ID behind them it is a query. */
function pathOf(tail: string): OperationPath | undefined {
	const trimmed = tail.replace(/\/{1,8}$/, '');
	const operation = parseOperationPath(trimmed);
	const last = trimmed.slice(trimmed.lastIndexOf('/') + 1);
	return operation === undefined || isKnownIdForm(last) || isPlaceholder(last) ? undefined : operation;
}

/** How far a URL reaches around `v1/` in a text (characters). */
const mostAround = 300;

/** The operation of the first create URL in a text. */
export function createTargetIn(text: string): OperationPath | undefined {
	// In JSON a slash may be escaped.
	for (const { index: at } of text.matchAll(/v1\\?\/(?=(?:videos|images|audio|general)\\?\/)/g)) {
		const before = /[^\s"'`<>()\\,;|=]*$/.exec(text.slice(Math.max(0, at - mostAround), at).replaceAll('\\/', '/'))?.[0] ?? '';
		const behind = /^[\w=/-]*/.exec(text.slice(at, at + mostAround).replaceAll('\\/', '/'))?.[0] ?? '';
		const operation = createTarget(`${before}${behind}`);
		if (operation !== undefined) {
			return operation;
		}
	}
	// The rest of the address is in a variable: `base + "/videos/text2video"`.
	for (const [path] of text.matchAll(/(?<![\w/.-])\/?(?:videos|images|audio)\/[a-z0-9-]{2,30}(?:\/[a-z0-9]{2,20})?(?![\w/])/g)) {
		const operation = pathOf(path.replace(/^\//, ''));
		if (operation !== undefined && findOperation(operation) !== undefined) {
			return operation;
		}
	}
	return undefined;
}
