// Every response that an API can send instead of a task's state: all rows of the error tables, in the shapes of both gateways, and others observed.
import assert from 'node:assert/strict';
import { cannedResponses, type CannedName } from '../../src/simulator/cannedResponses';
import type { Fault } from '../../src/simulator/faults';
import { apiKey, type FaultBench } from './tools/faultBench';
import { faultSuite } from './tools/faultSuite';

const second = 1_000;
const minute = 60 * second;
const hour = 60 * minute;

/** How two tasks of one origin get through a failure. */
interface Course {
	/** How long the failure lasts, virtual ms. Default: an hour. */
	readonly lasts?: number;
	/** Timeout of a check, real ms. By default short, so that a missing response is noticed soon. */
	readonly deadlineMs?: number;
	/** The rows at its end; the row of a task that was not checked shows the last snapshot. */
	readonly row: string;
	/** The row's button, by its tag; without one the task recovers automatically. */
	readonly button?: 'setApiKey' | 'changeOperation' | 'openConsole' | 'openNetworkSettings';
	/** How many requests there may be meanwhile, of both tasks together. */
	readonly requests: readonly [least: number, most: number];
	/** The one notification. */
	readonly notification?: RegExp;
	/** Within which virtual time tracking resumes after the failure ends, ms. */
	readonly heals: number;
	/** What the person does, if only a person can resolve the failure. */
	readonly person?: 'newKey' | 'refresh';
}

/** The interval between checks of one task doubles from 20 s to ten minutes: 20, 40, 80, 160, 320, 600, 600 … */
const passing = (row: string): Course => ({ row, requests: [18, 24], heals: 11 * minute });
/** Intervals of five minutes, ten, twenty, forty: a recovery is noticed within the hour. */
const lasting = (row: string, button?: Course['button']): Course => ({
	row,
	...(button && { button }),
	requests: [6, 8],
	heals: 61 * minute,
});
/** Intervals of a minute, two, four: the API refuses tasks that it has returned before. */
const refusing = (row: string, button?: Course['button']): Course => ({
	row,
	...(button && { button }),
	requests: [10, 14],
	heals: 61 * minute,
});
/** Intervals of 20 s, 40, 80, then two minutes: a network that is back is noticed soon. */
const away: Course = { row: 'cannot connect', lasts: 15 * minute, requests: [18, 22], heals: 3 * minute };
/** Timeouts take real time, so the failure lasts less long. */
const awaySlowly: Course = { ...away, lasts: 6 * minute, requests: [8, 12] };
/** The origin's cooldown is 10 s, 20, 40 … up to ten minutes; one check then tries again for all. */
const slowed: Course = { row: 'rate limited', requests: [8, 13], heals: 12 * minute };
const rejected: Course = {
	row: 'API key rejected',
	button: 'setApiKey',
	requests: [2, 4],
	notification: /^127\.0\.0\.1:\d+ rejected the API key \(.*\)\. Set another key to resume tracking\.$/,
	heals: second,
	person: 'newKey',
};
const credit = lasting('out of credit', 'openConsole');
const forbidden = refusing('not allowed: see the API console', 'openConsole');
const refused = refusing('request rejected: change the operation', 'changeOperation');
const policy = refusing('rejected by policy');
/** The first one is treated like a server error, repeated ones as a persistent failure. */
const notKling: Course = { row: 'unexpected response', requests: [8, 12], heals: 61 * minute };
const server = passing('API error');
const notFound = refusing('not found', 'changeOperation');

