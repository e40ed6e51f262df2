import { apiDeadlineMs } from '../../../src/api/http';
import { operations } from '../../../src/core/operation';
import type { CannedName } from '../../../src/simulator/cannedResponses';
import type { Fault } from '../../../src/simulator/faults';
import { failureReasons, responseForms, secondsOf } from '../../../src/simulator/tasks';
import type { OperationPath } from '../../../src/core/operation';
import type { ResponseForm } from '../../../src/simulator/tasks';
import { Draw } from './draw';
import type { ClockJump } from './scaledClock';

const second = 1_000;
const minute = 60 * second;
const hour = 60 * minute;

/** How many tasks are tracked per minute of the windows' time. */
export const tasksPerMinute = 3;
/** How often (ms of the windows' time) a person refreshes the tasks that have not finished at the end. */
export const refreshEveryMs = 3 * minute;
/** Everything happens in this part of a run, and tasks are tracked in this part of that; the remaining time is calm. */
const eventfulPart = 0.6;
const trackingPart = 0.95;

/** A step of the plan. Spans are ms of the windows' time, including those in a fault. */
export type Happening =
	/** A person tracks a new task. */
	| { readonly what: 'track'; readonly operation: OperationPath; readonly form: ResponseForm; readonly failure: string | undefined }
	/** Up to `times` requests get a fault, within a span. */
	| { readonly what: 'fault'; readonly name: FaultName; readonly fault: Fault; readonly times: number; readonly lastsMs: number }
	/** A window is ended, by its index, and opened again. */
	| { readonly what: 'kill' | 'close'; readonly window: number; readonly lastsMs: number }
	/** A window gets the focus, by its index; undefined: none has it. */
	| { readonly what: 'focus'; readonly window: number | undefined }
	/** The key is removed, or refused by the API; after the span another one is set. */
	| { readonly what: 'removeKey' | 'rejectKey'; readonly lastsMs: number }
	/** Another process holds the database's write lock. */
	| { readonly what: 'lock'; readonly lastsMs: number }
	/** A person refreshes all active tasks. */
	| { readonly what: 'refresh' };

/** A step with its time: ms after the start of the windows' clock. */
export type Step = Happening & { readonly at: number };

export interface Plan {
	/** By time. */
	readonly steps: readonly Step[];
	readonly jumps: readonly ClockJump[];
	/** The last step is over: the remaining tasks finish and are announced. */
	readonly calmFrom: number;
	/** The deadline for that. */
	readonly finishesAt: number;
}

const faultsOf = (...names: readonly CannedName[]) => names.map((name): Fault => ({ kind: 'canned', name }));

/**
 * The faults by name: the response, the maximum number of requests, and the maximum span (s). A silent connection is given up after the
 * real 15 s, whatever the speed, so there are few of them.
 */
const faults = {
	'Kling server error': { faults: faultsOf('serverError', 'unavailable', 'timeout'), times: 12, lasts: 60 },
	'gateway server error': {
		faults: faultsOf('gatewayServerError', 'gatewayUnavailable', 'gatewayTimeout', 'gatewayFetchFailed', 'gatewayNoChannel'),
		times: 12,
		lasts: 60,
	},
	'lasting refusal': {
		faults: faultsOf('gatewayInvalidRequest', 'noRight', 'inArrears', 'gatewayQuota', 'invalidParameters', 'platformPolicy'),
		times: 3,
		lasts: 40,
	},
	'HTML page': {
		faults: faultsOf('badGatewayPage', 'unavailablePage', 'gatewayTimeoutPage', 'cloudflareTimeoutPage', 'notFoundPage', 'websitePage'),
		times: 4,
		lasts: 40,
	},
	'429': { faults: faultsOf('rateLimit', 'concurrency', 'gatewayRateLimit', 'gatewaySaturated', 'rateLimitPage'), times: 4, lasts: 60 },
	'429 with Retry-After': {
		faults: [5, 20, 45].flatMap((retryAfter): Fault[] => [
			{ kind: 'canned', name: 'gatewayRateLimit', retryAfter },
			{ kind: 'canned', name: 'rateLimit', retryAfter, retryAfterAs: 'date' },
		]),
		times: 4,
		lasts: 60,
	},
	'not found': { faults: faultsOf('taskNotFound', 'gatewayTaskNotExist', 'errorAsText'), times: 6, lasts: 40 },
	'no answer in it': { faults: faultsOf('noData', 'emptyBody'), times: 3, lasts: 40 },
	redirect: { faults: [{ kind: 'redirect', location: 'https://elsewhere.example/' }], times: 2, lasts: 40 },
	reset: { faults: [{ kind: 'resetBefore' }, { kind: 'resetMidBody' }], times: 10, lasts: 60 },
	silence: { faults: [{ kind: 'silence' }], times: 2, lasts: 40 },
	truncated: { faults: [{ kind: 'truncated' }], times: 4, lasts: 40 },
	'too large': { faults: [{ kind: 'hugeBody', bytes: 5 * 1024 * 1024 }, { kind: 'endlessBody' }], times: 2, lasts: 40 },
	slow: {
		faults: [4, 11, 30].flatMap((seconds): Fault[] => [
			{ kind: 'late', ms: seconds * second },
			{ kind: 'slowBody', ms: seconds * second },
		]),
		times: 12,
		lasts: 60,
	},
	// Responses that do not mention the task, or name another one: none of them may finish a task.
	'router 404': { faults: faultsOf('messageOnly'), times: Infinity, lasts: 60 },
	'stray failure': {
		faults: [
			{ status: 'failed', message: 'Unauthorized' },
			{ success: false, message: 'rate limited', data: { status: 'failed' } },
			{ id: 'req-1', status: 'failed', error: { code: 401, message: 'bad key' } },
		].map((body): Fault => ({ kind: 'body', status: 200, body: JSON.stringify(body) })),
		times: 1,
		lasts: 40,
	},
	'one 401': { faults: faultsOf('gatewayInvalidToken', 'authenticationFailed'), times: 1, lasts: 40 },
	"another task's answer": { faults: [{ kind: 'otherTask' }], times: 3, lasts: 40 },
	'success without its links': { faults: [{ kind: 'withoutLinks' }], times: 8, lasts: 60 },
	'network dead': { faults: [{ kind: 'resetBefore' }], times: Infinity, lasts: 90 },
} satisfies Record<string, { readonly faults: readonly Fault[]; readonly times: number; readonly lasts: number }>;

