import { sameOperation, type OperationPath } from '../core/operation';
import { cannedResponses } from './cannedResponses';
import type { CannedName } from './cannedResponses';
import type { VirtualClock } from './clock';
import type { CreateLog } from './createLog';
import { createFromBody, lacksModel, type ExternalIds, type Refusal } from './createTask';
import type { SeededRandom } from './random';
import { createdBody, listBody, taskBody } from './forms';
import type { ResponseFacts, Json } from './forms';
import type { ResultLinks } from './links';
import type { Route } from './routes';
import { isSessionOperation, openSession } from './sessions';
import type { ResponseForm, SimulatedTask, TaskBook } from './tasks';
import type { ResponseSpec } from './transmit';

/** What the API responds from. */
export interface ApiParts {
	readonly tasks: TaskBook;
	readonly clock: VirtualClock;
	readonly random: SeededRandom;
	readonly links: ResultLinks;
	readonly form: ResponseForm;
	readonly wrongOperation: 'notFound' | 'responded';
	readonly lists: 'answered' | 'refused';
	readonly externalIds: ExternalIds;
	readonly mostRunning: number;
	readonly creates: CreateLog;
}

/** A response and the task it is about. */
export type SimulatedResponse = ResponseSpec & { readonly taskId?: string };

export function jsonResponse(status: number, body: Json): ResponseSpec {
	return { status, headers: { 'Content-Type': 'application/json; charset=utf-8' }, body: Buffer.from(JSON.stringify(body)) };
}

export function cannedResponse(name: CannedName, requestId: string, taskId = ''): ResponseSpec {
	const { status, type, body } = cannedResponses[name];
	return { status, headers: { 'Content-Type': type }, body: Buffer.from(body({ requestId, taskId })) };
}

/**
 * The regular response to an authorised API request.
 * @param body the request's body, for a create
 */
export function respondToApi(
	parts: ApiParts,
	route: Exclude<Route, { kind: 'result' }>,
	query: URLSearchParams,
	body: string,
): SimulatedResponse {
	switch (route.kind) {
		case 'create':
			return respondToCreate(parts, route.operation, body);
		case 'query':
			return respondToQuery(parts, route.operation, route.taskId);
		case 'list':
			return parts.lists === 'refused'
				? cannedResponse('methodInvalid', parts.random.requestId())
				: respondToList(parts, route.operation, query);
		case 'other':
			return cannedResponse('methodInvalid', parts.random.requestId());
	}
}

function factsOf({ clock, random, links }: ApiParts): ResponseFacts {
	return { now: clock.now(), requestId: random.requestId(), link: (task, part, file) => links.mint(task, part, file) };
}

function respondToCreate(parts: ApiParts, operation: OperationPath, body: string): SimulatedResponse {
	const requestId = parts.random.requestId();
	if (parts.form !== 'native' && lacksModel(operation, body)) {
		return cannedResponse('gatewayModelRequired', requestId);
	}
	if (isSessionOperation(operation)) {
		const opened = openSession({ ...parts, now: parts.clock.now() }, operation, body);
		if (!opened.ok) {
			return refusalResponse(opened.refusal, requestId);
		}
		parts.creates.add(operation, body, opened.id);
		return { ...jsonResponse(200, { code: 0, message: 'SUCCEED', request_id: requestId, data: opened.data }), taskId: opened.id };
	}
	if (parts.tasks.unfinished() >= parts.mostRunning) {
		return cannedResponse('concurrency', requestId);
	}
	const created = createFromBody(parts.tasks, operation, body, {}, parts.externalIds);
	if (!created.ok) {
		return refusalResponse(created.refusal, requestId);
	}
	const { task } = created;
	parts.creates.add(operation, body, task.id);
	return { ...jsonResponse(200, createdBody(task, formOf(parts, task), factsOf(parts))), taskId: task.id };
}

function refusalResponse({ status, code, message }: Refusal, requestId: string): ResponseSpec {
	return jsonResponse(status, { code, message, request_id: requestId });
}

function respondToQuery(parts: ApiParts, operation: OperationPath, taskId: string): SimulatedResponse {
	const byEither = parts.tasks.find(taskId);
	const found = parts.externalIds === 'ignored' && byEither?.id !== taskId ? undefined : byEither;
	const isOther = found === undefined || !sameOperation(found, operation);
	const task = isOther && parts.wrongOperation === 'notFound' ? undefined : found;
	if (task === undefined) {
		const isKling = parts.form === 'native' && parts.externalIds !== 'ignored';
		return cannedResponse(isKling ? 'taskNotFound' : 'gatewayTaskNotExist', parts.random.requestId(), taskId);
	}
	return jsonResponse(200, taskBody(task, formOf(parts, task), factsOf(parts)));
}

function respondToList(parts: ApiParts, operation: OperationPath, query: URLSearchParams): SimulatedResponse {
	const page = Number(query.get('pageNum') ?? 1);
	const size = Number(query.get('pageSize') ?? 30);
	const isValid = Number.isInteger(page) && page >= 1 && page <= 1000 && Number.isInteger(size) && size >= 1 && size <= 500;
	if (!isValid) {
		return cannedResponse('invalidParameters', parts.random.requestId());
	}
	const tasks = parts.tasks.list(operation).slice((page - 1) * size, page * size);
	return jsonResponse(
		200,
		listBody(tasks, (task) => formOf(parts, task), factsOf(parts)),
	);
}

const formOf = (parts: ApiParts, task: SimulatedTask): ResponseForm => task.form ?? parts.form;
