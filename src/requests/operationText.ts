import { findOperation, parseOperationPath, type OperationPath } from '../core/operation';

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
	return isWhole ? { kind: 'path', path } : { kind: 'malformed', likely: barePathOf === undefined ? undefined : bare };
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
