import type { Fault } from './faults';
import type { Authorization } from './keys';

/** What a request was for. */
export type RequestKind = 'create' | 'query' | 'list' | 'result' | 'other';

/** One request as it came, and what became of it. Never holds a key, nor a link's signature. */
export interface LoggedRequest {
	readonly kind: RequestKind;
	readonly method: string;
	/** Without the query string. */
	readonly path: string;
	/** The task that was asked for or created: its own id, also when the path names it by its external id; of an unknown task, what the path says. */
	readonly taskId: string | undefined;
	readonly authorization: Authorization;
	/** The `Range` header of a result's request. */
	readonly range: string | undefined;
	/** When it came, ms since 1970 on the machine's clock. */
	readonly at: number;
	/** The same on the simulator's clock. */
	readonly clockAt: number;
	/** What was answered; undefined while it is not, or when the connection was reset first. */
	readonly status: number | undefined;
	/** When its answer had gone out or its connection was gone, ms since 1970 on the machine's clock; undefined while neither is so. */
	readonly closedAt: number | undefined;
	/** The fault it got. */
	readonly fault: Fault['kind'] | undefined;
}

export interface RequestFilter {
	readonly kind?: RequestKind;
	readonly taskId?: string;
}

/** Every request since the start, in order of arrival. */
export class RequestLog {
	#entries: LoggedRequest[] = [];
	readonly #saw: (key: string) => boolean;

	/** @param saw whether a key came with any request */
	constructor(saw: (key: string) => boolean) {
		this.#saw = saw;
	}

	/** The requests so far, oldest first. */
	all(filter: RequestFilter = {}): readonly LoggedRequest[] {
		return this.#entries.filter(
			(entry) =>
				(filter.kind === undefined || filter.kind === entry.kind) && (filter.taskId === undefined || filter.taskId === entry.taskId),
		);
	}

	/** Whether this very key came with any request; keys are compared by hash and stored nowhere. */
	sawKey(key: string): boolean {
		return this.#saw(key);
	}

	clear(): void {
		this.#entries = [];
	}

	/** Notes a request; the returned function completes its entry. */
	open(entry: LoggedRequest): (outcome: Partial<Pick<LoggedRequest, 'status' | 'taskId' | 'closedAt'>>) => void {
		let current = entry;
		this.#entries.push(current);
		return (outcome) => {
			const at = this.#entries.indexOf(current);
			current = { ...current, ...outcome };
			if (at >= 0) {
				this.#entries[at] = current;
			}
		};
	}
}
