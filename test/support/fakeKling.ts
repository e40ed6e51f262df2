import { apiError } from '../../src/api/apiError';
import type { ApiError, ApiErrorKind } from '../../src/core/problem';
import type { TaskSnapshot, TaskRef } from '../../src/core/task';
import type { TaskIds } from '../../src/core/taskIds';
import type { Clock } from '../../src/tracking/ports/host';
import type { KlingApi, CheckOutcome, ListOutcome, ListQuestion } from '../../src/tracking/ports/kling';

export interface Request {
	readonly ref: TaskRef;
	readonly apiKey: string;
	readonly at: number;
}

type ScriptedResponse = CheckOutcome | ((ref: TaskRef, known: Omit<TaskIds, 'id'>) => CheckOutcome | Promise<CheckOutcome>);

/** A Kling API with scripted responses, on the test's clock. It records its requests. */
export class FakeKling implements KlingApi {
	readonly requests: Request[] = [];
	/** Latency of a response, ms. */
	latencyMs = 0;
	inFlight = 0;
	mostInFlight = 0;
	aborted = 0;
	readonly #clock: Clock;
	readonly #scripts = new Map<string, ScriptedResponse[]>();
	readonly #inFlight = new Map<string, number>();
	/** The most concurrent checks of one task. */
	mostPerTask = 0;

	constructor(clock: Clock) {
		this.#clock = clock;
	}

	/** The task's responses, check by check; the last one is repeated. Without a script: processing. */
	script(id: string, ...responses: ScriptedResponse[]): void {
		this.#scripts.set(id, responses);
	}

	/** The times of the checks of one task, in seconds after `start`. */
	seconds(id: string, start: number): number[] {
		return this.requests.filter(({ ref }) => ref.id === id).map(({ at }) => (at - start) / 1000);
	}

	count(id: string): number {
		return this.requests.filter(({ ref }) => ref.id === id).length;
	}

	/** The response to list queries of all operations; by default, the API has none. */
	lists: (question: ListQuestion) => ListOutcome = () => ({ ok: false, error: apiError('malformed', { message: '404 page not found' }) });
	readonly listRequests: (ListQuestion & { readonly apiKey: string; readonly at: number })[] = [];

	async list(question: ListQuestion, apiKey: string, signal: AbortSignal): Promise<ListOutcome> {
		signal.throwIfAborted();
		this.listRequests.push({ ...question, apiKey, at: this.#clock.now() });
		this.mostInFlight = Math.max(this.mostInFlight, ++this.inFlight);
		try {
			await this.#travel(signal);
			return this.lists(question);
		} finally {
			this.inFlight--;
		}
	}

	async query(ref: TaskRef, apiKey: string, signal: AbortSignal, known: Omit<TaskIds, 'id'> = {}): Promise<CheckOutcome> {
		signal.throwIfAborted();
		this.requests.push({ ref, apiKey, at: this.#clock.now() });
		const inFlight = (this.#inFlight.get(ref.id) ?? 0) + 1;
		this.#inFlight.set(ref.id, inFlight);
		this.mostPerTask = Math.max(this.mostPerTask, inFlight);
		this.mostInFlight = Math.max(this.mostInFlight, ++this.inFlight);
		try {
			await this.#travel(signal);
			const responses = this.#scripts.get(ref.id) ?? [];
			const response = (responses.length > 1 ? responses.shift() : responses[0]) ?? processing();
			return typeof response === 'function' ? await response(ref, known) : response;
		} finally {
			this.inFlight--;
			this.#inFlight.set(ref.id, inFlight - 1);
		}
	}

	async #travel(signal: AbortSignal): Promise<void> {
		await new Promise<void>((resolve, reject) => {
			const timer = this.#clock.after(this.latencyMs, resolve);
			signal.addEventListener('abort', () => {
				timer.dispose();
				this.aborted++;
				reject(signal.reason instanceof Error ? signal.reason : new Error('aborted'));
			});
		});
	}
}

export function snapshotted(snapshot: Partial<TaskSnapshot> & Pick<TaskSnapshot, 'status'>): CheckOutcome {
	return { ok: true, snapshot: { rawStatus: snapshot.status, results: [], ...snapshot }, body: '{}' };
}

export function processing(): CheckOutcome {
	return snapshotted({ status: 'processing' });
}

export function succeeded(url = 'https://media.example/clip.mp4'): CheckOutcome {
	return snapshotted({ status: 'succeeded', rawStatus: 'succeed', results: [{ kind: 'video', url }] });
}

export function refused(kind: ApiErrorKind, more: Partial<Omit<ApiError, 'kind'>> = {}): CheckOutcome {
	return { ok: false, error: apiError(kind, { message: `${kind} in the API's words`, ...more }) };
}
