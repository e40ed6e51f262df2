// A gateway whose tasks have planned states, and that sometimes reports something else.
import { readList } from '../../../src/api/list';
import { readResponse } from '../../../src/api/response';
import { apiError } from '../../../src/api/apiError';
import { waitUntil } from '../../../src/core/abort';
import type { TaskRef } from '../../../src/core/task';
import type { TaskIds } from '../../../src/core/taskIds';
import { SeededRandom } from '../../../src/simulator/random';
import type { Clock } from '../../../src/tracking/ports/host';
import type { KlingApi, CheckOutcome, ListOutcome, ListQuestion } from '../../../src/tracking/ports/kling';

/**
 * The format of a task's responses. `external`: it is queried by the ID that its creator chose; `renamed`: by an ID that no response
 * contains.
 */
const forms = ['native', 'record', 'flat', 'newStandard', 'external', 'renamed'] as const;

/** The true state of one task. Times are ms since 1970. */
export interface Truth {
	/** The ID it is queried by. */
	readonly id: string;
	readonly form: (typeof forms)[number];
	readonly createdAt: number;
	readonly startsAt: number;
	readonly finishesAt: number;
	readonly status: 'succeeded' | 'failed';
	/** The links of its results, in order. */
	readonly links: readonly string[];
	/** How many of them a response contains before `linkedAt`. */
	readonly firstLinks: number;
	readonly linkedAt: number;
}

/** A response as sent; undefined: the connection broke. */
interface Reply {
	readonly status: number;
	readonly body: string;
	readonly headers?: Readonly<Record<string, string>>;
}
type Reported = Reply | undefined;

/** A time span in which every request gets the same response. */
export interface Outage {
	readonly from: number;
	readonly to: number;
	readonly lie: Lie;
}

/** A response that is not the truth about the queried task. */
type Lie = (truth: Truth, now: number, others: readonly Truth[], random: SeededRandom) => Reported;

const json = (body: unknown, status = 200, headers?: Readonly<Record<string, string>>): Reply => ({
	status,
	body: JSON.stringify(body),
	...(headers && { headers }),
});
const page = (status: number, title: string): Reply => ({
	status,
	body: `<!DOCTYPE html><html><head><title>${title}</title></head><body>${title}</body></html>`,
});
const always =
	(reported: Reported): Lie =>
	() =>
		reported;

/** Errors, and responses that are not about the task: they prove nothing, however often they come. */
const harmless: readonly Lie[] = [
	// From the network and from proxies in front of the gateway.
	always(undefined),
	always(page(200, 'Sign in')),
	always(page(404, 'Not Found')),
	always(page(407, 'Proxy Authentication Required')),
	always(page(502, 'Bad Gateway')),
	always(page(524, 'A timeout occurred')),
	always(json({ message: 'no Route matched with those values' }, 404)),
	always({ status: 410, body: '' }),
	always({ status: 200, body: '' }),
	always({ status: 200, body: '{"code":0,"data":{"task_id":"8' }),
	always({ status: 200, body: '{"status":"UP","groups":["liveness"]}' }),
	// From the gateway.
	always(json({ code: 'task_not_exist', message: 'task_not_exist', data: null }, 400)),
	({ id }) => json({ code: 1201, message: `Task not found by id/external id: ${id}` }, 400),
	always(json({ code: 'success', message: '', data: null })),
	always(json({ error: { message: 'auth service unavailable' } }, 401)),
	always(json({ error: { code: 'access_denied', message: 'Your IP is not in the list' } }, 403)),
	always(json({ message: 'the video is not completed yet' }, 409)),
	always(json({ message: 'locked' }, 423)),
	always(json({ message: 'too early' }, 425)),
	always(json({ message: 'client closed request' }, 499)),
	always(json({ error: { message: 'upstream returned error' } }, 500)),
	always(json({ code: 5001, message: 'Service temporarily unavailable' }, 503)),
	always(json({ error: { code: 'insufficient_user_quota', message: 'quota exhausted' } }, 403)),
	always(json({ code: 1302, message: 'The API request is too fast' }, 429, { 'retry-after': '20' })),
	always(json({ error: { message: 'upstream saturated, try again later' } }, 400)),
	// A failed request with status 200, and health checks.
	always(json({ status: 'failed', message: 'Unauthorized' })),
	always(json({ status: 'failed', message: 'Too many requests, please retry later' })),
	always(json({ success: false, message: 'rate limited', data: { status: 'failed' } })),
	always(json({ errcode: 429, errmsg: 'too fast', data: { status: 'failed' } })),
	always(json({ id: 'req_123', status: 'failed', error: { code: 401, message: 'bad key' } })),
	always(json({ code: 0, message: 'ok', data: { status: 'success' } })),
	always(json({ status: 'completed', message: 'ok' })),
	// An error that repeats the queried ID.
	({ id }) => json({ task_id: id, status: 'failed', message: 'upstream unavailable' }, 503),
	({ id }) => json({ task_id: id, status: 'error', message: 'rate limit' }, 429),
	({ id }) => json({ task_id: id, status: 'failed', message: 'invalid token' }, 401),
	// An unknown status.
	({ id }) => json({ code: 0, data: { task_id: id, task_status: 'reticulating' } }),
	// The truth inside a failed envelope.
	(truth, now) => (now < truth.finishesAt ? json({ status: 'failed', data: { task_id: truth.id, task_status: 'processing' } }) : undefined),
	// Another task's final status: that of a tracked task, and that of an untracked one.
	(truth, now, others, random) => {
		const other = others[Math.floor(random.fraction() * others.length)];
		return other === undefined || other === truth || other.form === 'renamed' ? undefined : announce(other, now);
	},
	(_truth, _now, _others, random) => json({ code: 0, data: { task_id: random.id(), task_status: 'failed', task_status_msg: 'not yours' } }),
];

