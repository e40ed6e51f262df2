import type { CannedName } from './cannedResponses';

/** What can go wrong with one request. Times are real ms, whatever the simulator's clock says. */
export type Fault =
	/** A row of the error tables; `status` overrides the row's own (error codes also occur under 200), `retryAfter` is seconds, or `date` for seconds as a date. */
	| {
			readonly kind: 'canned';
			readonly name: CannedName;
			readonly status?: number;
			readonly retryAfter?: number;
			readonly retryAfterAs?: 'seconds' | 'date';
	  }
	/** Any status and body. */
	| { readonly kind: 'body'; readonly status: number; readonly body: string; readonly type?: string }
	/** An error whose text repeats the key that was sent. Default 401. */
	| { readonly kind: 'echoKey'; readonly status?: number }
	/** The true answer about another task; about this one where there is no other. */
	| { readonly kind: 'otherTask' }
	/** The true answer, every link in it left empty. */
	| { readonly kind: 'withoutLinks' }
	| { readonly kind: 'redirect'; readonly status?: 301 | 302 | 307 | 308; readonly location: string }
	/** The true answer, but nothing of it before `ms` have passed. */
	| { readonly kind: 'late'; readonly ms: number }
	/** The true answer, its body in small pieces over `ms`. */
	| { readonly kind: 'slowBody'; readonly ms: number }
	/** The true answer's first half, as if it were all: JSON that stops in the middle. */
	| { readonly kind: 'truncated' }
	/** The connection is reset before any answer; the request is not carried out. */
	| { readonly kind: 'resetBefore' }
	/** The connection is reset in the middle of the true answer's body. */
	| { readonly kind: 'resetMidBody' }
	/** No answer ever. */
	| { readonly kind: 'silence' }
	/** The true status, then a body that never ends. */
	| { readonly kind: 'endlessBody' }
	/** The true status, then spaces of this many bytes, then the true body. */
	| { readonly kind: 'hugeBody'; readonly bytes: number };

/** Which requests a fault is for; what is left out matches all. */
interface FaultMatch {
	/** Default `api`: results have faults of their own. */
	readonly on?: 'api' | 'result';
	readonly method?: 'GET' | 'POST' | 'HEAD';
	readonly taskId?: string;
	readonly path?: RegExp;
}

export interface FaultOrder {
	readonly fault: Fault;
	readonly match?: FaultMatch;
	/** How many requests get it; Infinity: all, until it is cancelled. Default 1. */
	readonly times?: number;
}

/** A fault that was ordered. */
export interface OrderedFault {
	/** How many requests have had it. */
	readonly hits: number;
	cancel(): void;
}

/** What a fault is matched against. */
export interface FaultCandidate {
	readonly on: 'api' | 'result';
	readonly method: string;
	readonly path: string;
	readonly taskId: string | undefined;
}

/** The faults that wait for their requests, first ordered first served. */
export class Faults {
	#waiting: { order: FaultOrder; hits: number }[] = [];

	/** Orders a fault for the next requests that match. */
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

	/** Takes back all that wait. */
	clear(): void {
		this.#waiting = [];
	}

	/** The fault for this request, now used once more. */
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
