import { findOperation, parseOperationPath, type OperationPath } from '../core/operation';
import type { RequestKind } from './requestLog';
import { isSessionOperation } from './sessions';

/** The target of a request. */
export type Route =
	| { readonly kind: Extract<RequestKind, 'create' | 'list'>; readonly operation: OperationPath }
	| { readonly kind: Extract<RequestKind, 'query'>; readonly operation: OperationPath; readonly taskId: string }
	| { readonly kind: Extract<RequestKind, 'result'>; readonly taskId: string | undefined }
	| { readonly kind: Extract<RequestKind, 'other'>; readonly api: boolean };

const prefix = '/kling/v1/';

/** Routes a request. A path in the catalogue is the operation itself (create, list); any other path ends with an ID. */
export function findRoute(method: string, pathname: string): Route {
	if (pathname.startsWith('/results/')) {
		return { kind: 'result', taskId: pathname.split('/')[2] };
	}
	if (!pathname.startsWith(prefix)) {
		return { kind: 'other', api: false };
	}

	const segments = pathname.slice(prefix.length).split('/').map(decode);
	const itself = parseOperationPath(segments.join('/'));
	if (itself !== undefined && findOperation(itself) !== undefined) {
		if (method === 'POST') {
			return { kind: 'create', operation: itself };
		}
		if (method === 'GET') {
			return { kind: 'list', operation: itself };
		}
	}
	if (method === 'POST' && itself !== undefined && isSessionOperation(itself)) {
		return { kind: 'create', operation: itself };
	}
	const operation = parseOperationPath(segments.slice(0, -1).join('/'));
	const taskId = segments.at(-1);
	if (method === 'GET' && operation !== undefined && taskId !== undefined && taskId !== '') {
		return { kind: 'query', operation, taskId };
	}
	return { kind: 'other', api: true };
}

/** Percent-decodes a segment; a malformed one is returned unchanged and matches nothing. */
function decode(segment: string): string {
	try {
		return decodeURIComponent(segment);
	} catch {
		return segment;
	}
}
