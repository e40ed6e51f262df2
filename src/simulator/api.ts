import { defined } from '../core/defined';
import { isTaskId, sameOperation, type OperationPath } from '../core/operation';
import { cannedAnswers } from './cannedAnswers';
import type { CannedName } from './cannedAnswers';
import type { VirtualClock } from './clock';
import type { Dice } from './dice';
import { createdBody, listBody, taskBody } from './forms';
import type { AnswerFacts, Json } from './forms';
import type { ResultLinks } from './links';
import type { Route } from './routes';
import type { NewTaskOptions, ResponseForm, SimulatedTask, TaskBook } from './tasks';
import type { Answer } from './transmit';

/** What the API answers from. */
export interface ApiParts {
	readonly tasks: TaskBook;
	readonly clock: VirtualClock;
	readonly dice: Dice;
	readonly links: ResultLinks;
	readonly form: ResponseForm;
	readonly wrongOperation: 'notFound' | 'answered';
}

/** An answer and the task it is about. */
export type ApiAnswer = Answer & { readonly taskId?: string };

export function jsonAnswer(status: number, body: Json): Answer {
	return { status, headers: { 'Content-Type': 'application/json; charset=utf-8' }, body: Buffer.from(JSON.stringify(body)) };
}

export function cannedAnswer(name: CannedName, requestId: string, taskId = ''): Answer {
	const { status, type, body } = cannedAnswers[name];
	return { status, headers: { 'Content-Type': type }, body: Buffer.from(body({ requestId, taskId })) };
}

/**
 * Answers an authorised API request truly.
 * @param body the request's body, for a create
 */
export function answerApi(parts: ApiParts, route: Exclude<Route, { kind: 'result' }>, query: URLSearchParams, body: string): ApiAnswer {
	switch (route.kind) {
		case 'create':
			return answerCreate(parts, route.operation, body);
		case 'query':
			return answerQuery(parts, route.operation, route.taskId);
		case 'list':
			return answerList(parts, route.operation, query);
		case 'other':
			return cannedAnswer('methodInvalid', parts.dice.requestId());
	}
}

function factsOf({ clock, dice, links }: ApiParts): AnswerFacts {
	return { now: clock.now(), requestId: dice.requestId(), link: (task, part, file) => links.mint(task, part, file) };
}

function answerCreate(parts: ApiParts, operation: OperationPath, body: string): ApiAnswer {
	const requestId = parts.dice.requestId();
	const fields = parseObject(body);
	if (fields === undefined) {
		return cannedAnswer('invalidParameters', requestId);
	}
	const externalId = text(fields['external_task_id']);
	if (externalId !== undefined && !isTaskId(externalId)) {
		return cannedAnswer('invalidParameters', requestId);
	}

	const task = parts.tasks.create(operation, readOptions(fields));
	if (task === undefined) {
		return cannedAnswer('externalIdTaken', requestId, externalId);
	}
	return { ...jsonAnswer(200, createdBody(task, formOf(parts, task), factsOf(parts))), taskId: task.id };
}

/** What a create's body asks for, as far as the simulator cares. */
function readOptions(fields: Json): NewTaskOptions {
	const input = isObject(fields['input']) ? fields['input'] : {};
	const prompt = text(fields['prompt']) ?? text(fields['text']);
	const externalId = text(fields['external_task_id']);
	const parent = text(fields['video_id']) ?? text(input['video_id']);
	const count = Number(fields['n'] ?? 1);
	const watermark = isObject(fields['watermark_info']) && fields['watermark_info']['enabled'] === true;
	return defined({
		prompt,
		externalId,
		parent,
		count: Number.isInteger(count) && count >= 1 && count <= 9 ? count : 1,
		watermark,
	});
}

function answerQuery(parts: ApiParts, operation: OperationPath, taskId: string): ApiAnswer {
	const found = parts.tasks.find(taskId);
	const isOther = found === undefined || !sameOperation(found, operation);
	const task = isOther && parts.wrongOperation === 'notFound' ? undefined : found;
	if (task === undefined) {
		return cannedAnswer(parts.form === 'native' ? 'taskNotFound' : 'gatewayTaskNotExist', parts.dice.requestId(), taskId);
	}
	return jsonAnswer(200, taskBody(task, formOf(parts, task), factsOf(parts)));
}

function answerList(parts: ApiParts, operation: OperationPath, query: URLSearchParams): ApiAnswer {
	const page = Number(query.get('pageNum') ?? 1);
	const size = Number(query.get('pageSize') ?? 30);
	const isValid = Number.isInteger(page) && page >= 1 && page <= 1000 && Number.isInteger(size) && size >= 1 && size <= 500;
	if (!isValid) {
		return cannedAnswer('invalidParameters', parts.dice.requestId());
	}
	return jsonAnswer(200, listBody(parts.tasks.list(operation).slice((page - 1) * size, page * size), factsOf(parts)));
}

const formOf = (parts: ApiParts, task: SimulatedTask): ResponseForm => task.form ?? parts.form;

function parseObject(body: string): Json | undefined {
	try {
		const value: unknown = JSON.parse(body);
		return isObject(value) ? value : undefined;
	} catch {
		return undefined;
	}
}

function isObject(value: unknown): value is Json {
	return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function text(value: unknown): string | undefined {
	return typeof value === 'string' && value !== '' ? value : undefined;
}