export type FaultName = keyof typeof faults;
const faultNames = Object.keys(faults).filter((name): name is FaultName => name in faults);

/**
 * The shortest run (ms of the windows' time) whose last tasks finish before its end, whatever the seed. The slowest task may be tracked last,
 * and a request that gets no response may be sent last; a refresh follows within its interval and takes at most a minute, because the rate
 * allows more requests than tasks are active.
 * @param speed how many times faster than real time the windows' clock runs
 */
export function shortestRunMs(speed: number): number {
	const slowest = second * Math.max(...operations.map(secondsOf));
	const noticing = refreshEveryMs + minute;
	return Math.max((slowest + noticing) / (1 - trackingPart * eventfulPart), (apiDeadlineMs * speed + noticing) / (1 - eventfulPart));
}

/**
 * The steps of a run, the same for the same arguments. The first window is never ended.
 * @param lastsMs how long the run may last, ms of the windows' time; at least `shortestRunMs`. Faults occur in the first six tenths of it
 * @param windows the number of windows
 * @param tasks the number of tracked tasks
 */
export function soakPlan(seed: number, lastsMs: number, windows: number, tasks: number): Plan {
	const draw = new Draw(seed);
	// The windows open first.
	const firstFault = minute;
	const calmFrom = eventfulPart * lastsMs;
	const steps: Step[] = [];

	for (let task = 0; task < tasks; task++) {
		const operation = operations[task % operations.length] ?? draw.one(operations);
		const failure = draw.whole(6) === 0 ? draw.one(Object.values(failureReasons)) : undefined;
		steps.push({ at: draw.between(firstFault, trackingPart * calmFrom), what: 'track', operation, form: draw.one(responseForms), failure });
	}

	/** One fault at a time, each kind once before any is repeated, with pauses between them. */
	let deck: FaultName[] = [];
	for (let at = firstFault + 20 * second; ;) {
		if (deck.length === 0) {
			deck = [...draw.shuffled(faultNames)];
		}
		const name = deck.pop() ?? 'reset';
		const { faults: kinds, times, lasts } = faults[name];
		const lastsMs = draw.between(0.3, 1) * lasts * second;
		if (at + lastsMs > calmFrom) {
			break;
		}
		steps.push({
			at,
			what: 'fault',
			name,
			fault: draw.one<Fault>(kinds),
			times: times === Infinity ? times : 1 + draw.whole(times),
			lastsMs,
		});
		at += lastsMs + draw.between(5, 40) * second;
	}

	const others = Array.from({ length: windows - 1 }, (_, index) => index + 1);
	for (const at of draw.times(firstFault, calmFrom - minute, 30 * second, 3 * minute)) {
		steps.push({ at, what: draw.whole(4) === 0 ? 'close' : 'kill', window: draw.one(others), lastsMs: draw.between(1, 60) * second });
	}
	for (const at of draw.times(firstFault, calmFrom, 10 * second, 2 * minute)) {
		const window = draw.whole(windows + 1);
		steps.push({ at, what: 'focus', window: window < windows ? window : undefined });
	}
	for (const at of draw.times(firstFault, calmFrom - 3 * minute, 6 * minute, 14 * minute)) {
		steps.push({ at, what: draw.whole(2) === 0 ? 'removeKey' : 'rejectKey', lastsMs: draw.between(20, 120) * second });
	}
	for (const at of draw.times(firstFault, calmFrom - 2 * minute, 5 * minute, 12 * minute)) {
		steps.push({ at, what: 'lock', lastsMs: draw.between(10, 80) * second });
	}
	for (const at of draw.times(firstFault, calmFrom, 8 * minute, 20 * minute)) {
		steps.push({ at, what: 'refresh' });
	}

	const forward = draw.between(0.3, 0.5) * calmFrom;
	const back = forward + draw.between(0.1, 0.3) * calmFrom;
	return {
		steps: steps.sort((a, b) => a.at - b.at),
		jumps: [
			{ at: forward, byMs: hour },
			{ at: back, byMs: -hour },
		],
		calmFrom,
		finishesAt: lastsMs,
	};
}