const courses: Readonly<Record<Exclude<CannedName, 'linkExpired' | 'linkForged' | 'externalIdTaken'>, Course>> = {
	authenticationFailed: rejected,
	authorizationEmpty: rejected,
	authorizationInvalid: rejected,
	tokenNotYetValid: rejected,
	tokenExpired: rejected,
	abnormalAccount: forbidden,
	inArrears: credit,
	packExhausted: credit,
	noRight: forbidden,
	invalidParameters: refused,
	invalidValue: refused,
	taskNotFound: notFound,
	methodInvalid: refused,
	resourceMissing: notFound,
	platformPolicy: policy,
	contentPolicy: policy,
	rateLimit: slowed,
	concurrency: slowed,
	ipNotAllowed: forbidden,
	serverError: server,
	unavailable: server,
	timeout: server,
	gatewayModelRequired: refused,
	gatewayInvalidToken: rejected,
	gatewayQuota: credit,
	gatewayQuotaFlat: credit,
	gatewayModelForbidden: forbidden,
	gatewayIpForbidden: forbidden,
	gatewayUserBanned: forbidden,
	gatewayTaskNotExist: notFound,
	gatewayFetchFailed: server,
	gatewayInvalidRequest: refused,
	gatewayNoChannel: lasting('API error'),
	gatewayRateLimit: slowed,
	gatewaySaturated: slowed,
	gatewayQuotaTooMany: credit,
	gatewayServerError: server,
	gatewayUnavailable: server,
	gatewayTimeout: server,
	errorAsText: notFound,
	messageOnly: notKling,
	detailOnly: refused,
	noData: notKling,
	emptyBody: notKling,
	rateLimitPage: slowed,
	badGatewayPage: server,
	unavailablePage: server,
	gatewayTimeoutPage: server,
	cloudflareTimeoutPage: server,
	notFoundPage: notKling,
	websitePage: notKling,
};

/**
 * The same error in the shape of the other gateway: Kling's own inside new-api's `fail_to_fetch_task`, the gateway's flat instead of under `error`.
 * Undefined if there is no other shape.
 */
function inOtherShape(name: CannedName): Fault | undefined {
	const { status, type, body } = cannedResponses[name];
	if (!type.startsWith('application/json')) {
		return undefined;
	}
	const text = body({ requestId: 'req-1', taskId: 'lost-1' });
	const parsed: unknown = text === '' ? undefined : JSON.parse(text);
	if (typeof parsed !== 'object' || parsed === null) {
		return undefined;
	}
	if (
		'error' in parsed &&
		typeof parsed.error === 'object' &&
		parsed.error !== null &&
		'code' in parsed.error &&
		'message' in parsed.error
	) {
		return { kind: 'body', status, body: JSON.stringify({ code: parsed.error.code, message: parsed.error.message, data: null }) };
	}
	if ('code' in parsed && typeof parsed.code === 'number') {
		return { kind: 'body', status, body: JSON.stringify({ code: 'fail_to_fetch_task', message: text, data: null }) };
	}
	return undefined;
}

/** Other responses of an API, or of a machine in front of it. */
const others: readonly (readonly [what: string, fault: Fault, course: Course])[] = [
	['a redirect to another host', { kind: 'redirect', location: 'https://elsewhere.example/' }, notKling],
	['a redirect to a page of the same host', { kind: 'redirect', status: 302, location: '/login' }, notKling],
	[
		'a page under 403, as a proxy or firewall sends it',
		{ kind: 'body', status: 403, type: 'text/html', body: '<html><title>Blocked</title></html>' },
		notKling,
	],
	['a sign-in page under 511', { kind: 'body', status: 511, type: 'text/html', body: '<html><title>Sign in</title></html>' }, notKling],
	['an error code under 200', { kind: 'canned', name: 'invalidValue', status: 200 }, refused],
	['"not found" under 200', { kind: 'canned', name: 'taskNotFound', status: 200 }, notFound],
	['no credit under 429 with Retry-After', { kind: 'canned', name: 'gatewayQuotaTooMany', retryAfter: 1 }, credit],
	['a rate limit that says 1 s', { kind: 'canned', name: 'rateLimit', retryAfter: 1 }, slowed],
	['a rate limit that says 120 s', { kind: 'canned', name: 'gatewayRateLimit', retryAfter: 120 }, { ...slowed, requests: [7, 11] }],
	[
		'a rate limit that says a date in 120 s',
		{ kind: 'canned', name: 'rateLimitPage', retryAfter: 120, retryAfterAs: 'date' },
		{ ...slowed, requests: [7, 11] },
	],
	['a rate limit that says a day', { kind: 'canned', name: 'rateLimit', retryAfter: 86_400 }, { ...slowed, requests: [9, 12] }],
	['a server error that says 120 s', { kind: 'canned', name: 'unavailable', retryAfter: 120 }, { ...server, requests: [50, 58] }],
	['JSON that stops in the middle', { kind: 'truncated' }, notKling],
	['a connection reset before the response', { kind: 'resetBefore' }, away],
	['a connection reset in the middle of the response', { kind: 'resetMidBody' }, away],
	['no response at all', { kind: 'silence' }, awaySlowly],
	['a response that comes too late', { kind: 'late', ms: 2_000 }, awaySlowly],
	['a response that trickles', { kind: 'slowBody', ms: 2_000 }, awaySlowly],
	// Four MiB of such a response are read before the check fails.
	['a response that never ends', { kind: 'endlessBody' }, { ...notKling, deadlineMs: 10_000 }],
	['a response of 5 MiB', { kind: 'hugeBody', bytes: 5 * 1024 * 1024 }, { ...notKling, deadlineMs: 10_000 }],
];

