import { first } from '../core/first';
import type { Media } from '../core/media';
import { omitUndefined } from '../core/omitUndefined';
import { isTaskId, operationKey } from '../core/operation';
import type { OriginOperation, TaskSnapshot } from '../core/task';
import { idAt } from './carriers';
import type { Fields } from './json';
import { fieldsOf, isFields, itemsOf, linksOf, numberOf, textOf } from './json';
import { unitsOf } from './response';
import { dateOf, headerRequestId } from './responseHeaders';

/**
 * The responses of operations that make no task but a session (face recognition, selections of multi-elements). They finish with the response,
 * and cannot be queried later. Kling gives them no task ID, so they are listed under their session, which the operations that continue them
 * need, or under their request.
 */

/** Operations that open a session. The others that are about one are listed under their request: the session is another row's ID. */
const opensSession: ReadonlySet<string> = new Set(['videos/identify-face', 'videos/multi-elements/init-selection']);
const sessionOperation = /^videos\/(?:identify-face|multi-elements\/[a-z]+-selection)$/;

/** Whether an operation finishes with its create's response and makes no task. */
export function isSessionOperation(operation: OriginOperation): boolean {
	return sessionOperation.test(operationKey(operation));
}

/**
 * The result of such an operation; undefined for all others, and for a response without a session.
 * @param levels the objects of a successful response, outermost first
 * @param headers names in lower case
 */
export function readSession(
	operation: OriginOperation,
	levels: readonly Fields[],
	headers: Readonly<Record<string, string>>,
): { readonly id: string; readonly snapshot: TaskSnapshot } | undefined {
	const sessionId = first(levels, (fields) => idAt(fields, 'session_id'));
	if (!isSessionOperation(operation) || sessionId === undefined) {
		return undefined;
	}
	const requestId = first(levels, (fields) => textOf(fields, 'request_id')) ?? headerRequestId(headers);
	const id = [opensSession.has(operationKey(operation)) ? sessionId : undefined, requestId].find(
		(candidate) => candidate !== undefined && isTaskId(candidate),
	);
	if (id === undefined) {
		return undefined;
	}
	// Of these operations `status` is a number: 0, or why the video or the selection was refused.
	const refusal = first(levels, (fields) => numberOf(fields, 'status'));
	const isRefused = refusal !== undefined && refusal !== 0;
	const data = levels.toReversed();
	return {
		id,
		snapshot: omitUndefined({
			status: isRefused ? ('failed' as const) : ('succeeded' as const),
			rawStatus: refusal === undefined ? '' : String(refusal),
			message: isRefused ? `status ${String(refusal)}` : undefined,
			results: isRefused ? [] : data.flatMap((fields) => resultsOf(fields, operation.origin)),
			taskId: id,
			requestId,
			respondedAt: dateOf(headers),
			unitsDeducted: first(data, unitsOf),
		}),
	};
}

/** The pictures of faces, the normalised video, the preview. */
function resultsOf(fields: Fields, origin: string): readonly Media[] {
	const faces = itemsOf(fields, 'face_data').flatMap((face) =>
		isFields(face)
			? linksOf(face['face_image'], origin).map((url) => omitUndefined({ kind: 'image' as const, url, id: textOf(face, 'face_id') }))
			: [],
	);
	const videos = [fields['normalized_video'], fieldsOf(fields, 'res')?.['video']].flatMap((video) => linksOf(video, origin));
	return [...faces, ...videos.map((url) => ({ kind: 'video' as const, url }))];
}
