import { omitUndefined } from '../core/omitUndefined';
import { findOperation, isTaskId, type OperationPath } from '../core/operation';
import { findBodySchema } from '../requests/bodySchemas';
import { checkBody, isObject } from './checkBody';
import { deductionOf } from './deductions';
import type { Json } from './forms';
import type { NewTaskOptions, SimulatedTask, TaskBook } from './tasks';

/** What becomes of the external ID in a body (`external_task_id`). */
export const externalIdModes = ['honoured', 'ignored', 'stripped'] as const;
/**
 * - `honoured`: as Kling does: the task is found by it, and a second create with it is refused
 * - `ignored`: as a gateway with several accounts at Kling does: the task has it, but is not found by it, and no create is refused for it
 * - `stripped`: as a gateway does that passes on the fields it knows: the task does not have it
 */
export type ExternalIds = (typeof externalIdModes)[number];

/** Why a create was refused: HTTP status, and Kling's code and words. */
export interface Refusal {
	readonly status: number;
	readonly code: number;
	readonly message: string;
}

export type CreateOutcome =
	| { readonly ok: true; readonly task: SimulatedTask; readonly prompt: string | undefined }
	| { readonly ok: false; readonly refusal: Refusal };

const invalidParameters: Refusal = { status: 400, code: 1200, message: 'Invalid request parameters' };
/** A value that is repeated in a message may have any length. */
const longestMessage = 500;
export const invalidValue = (message: string): Refusal => ({ status: 400, code: 1201, message: message.slice(0, longestMessage) });
const methodInvalid: Refusal = { status: 404, code: 1202, message: 'The requested method is invalid' };

/**
 * Creates a task as a POST does: from the request's body, if that is not refused. The only way from a body to a task, for requests and for
 * dry runs.
 * @param body JSON
 * @param options what the body does not say
 * @param externalIds what becomes of the body's external ID
 */
export function createFromBody(
	tasks: TaskBook,
	operation: OperationPath,
	body: string,
	options: Pick<NewTaskOptions, 'successMs'> = {},
	externalIds: ExternalIds = 'honoured',
): CreateOutcome {
	if (findOperation(operation) === undefined) {
		return { ok: false, refusal: methodInvalid };
	}
	const sent = createdFields(body);
	if (!sent.ok) {
		return sent;
	}
	const { fields } = sent;
	const externalId = text(fields['external_task_id']);
	const checked = checkBody(operation, fields, (id) => tasks.find(id) !== undefined);
	if (checked.refused !== undefined) {
		return { ok: false, refusal: invalidValue(checked.refused) };
	}
	const read = readOptions(fields);
	const outcome = omitUndefined({ failure: checked.fails, units: deductionOf(operation, fields) });
	const { externalId: given, ...others } = read;
	const kept =
		externalIds === 'stripped' || given === undefined ? {} : { externalId: given, mayRepeatExternalId: externalIds === 'ignored' };
	const task = tasks.create(operation, { ...others, ...kept, ...options, ...outcome });
	return task === undefined
		? { ok: false, refusal: invalidValue(`External_task_id ${externalId ?? ''} already exists`) }
		: { ok: true, task, prompt: read.prompt };
}

/** The fields of a create's body, if it is an object and its external ID is well formed. */
export function createdFields(
	body: string,
): { readonly ok: true; readonly fields: Json } | { readonly ok: false; readonly refusal: Refusal } {
	const fields = parseObject(body);
	const externalId = text(fields?.['external_task_id']);
	return fields === undefined || (externalId !== undefined && !isTaskId(externalId))
		? { ok: false, refusal: invalidParameters }
		: { ok: true, fields };
}

/** Whether a gateway refuses a body because it does not know where to send it: Kling itself uses a default model. */
export function lacksModel(operation: OperationPath, body: string): boolean {
	const fields = parseObject(body);
	const takesModel = findBodySchema(operation)?.fields['model_name'] !== undefined;
	return takesModel && fields !== undefined && text(fields['model_name']) === undefined && text(fields['model']) === undefined;
}

/** The parts of a create's body that the simulator supports. */
function readOptions(fields: Json): NewTaskOptions {
	const input = isObject(fields['input']) ? fields['input'] : {};
	const prompt = text(fields['prompt']) ?? text(fields['text']) ?? text(input['text']);
	const externalId = text(fields['external_task_id']);
	const parent = text(fields['video_id']) ?? text(input['video_id']);
	const count = Number(fields['n'] ?? 1);
	const watermark = isObject(fields['watermark_info']) && fields['watermark_info']['enabled'] === true;
	return omitUndefined({
		prompt,
		externalId,
		parent,
		count: Number.isInteger(count) && count >= 1 && count <= 9 ? count : 1,
		watermark,
	});
}

function parseObject(body: string): Json | undefined {
	try {
		const value: unknown = JSON.parse(body);
		return isObject(value) ? value : undefined;
	} catch {
		return undefined;
	}
}

function text(value: unknown): string | undefined {
	return typeof value === 'string' && value !== '' ? value : undefined;
}
