import { isTaskId, parseOperationPath, operationKey, type OperationPath } from '../core/operation';
import type { ApiError } from '../core/problem';
import { createPath, listPath, queryPath } from '../core/queryPath';
import type { OriginOperation, TaskRef } from '../core/task';
import type { TaskIds } from '../core/taskIds';
import type { CreateApi, CreateOutcome, CreateQuestion, SearchOutcome } from '../creation/ports/createApi';
import type { KlingApi, CheckOutcome, ListOutcome, ListQuestion } from '../tracking/ports/kling';
import type { ApiQuestion } from './http';

/** Deadlines, ms, where not the defaults of `askApi` and `postToApi`. */
interface Limits {
	/** For a whole check. */
	readonly deadlineMs?: number;
	readonly create?: { readonly deadlineMs?: number; readonly openMs?: number };
}

/** Kling behind a gateway, or any compatible API. HTTP and the readers of responses are loaded with the first check or create. */
export class KlingClient implements KlingApi, CreateApi {
	readonly #limits: Limits;
	readonly #editorNamesAgent: () => boolean;

	/** @param editorNamesAgent see `ApiQuestion`; called before each request */
	constructor(limits: Limits = {}, editorNamesAgent: () => boolean = () => false) {
		this.#limits = limits;
		this.#editorNamesAgent = editorNamesAgent;
	}

	/**
	 * One check: `GET {origin}/kling/v1/{action}/{action2}/{id}`. The returned value never contains the key, even if the response repeated
	 * it.
	 * @throws the signal's reason when aborted, nothing else
	 */
	async query(ref: TaskRef, apiKey: string, signal: AbortSignal, known: Omit<TaskIds, 'id'> = {}): Promise<CheckOutcome> {
		signal.throwIfAborted();
		if (!isWellFormed(ref)) {
			return { ok: false, error: malformedReference(ref) };
		}
		const { checkTask } = await import('./check');
		return await checkTask(this.#question(`${ref.origin}${queryPath(ref)}`, apiKey, signal), { ...known, id: ref.id, origin: ref.origin });
	}

	/**
	 * One list query: `GET {origin}/kling/v1/{action}/{action2}?pageNum=1&pageSize=…`. As with `query`, the key is in nothing that is
	 * returned.
	 * @throws the signal's reason when aborted, nothing else
	 */
	async list({ operation, tasks, pageSize }: ListQuestion, apiKey: string, signal: AbortSignal): Promise<ListOutcome> {
		signal.throwIfAborted();
		if (!isOperation(operation)) {
			return { ok: false, error: malformedReference({ ...operation, id: '' }) };
		}
		const { checkList } = await import('./check');
		const question = this.#question(`${operation.origin}${listPath(operation, pageSize)}`, apiKey, signal);
		return await checkList(question, operation.origin, tasks);
	}

	/**
	 * One create: `POST {origin}/kling/v1/{action}/{action2}`. As with `query`, the key is in nothing that is returned. A `notSent` whose
	 * error is not retryable (an invalid URL, a key that is no header) is the same at every attempt.
	 * @throws the signal's reason when aborted before the first byte, nothing else
	 */
	async create({ operation, length, chunks }: CreateQuestion, apiKey: string, signal: AbortSignal): Promise<CreateOutcome> {
		signal.throwIfAborted();
		if (!isOperation(operation)) {
			return { kind: 'notSent', error: malformedReference({ ...operation, id: '' }) };
		}
		const { createTask } = await import('./create');
		const url = `${operation.origin}${createPath(operation)}`;
		const question = { url, apiKey, signal, length, chunks, ...this.#limits.create, editorNamesAgent: this.#editorNamesAgent() };
		return await createTask(question, operation);
	}

	/** One query by external ID. @throws the signal's reason when aborted, nothing else */
	async queryByExternalId(operation: OriginOperation, externalId: string, apiKey: string, signal: AbortSignal): Promise<SearchOutcome> {
		signal.throwIfAborted();
		const ref = { ...operation, id: externalId };
		if (!isWellFormed(ref)) {
			return { kind: 'failed', error: malformedReference(ref) };
		}
		const { searchById } = await import('./create');
		return await searchById(this.#question(`${operation.origin}${queryPath(ref)}`, apiKey, signal), operation, externalId);
	}

	/** The newest tasks of the operation. @throws the signal's reason when aborted, nothing else */
	async findInList(operation: OriginOperation, externalId: string, apiKey: string, signal: AbortSignal): Promise<SearchOutcome> {
		signal.throwIfAborted();
		if (!isOperation(operation)) {
			return { kind: 'failed', error: malformedReference({ ...operation, id: '' }) };
		}
		const { searchInList } = await import('./create');
		const url = `${operation.origin}${listPath(operation, searchedPageSize)}`;
		return await searchInList(this.#question(url, apiKey, signal), operation, externalId);
	}

	#question(url: string, apiKey: string, signal: AbortSignal): ApiQuestion {
		const { deadlineMs } = this.#limits;
		return { url, apiKey, signal, ...(deadlineMs !== undefined && { deadlineMs }), editorNamesAgent: this.#editorNamesAgent() };
	}
}

/** Kling's own page size, which a gateway that knows lists accepts for sure. */
const searchedPageSize = 30;

/** Whether every segment of the query path is valid. */
function isWellFormed(ref: TaskRef): boolean {
	return isOperation(ref) && isTaskId(ref.id);
}

function isOperation(path: OperationPath): boolean {
	return parseOperationPath(operationKey(path)) !== undefined && !path.action.includes('/');
}

function malformedReference(ref: TaskRef): ApiError {
	return { kind: 'badRequest', retryable: false, code: 'ERR_INVALID_URL', message: `${operationKey(ref)}/${ref.id}`.slice(0, 200) };
}
