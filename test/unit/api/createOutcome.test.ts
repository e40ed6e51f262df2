import assert from 'node:assert/strict';
import fc from 'fast-check';
import { createOutcome } from '../../../src/api/createOutcome';
import type { CreateOutcome } from '../../../src/creation/ports/createApi';
import { cannedResponses, type CannedName } from '../../../src/simulator/cannedResponses';

const operation = { origin: 'https://api.example', action: 'videos', action2: 'text2video' };

const outcomeOf = (status: number, body: unknown, headers: Readonly<Record<string, string>> = {}): CreateOutcome =>
	createOutcome(status, typeof body === 'string' ? body : JSON.stringify(body), headers, operation);

/** `accepted 7`, `rejected free`, `uncertain unreadable` … */
function brief(outcome: CreateOutcome): string {
	switch (outcome.kind) {
		case 'accepted':
			return `accepted ${outcome.taskId}`;
		case 'rejected':
			return outcome.isFree ? 'rejected free' : 'rejected';
		case 'uncertain':
			return `uncertain ${outcome.how}`;
		case 'notSent':
		case 'exists':
		case 'busy':
			return outcome.kind;
	}
}

const uncertain = 'uncertain unreadable';

describe('the response to a create', () => {
	const accepted: readonly (readonly [what: string, body: unknown, taskId: string])[] = [
		[
			"in Kling's form",
			{ code: 0, message: 'SUCCEED', data: { task_id: '9007199254740993', task_status: 'submitted' } },
			'9007199254740993',
		],
		['with a number beyond 2^53', '{"code":0,"data":{"task_id":878106242831892487}}', '878106242831892487'],
		['with a small number', '{"code":0,"data":{"task_id":17}}', '17'],
		['without a code', { data: { task_id: 'a1' } }, 'a1'],
		['with a code in words', { code: 'success', message: '', data: { task_id: 'a1', status: 'SUBMITTED' } }, 'a1'],
		['with a code as text', { code: '0', data: { task_id: 'a1' } }, 'a1'],
		['with the HTTP status as code', { code: 200, data: { task_id: 'a1' } }, 'a1'],
		[
			"in the form of OpenAI's videos",
			{ id: 'task_0123', task_id: 'task_4567', object: 'video', status: 'queued', model: 'kling-v3', created_at: 1777385361 },
			'task_4567',
		],
		['with `id` alone', { id: 'task_0123', object: 'video', status: 'queued' }, 'task_0123'],
		['with `data.id`', { code: 0, data: { id: '926484082518392851', status: 'submitted' } }, '926484082518392851'],
		['`data.task_id` before the others', { id: 'd', task_id: 'c', data: { id: 'b', task_id: 'a' } }, 'a'],
		['`task_id` before `data.id`', { id: 'd', task_id: 'c', data: { id: 'b' } }, 'c'],
		['`data.id` before `id`', { id: 'd', data: { id: 'b' } }, 'b'],
		['in camel case', { code: 0, data: { taskId: 'a1', taskStatus: 'submitted' } }, 'a1'],
		['as text in text', { code: 0, data: '{"task_id":"a1"}' }, 'a1'],
		['two envelopes deep', { code: 'success', data: { code: 0, data: { task_id: 'a1' } } }, 'a1'],
		['an empty external ID', { code: 0, data: { task_id: 'a1', task_info: { external_task_id: null } } }, 'a1'],
		['a task that failed at once', { id: 'a1', object: 'video', status: 'failed', error: { code: 'task_failed', message: 'x' } }, 'a1'],
		['behind a byte order mark', '\uFEFF{"data":{"task_id":"a1"}}', 'a1'],
	];
	for (const [what, body, taskId] of accepted) {
		it(`is a task: ${what}`, () => {
			for (const status of [200, 201, 202]) {
				assert.equal(brief(outcomeOf(status, body)), `accepted ${taskId}`);
			}
		});
	}

	const refused: readonly (readonly [status: number, body: unknown, outcome: string])[] = [
		// An error code beside an ID contradicts it, and so does a status beside an ID.
		[200, { code: 1201, message: 'no', data: { task_id: 'a1' } }, uncertain],
		[200, { code: 500, message: 'no', data: { task_id: 'a1' } }, uncertain],
		[200, { success: false, task_id: 'a1' }, uncertain],
		[500, { code: 0, data: { task_id: 'a1', task_status: 'submitted' } }, uncertain],
		[400, { code: 1200, task_id: 'a1' }, uncertain],
		// 2xx without an ID, or with one that is none.
		[200, { code: 0, message: 'SUCCEED', data: {} }, uncertain],
		[200, { code: 'success', data: null }, uncertain],
		[200, { code: 0, data: { task_id: '' } }, uncertain],
		[200, { code: 0, data: { task_id: null } }, uncertain],
		[200, { code: 0, data: { task_id: 0 } }, uncertain],
		[200, '{"code":0,"data":{"task_id":8.78106242831892e17}}', uncertain],
		[200, { code: 0, data: { task_id: '../../videos' } }, uncertain],
		[200, { code: 0, data: { task_id: 'a/b' } }, uncertain],
		[200, { code: 0, data: { task_id: 'x'.repeat(129) } }, uncertain],
		[200, { code: 0, data: { task_id: ['a1'] } }, uncertain],
		[200, { code: 0, data: { task_id: '[API key]' } }, uncertain],
		[200, { error: { message: 'no' }, id: 'req-1' }, uncertain],
		// Nothing that can be read.
		[200, '', uncertain],
		[200, '<html><title>Welcome</title></html>', uncertain],
		[200, '{"code":0,"data":{"task_id":"8781', uncertain],
		[200, '"ok"', uncertain],
		[400, '', uncertain],
		[404, '<html><title>404</title></html>', uncertain],
		[429, '', uncertain],
		[429, '<html><title>429 Too Many Requests</title></html>', uncertain],
		[502, '<html><title>502 Bad Gateway</title></html>', uncertain],
		[524, '', uncertain],
		// Kling's codes, as number and text, in an error, and under 200.
		[200, { code: 1201, message: "duration value '99' is invalid" }, 'rejected free'],
		[400, { code: '1201', message: "duration value '99' is invalid" }, 'rejected free'],
		[400, { error: { code: 1301, message: 'no' } }, 'rejected free'],
		[400, { error: { code: '1300', message: 'no' } }, 'rejected free'],
		[429, { code: 1100, message: 'x' }, 'rejected free'],
		[429, { code: 1304, message: 'x' }, 'rejected free'],
		[200, { code: 1303, message: 'parallel task over resource pack limit' }, 'busy'],
		[200, { code: '1302', message: 'x' }, 'busy'],
		[400, { code: 1303, message: 'x' }, 'busy'],
		[429, { error: { code: 1303, message: 'x' } }, 'busy'],
		[200, { code: 5000, message: 'Internal server error' }, uncertain],
		[400, { code: 5002, message: 'x' }, uncertain],
		[503, { code: 1303, message: 'x' }, uncertain],
		[500, { code: 1201, message: "duration value '99' is invalid" }, uncertain],
		[500, { error: { code: 1200, message: 'x' } }, uncertain],
		[400, { code: 1999, message: 'x' }, 'rejected'],
		[200, { code: 1999, message: 'x' }, uncertain],
		// What a gateway quotes.
		[400, { code: 'fail_to_fetch_task', message: '{"code":1201,"message":"contents cannot be empty"}' }, 'rejected free'],
		[500, { code: 'fail_to_fetch_task', message: '{"code":1102,"message":"Account balance not enough"}' }, 'rejected free'],
		[500, { error: { message: 'bad response: {"code":1301,"message":"x"} (request id: 7)', type: 'upstream_error' } }, 'rejected free'],
		[429, { code: 'fail_to_fetch_task', message: '{"code":1303,"message":"parallel task over resource pack limit"}' }, 'busy'],
		[500, { code: 'fail_to_fetch_task', message: '{"code":1303,"message":"parallel task over resource pack limit"}' }, uncertain],
		[500, { code: 'fail_to_fetch_task', message: '{"code":5001,"message":"x"}' }, uncertain],
		[400, { code: 'fail_to_fetch_task', message: 'connection reset by peer' }, uncertain],
		[400, { code: 'fail_to_fetch_task', message: '{"code":12' }, uncertain],
		// The gateway's own refusals.
		[400, { error: { code: '', message: 'model name is required', type: 'comet_api_error' } }, 'rejected'],
		[400, { code: 'task_failed', message: "duration value '99' is invalid", data: null }, 'rejected'],
		[401, { error: { code: '', message: 'Invalid token' } }, 'rejected'],
		[403, { code: 'insufficient_user_quota', message: '用户额度不足' }, 'rejected'],
		[429, { error: { code: 'insufficient_user_quota', message: '用户额度不足' } }, 'rejected'],
		[429, { error: { code: '', message: 'insufficient balance' } }, 'rejected'],
		[500, { error: { code: 'invalid_request', message: 'invalid request' } }, 'rejected'],
		[503, { error: { code: 'MODEL_NOT_FOUND', message: 'no available channel' } }, 'rejected'],
		[422, { detail: 'Unprocessable' }, 'rejected'],
		[404, { message: 'Not Found' }, 'rejected'],
		// Saturation and rate, in a body that can be read.
		[429, { error: { code: '', message: '当前分组上游负载已饱和，请稍后再试' } }, 'busy'],
		[403, { error: { code: '', message: 'the upstream of this group is saturated' } }, 'busy'],
		[429, { error: { message: 'Too many requests, please slow down' } }, 'busy'],
		[429, { message: 'no' }, uncertain],
		[503, { error: { code: '', message: '当前分组上游负载已饱和' } }, uncertain],
		[400, { error: { message: 'the server is overloaded: request timeout' } }, uncertain],
		// Everything else under 5xx, and statuses that may follow an execution.
		[500, { error: { code: '', message: 'upstream returned error' } }, uncertain],
		[503, { error: { code: '', message: 'no available channel' } }, uncertain],
		[504, { message: 'upstream timed out' }, uncertain],
		[408, { message: 'x' }, uncertain],
		[409, { message: 'x' }, uncertain],
		[425, { message: 'x' }, uncertain],
		[499, { message: 'x' }, uncertain],
		// Redirects: with 301, 307 and 308 the same request is wanted elsewhere.
		[301, '', 'rejected'],
		[307, '<html></html>', 'rejected'],
		[308, { message: 'x' }, 'rejected'],
		[300, '', uncertain],
		[302, '', uncertain],
		[303, { data: { task_id: 'a1' } }, uncertain],
		[304, '', uncertain],
		// Refused before it was read, whatever the body.
		[405, '<html></html>', 'rejected'],
		[413, '<html><title>413 Request Entity Too Large</title></html>', 'rejected'],
		[415, '', 'rejected'],
		// The external ID is taken.
		[400, { code: 1201, message: 'External_task_id kt-1 already exists' }, 'exists'],
		[400, { code: '1201', message: 'EXTERNAL_TASK_ID kt-1 ALREADY EXISTS.' }, 'exists'],
		[200, { code: 1201, message: 'external-task-id kt-1 already_exists' }, 'exists'],
		[400, { error: { message: 'externalTaskId kt-1 is already in use' } }, 'exists'],
		[400, { code: 'task_failed', message: '重复的 external_task_id: kt-1' }, 'exists'],
		[500, { code: 'fail_to_fetch_task', message: '{"code":1201,"message":"External_task_id kt-1 already exists"}' }, 'exists'],
		[400, { code: 1201, message: 'external_task_id kt-1 does not exist' }, 'rejected free'],
		[400, { code: 1201, message: 'external_task_id: size must be between 0 and 64' }, 'rejected free'],
		[400, '<html>External_task_id kt-1 already exists</html>', uncertain],
	];
	for (const [status, body, outcome] of refused) {
		it(`is ${outcome}: ${status} ${(typeof body === 'string' ? body : JSON.stringify(body)).slice(0, 90)}`, () => {
			assert.equal(brief(outcomeOf(status, body)), outcome);
		});
	}

	/** What each row of the error tables means for a create. */
	const rows: Record<CannedName, string> = {
		authenticationFailed: 'rejected free',
		authorizationEmpty: 'rejected free',
		authorizationInvalid: 'rejected free',
		tokenNotYetValid: 'rejected free',
		tokenExpired: 'rejected free',
		abnormalAccount: 'rejected free',
		inArrears: 'rejected free',
		packExhausted: 'rejected free',
		noRight: 'rejected free',
		invalidParameters: 'rejected free',
		invalidValue: 'rejected free',
		taskNotFound: 'rejected free',
		externalIdTaken: 'exists',
		methodInvalid: 'rejected free',
		resourceMissing: 'rejected free',
		platformPolicy: 'rejected free',
		contentPolicy: 'rejected free',
		rateLimit: 'busy',
		concurrency: 'busy',
		ipNotAllowed: 'rejected free',
		serverError: uncertain,
		unavailable: uncertain,
		timeout: uncertain,
		gatewayModelRequired: 'rejected',
		gatewayInvalidToken: 'rejected',
		gatewayQuota: 'rejected',
		gatewayQuotaFlat: 'rejected',
		gatewayModelForbidden: 'rejected',
		gatewayIpForbidden: 'rejected',
		gatewayUserBanned: 'rejected',
		gatewayTaskNotExist: 'rejected',
		gatewayFetchFailed: uncertain,
		gatewayInvalidRequest: 'rejected',
		gatewayNoChannel: 'rejected',
		gatewayRateLimit: 'busy',
		gatewaySaturated: 'busy',
		gatewayQuotaTooMany: 'rejected',
		gatewayServerError: uncertain,
		gatewayUnavailable: uncertain,
		gatewayTimeout: uncertain,
		errorAsText: 'rejected',
		messageOnly: 'rejected',
		detailOnly: 'rejected',
		noData: uncertain,
		emptyBody: uncertain,
		rateLimitPage: uncertain,
		badGatewayPage: uncertain,
		unavailablePage: uncertain,
		gatewayTimeoutPage: uncertain,
		cloudflareTimeoutPage: uncertain,
		notFoundPage: uncertain,
		websitePage: uncertain,
		linkExpired: uncertain,
		linkForged: uncertain,
	};
	it('has a meaning for every row of the error tables', () => {
		for (const [name, expected] of Object.entries(rows)) {
			const { status, body } = cannedResponses[name as CannedName];
			assert.equal(brief(outcomeOf(status, body({ requestId: 'r-1', taskId: 'kt-1' }))), expected, name);
		}
	});

	it('has the words, the code and the request ID of the API, and how long it asks to wait', () => {
		const body = { code: 1303, message: 'parallel task over resource pack limit', request_id: 'r-1' };
		for (const [headers, retryAfterMs] of [
			[{ 'retry-after': '7' }, 7_000],
			[{ date: 'Sun, 29 Nov 2026 10:00:00 GMT', 'retry-after': 'Sun, 29 Nov 2026 10:00:20 GMT' }, 20_000],
			[{ 'retry-after': '86400' }, 150_000],
		] as const) {
			assert.deepEqual(outcomeOf(429, body, headers), {
				kind: 'busy',
				error: {
					kind: 'concurrency',
					retryable: true,
					code: '1303',
					message: 'parallel task over resource pack limit',
					requestId: 'r-1',
					httpStatus: 429,
					retryAfterMs,
				},
			});
		}
	});

	it('is never an exception, and never accepted without a valid ID', () => {
		const value = fc.letrec((tie) => ({
			any: fc.oneof({ depthSize: 'small', withCrossShrink: true }, tie('leaf'), fc.array(tie('any'), { maxLength: 3 }), tie('fields')),
			leaf: fc.oneof(
				fc.constantFrom<unknown>(null, 0, 1201, '1303', 5000, 'success', 'External_task_id x already exists', 'a1', '../x', '', 8.7e17),
				fc.string(),
				fc.double(),
				fc.boolean(),
			),
			fields: fc.dictionary(
				fc.constantFrom(
					'code',
					'message',
					'data',
					'task_id',
					'id',
					'error',
					'task_status',
					'status',
					'session_id',
					'request_id',
					'__proto__',
				),
				tie('any'),
				{ maxKeys: 5 },
			),
		})).any;
		fc.assert(
			fc.property(
				fc.integer({ min: 100, max: 599 }),
				fc.oneof(
					value.map((one) => JSON.stringify(one)),
					fc.string(),
				),
				(status, body) => {
					const outcome = outcomeOf(status, body);
					if (outcome.kind === 'accepted') {
						assert.match(outcome.taskId, /^[A-Za-z0-9_=-]{1,128}$/);
						assert.ok(status >= 200 && status < 300);
					}
					if (outcome.kind === 'busy') {
						assert.ok(status < 500);
					}
				},
			),
			{ numRuns: 1000 },
		);
	});
});

