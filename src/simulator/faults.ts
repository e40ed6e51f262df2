import type { CannedName } from './cannedResponses';
import type { MediaName } from './media';

/**
 * The faults that one request can have. Times are real ms, whatever the simulator's clock says. `executed: true`: the request takes effect
 * all the same, so that a create makes its task and the client does not learn of it.
 */
export type Fault =
	/**
	 * A row of the error tables. `status` overrides the row's own, as error codes also occur under 200. `retryAfter` is in seconds;
	 * `retryAfterAs: 'date'` sends them as a date.
	 */
	| {
			readonly kind: 'canned';
			readonly name: CannedName;
			readonly status?: number;
			readonly retryAfter?: number;
			readonly retryAfterAs?: 'seconds' | 'date';
			readonly executed?: boolean;
	  }
	/** Any status and body. */
	| { readonly kind: 'body'; readonly status: number; readonly body: string; readonly type?: string; readonly executed?: boolean }
	/** An error whose text contains the key that was sent. Default 401. */
	| { readonly kind: 'echoKey'; readonly status?: number }
	/** The regular response about another task; about this one if there is no other. */
	| { readonly kind: 'otherTask' }
	/** The regular response with every link empty. */
	| { readonly kind: 'withoutLinks' }
	| {
			readonly kind: 'redirect';
			readonly status?: 301 | 302 | 303 | 307 | 308;
			readonly location: string;
			readonly executed?: boolean;
	  }
	/** The regular response, delayed by `ms`. */
	| { readonly kind: 'late'; readonly ms: number }
	/** The regular response as it is when the request arrives, sent once `until` is aborted. */
	| { readonly kind: 'held'; readonly until: AbortSignal }
	/** The regular response, its body in small pieces over `ms`. */
	| { readonly kind: 'slowBody'; readonly ms: number }
	/** The first half of the regular response as if it were complete: truncated JSON. */
	| { readonly kind: 'truncated' }
	/** The connection is reset once the headers of the request are read; the request is not executed. */
	| { readonly kind: 'resetBefore' }
	/** The same once `bytes` of the request's body are read. */
	| { readonly kind: 'resetMidRequest'; readonly bytes: number }
	/** The request is read whole, then the connection is reset or closed without a response, or nothing happens any more. */
	| { readonly kind: 'noResponse'; readonly end: 'reset' | 'close' | 'silence'; readonly executed: boolean }
	/** Nothing of the request's body is read for `ms`; then the regular response. */
	| { readonly kind: 'slowReading'; readonly ms: number }
	/** The connection is reset in the middle of the regular response's body. */
	| { readonly kind: 'resetMidBody' }
	/** There is never a response. */
	| { readonly kind: 'silence' }
	/** The regular status, then a body that never ends; it begins with the regular one if `after` says so. */
	| { readonly kind: 'endlessBody'; readonly after?: 'body' }
	/** The regular status, then this many bytes of spaces, then the regular body. */
	| { readonly kind: 'hugeBody'; readonly bytes: number }
	| ResultFault
	/**
	 * The regular response ends after `bytes` of its body (default: half of it), whose length was announced (`close`, `reset`, `silence`) or
	 * not (`chunks`: chunked encoding without its end; `closeUnannounced`: only the end of the connection says that the body ends).
	 */
	| { readonly kind: 'cut'; readonly by: 'close' | 'reset' | 'chunks' | 'silence' | 'closeUnannounced'; readonly bytes?: number }
	/** The regular body, announced as one byte shorter. */
	| { readonly kind: 'overlong' };

/** What a result's link leads to other than its file. */
type ResultFault =
	/** The whole file, whatever range was requested. */
	| { readonly kind: 'rangeIgnored' }
	/**
	 * Another file, with an ETag of its own, is there now. `as: 'rest'`: a requested range is taken from it, although `If-Range` names the
	 * other file.
	 */
	| { readonly kind: 'changedFile'; readonly as?: 'whole' | 'rest' }
	/** 416 to a request for a range, as if the file was empty. */
	| { readonly kind: 'unsatisfiable' }
	/** The file, compressed, without a `Content-Encoding`. */
	| { readonly kind: 'gzipped' }
	/** A file of another kind of media. */
	| { readonly kind: 'otherMedia'; readonly file: MediaName }
	/** One byte is another than in the file; the digest is the file's. */
	| { readonly kind: 'damaged' }
	/** 401 without the right key; the file with it. */
	| { readonly kind: 'wantsKey' };

/** Which requests a fault applies to; a missing field matches all. */
interface FaultMatch {
	/** Default `api`: requests for results have faults of their own. */
	readonly on?: 'api' | 'result';
	readonly method?: 'GET' | 'POST' | 'HEAD';
	readonly taskId?: string;
	readonly path?: RegExp;
}

export interface FaultOrder {
	readonly fault: Fault;
	readonly match?: FaultMatch;
	/** How many requests get it; Infinity: all, until cancelled. Default 1. */
	readonly times?: number;
}

/** A registered fault. */
export interface OrderedFault {
	/** How many requests have had it. */
	readonly hits: number;
	cancel(): void;
}

/** The facts of a request that faults are matched against. */
export interface FaultCandidate {
	readonly on: 'api' | 'result';
	readonly method: string;
	readonly path: string;
	readonly taskId: string | undefined;
}

/** The pending faults; the one registered first is used first. */
export class Faults {
	#waiting: { order: FaultOrder; hits: number }[] = [];

	/** Registers a fault for the next requests that match. */
	next(order: FaultOrder): OrderedFault {
		const entry = { order, hits: 0 };
		this.#waiting.push(entry);
		return {
			get hits() {
				return entry.hits;
			},
			cancel: () => {
				this.#waiting = this.#waiting.filter((other) => other !== entry);
			},
		};
	}

	/** Cancels all pending faults. */
	clear(): void {
		this.#waiting = [];
	}

	/** The fault for this request, if any; counts as used once more. */
	take(request: FaultCandidate): Fault | undefined {
		const entry = this.#waiting.find(({ order }) => matches(order.match ?? {}, request));
		if (entry === undefined) {
			return undefined;
		}
		entry.hits += 1;
		if (entry.hits >= (entry.order.times ?? 1)) {
			this.#waiting = this.#waiting.filter((other) => other !== entry);
		}
		return entry.order.fault;
	}
}

function matches({ on = 'api', method, taskId, path }: FaultMatch, request: FaultCandidate): boolean {
	return (
		on === request.on &&
		(method === undefined || method === request.method) &&
		(taskId === undefined || taskId === request.taskId) &&
		(path === undefined || path.test(request.path))
	);
}
