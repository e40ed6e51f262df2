import type { Fault } from './faults';
import type { Authorization } from './keys';

/** The purpose of a request. */
export type RequestKind = 'create' | 'query' | 'list' | 'result' | 'other';

/** One received request and its outcome. Never contains a key or a link's signature. */
export interface LoggedRequest {
	readonly kind: RequestKind;
	readonly method: string;
	/** Without the query string. */
	readonly path: string;
	/** The requested or created task by its own ID, even if the path has its external ID; for an unknown task, the ID in the path. */
	readonly taskId: string | undefined;
	readonly authorization: Authorization;
	/** The `Range` header of a request for a result. */
	readonly range: string | undefined;
	/** Its `If-Range` header. */
	readonly ifRange: string | undefined;
	/** When it was received, ms since 1970 on the machine's clock. */
	readonly at: number;
	/** The same on the simulator's clock. */
	readonly clockAt: number;
	/** The response's status; undefined while there is none, or if the connection was reset before it. */
	readonly status: number | undefined;
	/** When the response was sent or the connection was closed, ms since 1970 on the machine's clock; undefined until then. */
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

	/** @param saw whether any request had a key */
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

	/** Whether any request had this key. Keys are compared by hash and never stored. */
	sawKey(key: string): boolean {
		return this.#saw(key);
	}

	clear(): void {
		this.#entries = [];
	}

	/** Adds a request; the returned function completes its entry. */
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