describe('two tasks of an API that fails', function () {
	this.timeout(60_000);
	const suite = faultSuite();
	let bench: FaultBench;
	beforeEach(async () => {
		bench = await suite.start();
	});

	/** Runs one row of the table: the fault, then the recovery. */
	const live = async (fault: Fault, course: Course): Promise<void> => {
		if (course.deadlineMs !== undefined) {
			bench = await suite.start({ deadlineMs: course.deadlineMs });
		}
		suite.simulator.faults.next({ fault, times: Infinity });
		const before = bench.requests;
		const { lasts = hour } = course;
		await bench.advance(lasts);
		const asked = bench.requests - before;
		const [least, most] = course.requests;
		assert.ok(asked >= least && asked <= most, `${asked} requests in ${lasts / minute} minutes, not ${least} to ${most}`);
		assert.ok(bench.rows().includes(course.row), bench.rows().join('; '));
		assert.ok(
			bench.rows().every((row) => row === course.row || row === 'Processing'),
			'the row of a task that was not checked shows the last snapshot',
		);
		assert.equal(bench.store.tasks.counts().active, 2, 'no task is lost, and none is reported as failed');
		assert.deepEqual(
			bench.tags().filter((tag) => /^(set|change|open)/.test(tag)),
			bench.rows()[0] === course.row && course.button !== undefined ? [course.button] : [],
		);
		const notification = bench.notifications();
		if (course.notification === undefined) {
			assert.deepEqual(notification, []);
		} else {
			assert.ok(notification.length === 1 && course.notification.test(notification[0] ?? ''), JSON.stringify(notification));
		}

		suite.simulator.faults.clear();
		if (course.person === 'newKey') {
			bench.keys.set(bench.origin, apiKey);
			await bench.store.origins.noteKey(bench.origin, true, bench.clock.now());
		} else if (course.person === 'refresh') {
			const checks = bench.taskKeys.map((key) => bench.checker.checkNow(key, { announce: () => true }));
			await bench.advance(second);
			await Promise.all(checks);
		}
		await bench.until('the rows go on', () => bench.rows().every((row) => row === 'Processing'), course.heals);
		assert.equal(bench.notifications().length, notification.length, 'only the rows show that tracking resumes');
	};

	describe('recover from each row of the error tables', () => {
		for (const [name, course] of Object.entries(courses) as [keyof typeof courses, Course][]) {
			it(name, () => live({ kind: 'canned', name }, course));
			const other = inOtherShape(name);
			if (other !== undefined) {
				it(`${name}, in the shape of the other gateway`, () => live(other, course));
			}
		}
	});

	describe('recover from', () => {
		for (const [what, fault, course] of others) {
			it(what, () => live(fault, course));
		}
	});

	it('keep an unknown status for a day: the rows show it as sent, and the tasks are polled on', async () => {
		const body = JSON.stringify({ code: 0, message: 'SUCCEED', data: { task_id: 'x', task_status: 'warming_up' } });
		suite.simulator.faults.next({ fault: { kind: 'body', status: 200, body }, times: Infinity });
		const before = bench.requests;
		await bench.advance(24 * hour);
		assert.deepEqual(bench.rows(), ['warming_up', 'warming_up']);
		const asked = bench.requests - before;
		assert.ok(asked >= 100 && asked <= 240, `${asked} requests in a day`);
		assert.deepEqual(bench.notifications(), []);
		suite.simulator.faults.clear();
		await bench.until('the rows go on', () => bench.rows().every((row) => row === 'Processing'), 70 * minute);
	});
});