describe('the response of an operation that finishes at once', () => {
	it('has the speech as the result of its task', () => {
		const tts = { origin: 'https://api.example', action: 'audio', action2: 'tts' };
		const speech = { id: '77', url: 'https://media.example/a.mp3', duration: '2.5' };
		const data = { task_id: '878106242831892487', task_status: 'succeed', task_status_msg: '', task_result: { audios: [speech] } };
		const body = JSON.stringify({ code: 0, message: 'SUCCEED', request_id: 'r-1', data: { ...data, final_unit_deduction: '0.05' } });
		const outcome = createOutcome(200, body, {}, tts);
		assert.ok(outcome.kind === 'accepted');
		const { taskId, snapshot } = outcome;
		assert.deepEqual(
			[taskId, snapshot?.status, snapshot?.evidence, snapshot?.results, snapshot?.unitsDeducted],
			[
				'878106242831892487',
				'succeeded',
				undefined,
				[{ kind: 'audio', url: 'https://media.example/a.mp3', id: '77', durationSeconds: 2.5 }],
				'0.05',
			],
		);
		const failed = createOutcome(200, JSON.stringify({ code: 0, data: { ...data, task_status: 'failed', task_status_msg: 'x' } }), {}, tts);
		assert.ok(failed.kind === 'accepted');
		assert.deepEqual([failed.snapshot?.status, failed.snapshot?.message], ['failed', 'x']);
		const waiting = createOutcome(200, JSON.stringify({ code: 0, data: { task_id: 'a1', task_status: 'processing' } }), {}, tts);
		assert.ok(waiting.kind === 'accepted');
		assert.equal(waiting.snapshot, undefined);
	});

	const session = (action2: string): typeof operation => ({ ...operation, action2 });
	const faces = {
		code: 0,
		message: 'SUCCEED',
		request_id: 'r-1',
		data: {
			session_id: '880000000000000123',
			final_unit_deduction: '0.05',
			face_data: [{ face_id: 'f-1', face_image: 'https://media.example/f.png', start_time: 0, end_time: 5200 }],
		},
	};

	it('is listed under its session, with the faces', () => {
		const outcome = createOutcome(200, JSON.stringify(faces), {}, session('identify-face'));
		assert.ok(outcome.kind === 'accepted');
		assert.deepEqual(
			[outcome.taskId, outcome.snapshot],
			[
				'880000000000000123',
				{
					status: 'succeeded',
					rawStatus: '',
					results: [{ kind: 'image', url: 'https://media.example/f.png', id: 'f-1' }],
					taskId: '880000000000000123',
					requestId: 'r-1',
					unitsDeducted: '0.05',
				},
			],
		);
	});

	it('is listed under its request if its session is no ID, or is that of another', () => {
		const odd = { ...faces, data: { ...faces.data, session_id: 'a/b' } };
		assert.equal(brief(createOutcome(200, JSON.stringify(odd), {}, session('identify-face'))), 'accepted r-1');
		const preview = { code: 0, request_id: 'r-2', data: { status: 0, session_id: 's-1', res: { video: 'https://media.example/p.mp4' } } };
		const outcome = createOutcome(200, JSON.stringify(preview), {}, session('multi-elements/preview-selection'));
		assert.ok(outcome.kind === 'accepted');
		assert.deepEqual([outcome.taskId, outcome.snapshot?.results], ['r-2', [{ kind: 'video', url: 'https://media.example/p.mp4' }]]);
	});

	it('is failed if its number says that the video was refused', () => {
		const opened = { code: 0, request_id: 'r-1', data: { status: 3, session_id: 's-1', normalized_video: 'https://media.example/n.mp4' } };
		const outcome = createOutcome(200, JSON.stringify(opened), {}, session('multi-elements/init-selection'));
		assert.ok(outcome.kind === 'accepted');
		const { status, rawStatus, message, results } = outcome.snapshot ?? {};
		assert.deepEqual([outcome.taskId, status, rawStatus, message, results], ['s-1', 'failed', '3', 'status 3', []]);
	});

	it('is no task of other operations, and of none without a session', () => {
		assert.equal(brief(createOutcome(200, JSON.stringify(faces), {}, operation)), uncertain);
		assert.equal(brief(createOutcome(200, '{"code":0,"request_id":"r-1","data":{}}', {}, session('identify-face'))), uncertain);
		assert.equal(brief(createOutcome(400, JSON.stringify(faces), {}, session('identify-face'))), 'rejected');
	});
});
