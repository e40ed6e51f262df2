import { findOperation, findOperationByName, operationKey, parseOperationPath, type OperationPath } from '../core/operation';
import { bodySchemas } from './bodySchemas';
import { changedLetters } from './similar';

/** What an `operation` says: a path, or why it is none. */
export type OperationReading =
	| { readonly kind: 'path'; readonly path: OperationPath }
	/** It begins with `account/` or contains `delete`: no request that makes something. */
	| { readonly kind: 'refused' }
	/** `likely`: the path in it, if there is one. */
	| { readonly kind: 'malformed'; readonly likely: string | undefined };

/** Reads the path after `/kling/v1/`, of two or three segments. Unknown paths are fine. */
export function readOperation(text: string): OperationReading {
	const bare = barePath(text);
	if (/^account(?:\/|$)/i.test(bare) || /delete/i.test(text)) {
		return { kind: 'refused' };
	}
	const path = parseOperationPath(text);
	const barePathOf = parseOperationPath(bare);
	// Two segments of the path before it are well formed too: `v1/videos/text2video`.
	const isWhole = path !== undefined && (bare === text || barePathOf === undefined || findOperation(barePathOf) === undefined);
	return isWhole ? { kind: 'path', path } : { kind: 'malformed', likely: likelyOperation(bare) ?? (barePathOf && bare) };
}

/** `videos/text2video` of `https://api.example.com/kling/v1/videos/text2video?x=1`. */
function barePath(text: string): string {
	return text
		.slice(0, 1000)
		.trim()
		.replace(/^(?:GET|POST)\s+/i, '')
		.replace(/^[a-z][a-z\d+.-]*:\/\/[^/?#]*/i, '')
		.replace(/[?#].*$/s, '')
		.replace(/^\/+|\/+$/g, '')
		.replace(/^(?:kling\/)?v1\//i, '');
}

/** An operation that differs in more letters is another one. */
const mostChanges = 2;

/** The known operation that a text probably means: its second part alone, misspelled, or with the ID of a task behind it, as for a query. */
export function likelyOperation(name: string): string | undefined {
	const byName = findOperationByName(name);
	if (byName !== undefined) {
		return operationKey(byName);
	}
	const known = Object.keys(bodySchemas);
	const withoutId = name.replace(/\/(?:task_\w{20,}|\d{12,})$/, '');
	return known.find((one) => one === withoutId) ?? known.find((one) => changedLetters(name, one, mostChanges) <= mostChanges);
}