/** Doubtful final statuses: one of them proves nothing; two in a row would. */
const uncertain: readonly Lie[] = [
	({ id }) => json({ code: 5000, message: 'Internal error', data: { task_id: id, task_status: 'failed' } }, 500),
	({ id }) => json({ code: 429, message: 'too fast', data: { task_id: id, task_status: 'failed' } }),
	({ id }) => json({ code: 0, error: 'boom', data: { task_id: id, task_status: 'succeed' } }),
	({ id }) =>
		json({
			code: 'success',
			data: { task_id: id, status: 'FAILURE', fail_reason: 'upstream unavailable', data: { task_status: 'processing' } },
		}),
	({ id }) => json({ task_id: id, status: 'failed', error: { message: 'Too many requests' } }),
	// A link without a task. Sent only before the task finishes: next to a true final status that is being confirmed it would count.
	({ finishesAt }, now) => (now < finishesAt ? json({ status: 'completed', url: 'https://media.example/wrong.mp4' }) : undefined),
];

/** Responses to every request for minutes or hours. */
export const outages: Readonly<Record<'router' | 'notExist' | 'down' | 'away' | 'refused' | 'slowDown' | 'health' | 'half', Lie>> = {
	router: always(json({ message: 'no Route matched with those values' }, 404)),
	notExist: always(json({ code: 'task_not_exist', message: 'task_not_exist', data: null }, 400)),
	down: always(page(503, 'Service Unavailable')),
	away: always(undefined),
	refused: always(json({ error: { message: 'Invalid token' } }, 401)),
	slowDown: always(json({ error: { message: 'Too many requests' } }, 429, { 'retry-after': '30' })),
	health: always(json({ code: 0, message: 'ok', data: { status: 'success' } })),
	half: always({ status: 200, body: '{"code":0,"data":{"task_id":"8' }),
};

/** The true response about a task at `now`. */
function announce(truth: Truth, now: number): Reply {
	const { id, form, links, createdAt, startsAt, finishesAt } = truth;
	const state = now < startsAt ? 'submitted' : now < finishesAt ? 'processing' : truth.status;
	const known = state !== 'succeeded' ? [] : now < truth.linkedAt ? links.slice(0, truth.firstLinks) : links;
	const ownId = `77${id.replace(/\D/g, '')}`;
	const words = { submitted: 'submitted', processing: 'processing', succeeded: 'succeed', failed: 'failed' };
	const task = {
		task_id: form === 'external' || form === 'renamed' ? ownId : id,
		task_status: words[state],
		...(state === 'failed' && { task_status_msg: 'The picture has no face' }),
		task_info: { n: links.length, ...(form === 'external' && { external_task_id: id }) },
		created_at: createdAt,
		updated_at: now < finishesAt ? Math.min(now, startsAt) : finishesAt,
		...(state === 'succeeded' && { task_result: { images: known.map((url, index) => ({ index, url })) } }),
	};
	const date = { date: new Date(now).toUTCString() };
	switch (form) {
		case 'native':
		case 'external':
		case 'renamed':
			return json({ code: 0, message: 'SUCCEED', request_id: 'req-1', data: task }, 200, date);
		case 'record': {
			const record = { submitted: 'NOT_START', processing: 'IN_PROGRESS', succeeded: 'SUCCESS', failed: 'FAILURE' }[state];
			return json({
				code: 'success',
				message: '',
				data: { task_id: id, status: record, progress: now < finishesAt ? '30%' : '100%', data: { ...task, task_id: ownId } },
			});
		}
		case 'flat': {
			const status = { submitted: 'queued', processing: 'in_progress', succeeded: 'completed', failed: 'failed' }[state];
			return json({ ...task, task_id: id, task_status: undefined, status }, 200, date);
		}
		case 'newStandard': {
			const { task_info: info, task_result: result } = task;
			const outputs = { outputs: result?.images.map(({ url }) => ({ type: 'image', url })) ?? [] };
			return json({
				code: 0,
				message: 'SUCCEED',
				data: { id, status: words[state], ...info, ...outputs, create_time: createdAt, update_time: task.updated_at },
			});
		}
	}
}

