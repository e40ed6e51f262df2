import { operationKey, type OperationPath } from '../../core/operation';
import { resolveRequest } from '../../requests/resolve';
import type { ResolvedObject } from '../../requests/resolvedValue';
import { unitKey } from '../../requests/unitKey';
import type { ReadRequest } from '../requests/requestDocuments';
import { sha256OfText } from './digests';

/** What all takes of a request have in common. */
export interface RequestUnit {
	readonly path: OperationPath;
	/** See requests/unitKey.ts. */
	readonly key: string;
	/** Resolved without `run`. */
	readonly body: ResolvedObject;
}

/** The unit of a request at an origin; undefined while an error or an unknown file keeps it from being known. */
export function requestUnit({ parsed: { file }, facts }: ReadRequest, origin: string): RequestUnit | undefined {
	const path = file.operation?.path;
	const { body, allFilesKnown } = resolveRequest(file, facts, undefined);
	if (path === undefined || body === undefined || !allFilesKnown) {
		return undefined;
	}
	const key = unitKey({ origin, operation: operationKey(path), body }, sha256OfText);
	return key === undefined ? undefined : { path, key, body };
}
