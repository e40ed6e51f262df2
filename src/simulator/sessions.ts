import { operationKey, type OperationPath } from '../core/operation';
import { createdFields, invalidValue, type Refusal } from './createTask';
import { checkBody } from './checkBody';
import { deductionOf } from './deductions';
import type { Json } from './forms';
import type { ResultLinks } from './links';
import type { SeededRandom } from './random';
import type { TaskBook } from './tasks';

/**
 * Operations that respond at once and make no task: the recognition of faces, and the selections of multi-elements. They have no external ID
 * and no query.
 */

const sessionOperations: ReadonlySet<string> = new Set([
	'videos/identify-face',
	...['init', 'add', 'delete', 'clear', 'preview'].map((name) => `videos/multi-elements/${name}-selection`),
]);

export function isSessionOperation(operation: OperationPath): boolean {
	return sessionOperations.has(operationKey(operation));
}

interface SessionParts {
	readonly tasks: TaskBook;
	readonly random: SeededRandom;
	readonly links: ResultLinks;
	/** Ms since 1970. */
	readonly now: number;
}

/** Executes such an operation. `data` is the response's. */
export function openSession(
	{ tasks, random, links, now }: SessionParts,
	operation: OperationPath,
	body: string,
): { readonly ok: true; readonly id: string; readonly data: Json } | { readonly ok: false; readonly refusal: Refusal } {
	const read = createdFields(body);
	if (!read.ok) {
		return read;
	}
	const { fields } = read;
	const { refused } = checkBody(operation, fields, (id) => tasks.find(id) !== undefined);
	if (refused !== undefined) {
		return { ok: false, refusal: invalidValue(refused) };
	}
	const opens = fields['session_id'] === undefined;
	const id = opens ? random.id() : String(fields['session_id']);
	const units = deductionOf(operation, fields);
	const link = (part: string, file: 'dawn.mp4' | 'bloom.png'): string => links.mint({ id, finishesAt: now }, part, file);
	const key = operationKey(operation);
	const data: Json =
		key === 'videos/identify-face'
			? { session_id: id, face_data: [{ face_id: random.id(), face_image: link('0', 'bloom.png'), start_time: 0, end_time: 5100 }] }
			: {
					status: 0,
					session_id: id,
					...(opens && {
						fps: 30,
						original_duration: 5100,
						width: 1280,
						height: 720,
						total_frame: 153,
						normalized_video: link('0', 'dawn.mp4'),
					}),
					...(key.endsWith('/preview-selection') && {
						res: { video: link('1', 'dawn.mp4'), video_cover: link('2', 'bloom.png'), tracking_output: link('3', 'dawn.mp4') },
					}),
				};
	return { ok: true, id, data: { ...data, ...(units !== undefined && { final_unit_deduction: units }) } };
}