/** The `data` of the true response about a task. */
function itemOf(truth: Truth, now: number): unknown {
	const body: unknown = JSON.parse(announce(truth, now).body);
	return typeof body === 'object' && body !== null && 'data' in body ? body.data : body;
}

type ListLie = (newest: readonly Truth[], now: number) => Reported;

/** The true list of tasks. */
const listOf: ListLie = (newest, now) =>
	json({ code: 0, message: 'SUCCEED', data: newest.map((truth) => itemOf(truth, now)) }, 200, { date: new Date(now).toUTCString() });

/** Lists that are none, or show other tasks, or old states: none shows a final status that is not true. */
const listLies: readonly ListLie[] = [
	() => json({ message: 'no Route matched with those values' }, 404),
	() => page(200, 'Sign in'),
	() => json({ code: 0, data: { task_id: '1', task_status: 'failed' } }),
	() => json({ code: 0, data: [] }),
	(newest, now) => json({ code: 0, data: newest.map((truth) => ({ ...truth, task_id: `9${truth.id}`, task_status: 'failed', now })) }),
	(newest, now) => listOf([...newest, ...newest], now),
	(newest, now) => json({ code: 0, data: [newest.map((truth) => itemOf(truth, now))] }),
	(newest, now) => listOf(newest, now - 120_000),
	(newest, now) => listOf(newest.slice(0, 3), now),
	(newest, now) => ({ status: 200, body: (listOf(newest, now)?.body ?? '').slice(0, -40) }),
	(newest, now) =>
		json({
			code: 0,
			data: newest.map(({ id, finishesAt }) => (now < finishesAt ? { task_id: id, task_status: 'submitted' } : { task_id: id })),
		}),
	() => undefined,
];

/** How the gateway behaves. */
export interface GatewayTerms {
	/** The share of lies among the responses to single checks before `honestFrom`. */
	readonly lies: number;
	/** The same among the lists. */
	readonly listLies: number;
	readonly outages: readonly Outage[];
	/** From then on (ms since 1970) every response is true. */
	readonly honestFrom: number;
}

/** All windows query the same gateway, which records each request. */
export class LyingGateway {
	readonly truths: Truth[] = [];
	/** When each request came, ms since 1970. */
	readonly requests: number[] = [];
	/** How many of these got a lie. */
	faults = 0;
	mostPerTask = 0;
	/** How many requests were list queries. */
	lists = 0;
	/** How many of these got a lie. */
	listFaults = 0;
	/** A request was answered. */
	onResponse: () => void = () => undefined;
	readonly #truthRandom: SeededRandom;
	readonly #random: SeededRandom;
	readonly #clock: Clock;
	readonly #terms: GatewayTerms;
	readonly #inFlight = new Map<string, number>();
	/** Tasks without a true response since a doubtful final status. */
	readonly #unconfirmed = new Set<string>();

	/** @param seed determines the tasks, independently of the lies about them */
	constructor(seed: number, clock: Clock, terms: GatewayTerms) {
		this.#truthRandom = new SeededRandom(seed);
		this.#random = new SeededRandom(seed + 1);
		this.#clock = clock;
		this.#terms = terms;
	}

