import { isTaskId, parseOperationPath, operationKey, type OperationPath } from '../core/operation';
import type { ApiError } from '../core/problem';
import { listPath, queryPath } from '../core/queryPath';
import type { TaskRef } from '../core/task';
import type { TaskIds } from '../core/taskIds';
import type { KlingApi, CheckOutcome, ListOutcome, ListQuestion } from '../tracking/ports/kling';
import type { ApiQuestion } from './http';

/** Kling behind a gateway, or any compatible API. HTTP and the response reader are loaded with the first check. */
export class KlingClient implements KlingApi {
	readonly #limits: { readonly deadlineMs?: number };
	readonly #editorNamesAgent: () => boolean;

	/**
	 * @param limits the deadline for a whole response (ms), if not the default of `askApi`
	 * @param editorNamesAgent see `ApiQuestion`; called before each request
	 */
	constructor(limits: { readonly deadlineMs?: number } = {}, editorNamesAgent: () => boolean = () => false) {
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

	#question(url: string, apiKey: string, signal: AbortSignal): ApiQuestion {
		return { url, apiKey, signal, ...this.#limits, editorNamesAgent: this.#editorNamesAgent() };
	}
}

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