	/** Plans a new task. */
	create(): Truth {
		const throwOf = (least: number, most: number) => least + this.#truthRandom.fraction() * (most - least);
		const form = forms[Math.floor(throwOf(0, forms.length))] ?? 'native';
		const createdAt = Math.round(this.#clock.now() - throwOf(0, 5_000));
		const startsAt = Math.round(createdAt + throwOf(0, 20_000));
		// Most finish within minutes, some after hours.
		const finishesAt = Math.round(startsAt + 5_000 * Math.exp(throwOf(0, Math.log(this.#truthRandom.fraction() < 0.06 ? 3_000 : 10))));
		const count = 1 + Math.floor(throwOf(0, 4));
		const isLate = this.#truthRandom.fraction() < 0.3;
		const number = this.#truthRandom.id();
		const truth: Truth = {
			id: form === 'renamed' ? `task_${number}` : form === 'external' ? `mine-${number}` : number,
			form,
			createdAt,
			startsAt,
			finishesAt,
			status: this.#truthRandom.fraction() < 0.8 ? 'succeeded' : 'failed',
			links: Array.from({ length: count }, (_, index) => `https://media.example/${number}-${index}.png`),
			firstLinks: isLate ? Math.floor(throwOf(0, count)) : count,
			linkedAt: Math.round(finishesAt + (isLate ? 1_000 * Math.exp(throwOf(0, Math.log(300))) : 0)),
		};
		this.truths.push(truth);
		return truth;
	}

	/** One window's client. */
	askedBy(clock: Clock): KlingApi {
		return {
			query: (ref, _key, signal, known) => this.#query(ref, signal, known ?? {}, clock),
			list: (question, _key, signal) => this.#list(question, signal, clock),
		};
	}

	async #list({ tasks, pageSize }: ListQuestion, signal: AbortSignal, clock: Clock): Promise<ListOutcome> {
		signal.throwIfAborted();
		const now = this.#clock.now();
		this.requests.push(now);
		this.lists++;
		await waitUntil([(done) => clock.after(200 + Math.floor(600 * this.#random.fraction()), done)], [signal]);
		this.onResponse();
		const isLie = now < this.#terms.honestFrom && this.#random.fraction() < this.#terms.listLies;
		const outage = this.#terms.outages.find(({ from, to }) => from <= now && now < to);
		if (isLie || outage !== undefined) {
			this.listFaults++;
		}
		const [truth] = this.truths;
		const newest = this.truths.toReversed().slice(0, pageSize);
		const reported =
			outage !== undefined && truth !== undefined
				? outage.lie(truth, now, this.truths, this.#random)
				: isLie
					? (listLies[Math.floor(this.#random.fraction() * listLies.length)] ?? listOf)(newest, now)
					: listOf(newest, now);
		if (reported === undefined) {
			return { ok: false, error: apiError('unreachable', { message: 'read ECONNRESET', code: 'ECONNRESET' }) };
		}
		return await readList(reported.status, reported.body, reported.headers ?? {}, 'https://gateway.example', tasks);
	}

	async #query(ref: TaskRef, signal: AbortSignal, known: Omit<TaskIds, 'id'>, clock: Clock): Promise<CheckOutcome> {
		signal.throwIfAborted();
		const inFlight = (this.#inFlight.get(ref.id) ?? 0) + 1;
		this.#inFlight.set(ref.id, inFlight);
		this.mostPerTask = Math.max(this.mostPerTask, inFlight);
		this.requests.push(this.#clock.now());
		const reported = this.#setText(ref.id);
		try {
			await new Promise<void>((resolve, reject) => {
				const timer = clock.after(200 + Math.floor(600 * this.#random.fraction()), resolve);
				signal.addEventListener('abort', () => {
					timer.dispose();
					reject(new Error('aborted'));
				});
			});
		} finally {
			this.#inFlight.set(ref.id, inFlight - 1);
		}
		this.onResponse();
		if (reported === undefined) {
			return { ok: false, error: apiError('unreachable', { message: 'read ECONNRESET', code: 'ECONNRESET' }) };
		}
		return {
			...readResponse(reported.status, reported.body, reported.headers ?? {}, { ...known, id: ref.id, origin: ref.origin }),
			body: reported.body,
		};
	}

	#setText(id: string): Reported {
		const now = this.#clock.now();
		const truth = this.truths.find((one) => one.id === id);
		if (truth === undefined) {
			throw new Error(`${id} was never made`);
		}
		if (now < this.#terms.honestFrom) {
			const outage = this.#terms.outages.find(({ from, to }) => from <= now && now < to);
			if (outage !== undefined || this.#random.fraction() < this.#terms.lies) {
				this.faults++;
				return (outage?.lie ?? this.#lie(id))(truth, now, this.truths, this.#random);
			}
		}
		// A response with another ID does not settle a doubtful status.
		if (truth.form !== 'renamed') {
			this.#unconfirmed.delete(id);
		}
		return announce(truth, now);
	}

	#lie(id: string): Lie {
		const kinds = this.#random.fraction() < 0.15 && !this.#unconfirmed.has(id) ? uncertain : harmless;
		if (kinds === uncertain) {
			this.#unconfirmed.add(id);
		}
		return kinds[Math.floor(this.#random.fraction() * kinds.length)] ?? always(undefined);
	}
}
