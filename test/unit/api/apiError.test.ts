import assert from 'node:assert/strict';
import { readResponse } from '../../../src/api/response';
import { gatewayCodes, klingCodes } from '../../../src/api/errorCodes';
import { retryAfterMs } from '../../../src/api/responseHeaders';
import type { ApiError, ApiErrorKind } from '../../../src/core/problem';

function read(httpStatus: number, body: unknown, headers: Readonly<Record<string, string>> = {}): ApiError {
	const reading = readResponse(httpStatus, typeof body === 'string' ? body : JSON.stringify(body), headers, { id: '700000000000000001' });
	assert.ok(!reading.ok, `expected an error: ${JSON.stringify(reading)}`);
	return reading.error;
}

/** HTTP status, code, text, kind, retryable. */
type Row = readonly [number, number, string, ApiErrorKind, boolean];

const klingRows: readonly Row[] = [
	[401, 1000, 'Authentication failed', 'auth', false],
	[401, 1001, 'Authorization is empty', 'auth', false],
	[401, 1002, 'Authorization is invalid', 'auth', false],
	[401, 1003, 'not valid yet', 'auth', false],
	[401, 1004, 'expired', 'auth', false],
	[429, 1100, 'abnormal account', 'forbidden', false],
	[429, 1101, 'in arrears', 'quota', false],
	[429, 1102, 'Account balance not enough', 'quota', false],
	[403, 1103, 'no right to this model', 'forbidden', false],
	[400, 1200, 'invalid parameters', 'badRequest', false],
	[400, 1201, 'invalid value', 'badRequest', false],
	[400, 1201, 'Task not found by id/external id: 700000000000000009', 'notFound', false],
	[400, 1201, 'External_task_id mine-1 already exists', 'badRequest', false],
	[404, 1202, 'invalid method', 'badRequest', false],
	[404, 1203, 'no such resource', 'notFound', false],
	[400, 1300, 'platform policy', 'policy', false],
	[400, 1301, 'content policy', 'policy', false],
	[429, 1302, 'too fast', 'rateLimit', true],
	[429, 1303, 'parallel task over resource pack limit', 'concurrency', true],
	[429, 1304, 'IP not on the list', 'forbidden', false],
	[500, 5000, 'internal error', 'server', true],
	[503, 5001, 'maintenance', 'server', true],
	[504, 5002, 'timeout', 'server', true],
];

describe('errors: codes of Kling', () => {
	for (const [http, code, message, kind, retryable] of klingRows) {
		it(`${String(http)} ${String(code)} "${message}" is ${kind}`, () => {
			const expected = { kind, retryable, message, httpStatus: http, code: String(code), requestId: 'req-1' };
			assert.deepEqual(read(http, { code, message, request_id: 'req-1' }), expected);
			assert.deepEqual(read(http, { code: String(code), message, request_id: 'req-1', data: null }), expected, 'code as text');
			assert.deepEqual(read(200, { code, message, request_id: 'req-1' }), { ...expected, httpStatus: 200 }, 'under 200');
			assert.deepEqual(read(http, { error: { code, message, type: 'upstream_error' }, request_id: 'req-1' }), expected, 'inside error');
			assert.deepEqual(read(http, { code: 'success', data: { code, message }, request_id: 'req-1' }), expected, 'inside a wrapper');
			const wrapped = { code: 'fail_to_fetch_task', message: JSON.stringify({ code, message, request_id: 'req-1' }), data: null };
			assert.deepEqual(read(http, wrapped), expected, 'as text in the message');
			assert.deepEqual(
				read(http, { ...wrapped, message: `${wrapped.message} (request id: gw-1)` }),
				{ ...expected, requestId: 'gw-1' },
				'the id of the asked server first',
			);
		});
	}

	it('has a row for every code, and its HTTP status', () => {
		assert.deepEqual(
			Object.entries(klingCodes).map(([code, { http }]) => `${code} ${String(http)}`),
			[...new Set(klingRows.map(([http, code]) => `${String(code)} ${String(http)}`))],
		);
	});
});

describe('errors: the gateway', () => {
	const object = (code: string, message: string): unknown => ({ error: { code, message, type: 'comet_api_error', param: '' } });
	const rows: readonly (readonly [string, number, unknown, Partial<ApiError>])[] = [
		[
			'validation',
			400,
			object('', 'model name is required (request id: gw-7)'),
			{ kind: 'badRequest', retryable: false, requestId: 'gw-7' },
		],
		['a wrong key', 401, object('', 'Invalid token (request id: gw-7)'), { kind: 'auth', retryable: false, requestId: 'gw-7' }],
		[
			'no balance, as object',
			403,
			object('insufficient_user_quota', '用户额度不足'),
			{ kind: 'quota', retryable: false, code: 'insufficient_user_quota' },
		],
		[
			'no balance, flat',
			403,
			{ code: 'insufficient_user_quota', message: '用户额度不足, 剩余额度: 0' },
			{ kind: 'quota', retryable: false, code: 'insufficient_user_quota' },
		],
		['no balance, by its message', 403, object('', '用户额度不足, 剩余额度: 0'), { kind: 'quota', retryable: false }],
		['no balance under 402', 402, object('', 'pay first'), { kind: 'quota', retryable: false }],
		['no access to a model', 403, object('', 'This token has no access to model kling-v9'), { kind: 'forbidden', retryable: false }],
		['an IP that is not allowed', 403, object('access_denied', 'your IP is not allowed'), { kind: 'forbidden', retryable: false }],
		[
			'an unknown id',
			400,
			{ code: 'task_not_exist', message: 'task_not_exist', data: null },
			{ kind: 'notFound', retryable: false, code: 'task_not_exist' },
		],
		['an unknown id under 200', 200, { code: 'task_not_exist', message: 'task_not_exist', data: null }, { kind: 'notFound' }],
		[
			'an upstream that refused with a message',
			502,
			{ code: 'fail_to_fetch_task', message: 'bad gateway', data: null },
			{ kind: 'server', message: 'bad gateway', code: 'fail_to_fetch_task' },
		],
		[
			'an upstream that sent a page',
			500,
			{ code: 'fail_to_fetch_task', message: '<html><title>Oh no</title></html>' },
			{ kind: 'server', message: 'Oh no' },
		],
		[
			'an upstream without a code',
			401,
			{ code: 'fail_to_fetch_task', message: '{"message":"no key"}' },
			{ kind: 'auth', message: 'no key' },
		],
		[
			"the client's mistake under 500",
			500,
			object('invalid_request', 'bad field'),
			{ kind: 'badRequest', retryable: false, httpStatus: 500 },
		],
		[
			'no channel',
			503,
			object('model_not_found', 'no available channel for group default (request id: gw-7)'),
			{ kind: 'server', retryable: false, requestId: 'gw-7' },
		],
		['a rate limit', 429, object('', 'slow down'), { kind: 'rateLimit', retryable: true }],
		['an overloaded group', 429, object('', '当前分组上游负载已饱和'), { kind: 'rateLimit', retryable: true }],
		['a balance under 429', 429, object('insufficient_user_quota', 'no'), { kind: 'quota', retryable: false }],
		['too many at once', 429, object('', 'too many concurrent requests'), { kind: 'concurrency', retryable: true }],
		['a platform error', 500, object('', 'oops'), { kind: 'server', retryable: true }],
		['a provider error', 503, object('', 'oops'), { kind: 'server', retryable: true }],
		['a timeout', 504, object('', 'oops'), { kind: 'server', retryable: true }],
		['a timeout of the edge', 524, object('', 'oops'), { kind: 'server', retryable: true }],
		['risk control', 400, object('', 'Failure to pass the risk control system'), { kind: 'policy', retryable: false }],
		['an unlisted error under 200', 200, object('brand_new', 'hm'), { kind: 'server', retryable: true, code: 'brand_new' }],
		['an HTTP status as code', 200, { code: 429, message: 'slow down' }, { kind: 'rateLimit', code: '429' }],
		['an error as text', 404, { error: 'task_not_found' }, { kind: 'notFound', code: 'task_not_found', message: 'task_not_found' }],
		['a sentence as error', 500, { error: 'went very wrong' }, { kind: 'server', message: 'went very wrong' }],
		['a router that knows no such path', 404, { message: 'Not Found' }, { kind: 'malformed', message: 'Not Found' }],
		['another router', 404, { detail: 'Not Found' }, { kind: 'malformed' }],
		['a gateway during a deployment', 404, { message: 'no Route matched with those values' }, { kind: 'malformed' }],
		['a task that is gone', 410, { message: 'The task has been deleted' }, { kind: 'notFound' }],
		['a bare message under 200', 200, { message: 'Not Found' }, { kind: 'malformed' }],
		['a detail', 422, { detail: 'no such field' }, { kind: 'badRequest', message: 'no such field' }],
		['details', 422, { detail: [{ loc: ['path'], msg: 'no such field' }] }, { kind: 'badRequest', message: 'no such field' }],
		['a detail under 401', 401, { detail: 'Not authenticated' }, { kind: 'auth' }],
		['an empty 502', 502, '', { kind: 'server', message: 'HTTP 502' }],
		['an empty 404', 404, '', { kind: 'malformed', message: 'HTTP 404' }],
		['an empty 410', 410, '', { kind: 'malformed', message: 'HTTP 410' }],
		...[409, 423, 425, 499].map((http): readonly [string, number, unknown, Partial<ApiError>] => [
			'a temporary state',
			http,
			{ message: 'oops' },
			{ kind: 'server', retryable: true },
		]),
		...[
			'Task is not completed yet, current status: NOT_START',
			'task not finished',
			'The task is still processing',
			'task is in progress',
			'Please try again later',
			'please retry in 5 seconds',
			'Task not found, please try again later',
			'任务尚未完成',
			'请稍后再试',
			'Service temporarily unavailable',
			'upstream timeout',
		].flatMap((text) =>
			[400, 403, 404, 409, 500].map((http): readonly [string, number, unknown, Partial<ApiError>] => [
				`"${text}"`,
				http,
				{ error: { message: text, type: 'invalid_request_error', code: '' } },
				{ kind: 'server', retryable: true },
			]),
		),
		...['channel saturated', 'The engine is currently overloaded', 'server busy', '当前分组上游负载已饱和，请稍后再试'].flatMap((text) =>
			[400, 403, 500, 503].map((http): readonly [string, number, unknown, Partial<ApiError>] => [
				`"${text}"`,
				http,
				{ message: text },
				{ kind: 'concurrency', retryable: true },
			]),
		),
		[
			'a temporary message beside a code for a refusal',
			400,
			{ code: 1201, message: 'task is not completed yet' },
			{ kind: 'server', retryable: true },
		],
		[
			'a temporary message beside missing credit',
			403,
			{ code: 'insufficient_user_quota', message: 'insufficient quota, try again later' },
			{ kind: 'quota', retryable: false },
		],
		['an unavailable authentication service', 401, { error: { message: 'auth service unavailable' } }, { kind: 'server', retryable: true }],
		['a rejected key under 200', 200, { status: 'failed', message: 'Unauthorized' }, { kind: 'auth' }],
		[
			'a rate limit under 200',
			200,
			{ errcode: 429, errmsg: 'too fast', data: { status: 'failed' } },
			{ kind: 'rateLimit', code: '429', message: 'too fast' },
		],
		['an empty 401', 401, '', { kind: 'auth' }],
		['a 401 of a network that requires sign-in', 401, '<html><body>Sign in</body></html>', { kind: 'malformed' }],
		['half a body under 503', 503, '{"code":5001,"mess', { kind: 'server' }],
		['a success that is null', 200, { code: 'success', data: null }, { kind: 'malformed', retryable: true }],
		['an impossible status', 0, '', { kind: 'malformed' }],
	];
	for (const [what, http, body, expected] of rows) {
		it(`${what}: ${String(http)} is ${String(expected.kind)}`, () => {
			const error = read(http, body);
			assert.deepEqual({ ...error, ...expected }, error);
		});
	}

	it('covers every code of its table', () => {
		for (const [code, { http, kind }] of Object.entries(gatewayCodes)) {
			assert.equal(read(http, object(code, 'words')).kind, kind, code);
			assert.equal(read(http, { code, message: 'words' }).kind, kind, code);
		}
	});
});

describe('errors: pages', () => {
	const page = '<!DOCTYPE html><html><head><title>Just a\n moment</title></head><body>wait</body></html>';
	const rows: readonly (readonly [number, ApiErrorKind])[] = [
		[200, 'malformed'],
		[203, 'malformed'],
		[301, 'malformed'],
		[302, 'malformed'],
		[304, 'malformed'],
		[404, 'malformed'],
		[401, 'malformed'],
		[403, 'malformed'],
		[429, 'rateLimit'],
		[500, 'server'],
		[502, 'server'],
		[503, 'server'],
		[504, 'server'],
		[511, 'malformed'],
		[524, 'server'],
	];
	for (const [http, kind] of rows) {
		it(`under ${String(http)} is ${kind}`, () => {
			const error = read(http, page);
			assert.deepEqual([error.kind, error.message], [kind, 'Just a moment']);
		});
	}

	it('and messages lose the passwords of URLs, before they are cut', () => {
		const title = `${'x'.repeat(185)} http://office:let-me-out-${'x'.repeat(40)}@gate.example is down`;
		const shown = `${'x'.repeat(185)} http://gate.ex`;
		assert.equal(read(502, `<title>${title}</title>`).message, shown);
		assert.equal(read(502, 'via http://office:let-me-out@gate.example').message, 'via http://gate.example');
		const error = read(500, { code: 'http://a:b@c', message: 'dial tcp: socks5://office:let-me-out@[::1]:1080: refused' });
		assert.deepEqual([error.code, error.message], ['http://c', 'dial tcp: socks5://[::1]:1080: refused']);
	});

	it('and other bodies without JSON under 403 come from a proxy, not from the API', () => {
		assert.equal(read(403, '').kind, 'malformed');
		assert.equal(read(403, 'Blocked').kind, 'malformed');
		assert.equal(read(403, { message: 'Blocked' }).kind, 'forbidden');
	});

	it('and all other bodies under 407 mean that a proxy requires a password', () => {
		for (const body of ['', page, { code: 1000, message: 'x' }]) {
			assert.deepEqual([read(407, body).kind, read(407, body).code, read(407, body).retryable], ['unreachable', 'HTTP 407', true]);
		}
	});

	it('without a title are reported with their text', () => {
		assert.equal(read(502, '<html><body><h1>Bad</h1> <p>gateway</p></body></html>').message, 'Bad gateway');
		assert.equal(read(404, '404 page not found').kind, 'malformed');
	});
});

describe('errors: Retry-After', () => {
	const now = Date.UTC(2026, 0, 1, 12, 0, 0);
	const rows: readonly (readonly [string, Readonly<Record<string, string>>, number | undefined])[] = [
		['seconds', { 'retry-after': '7' }, 7000],
		['a fraction', { 'retry-after': '1.5' }, 1500],
		['at most 150 s', { 'retry-after': '86400' }, 150_000],
		['a date', { 'retry-after': 'Thu, 01 Jan 2026 12:00:30 GMT' }, 30_000],
		["a date by the response's clock", { 'retry-after': 'Thu, 01 Jan 2026 12:00:30 GMT', date: 'Thu, 01 Jan 2026 12:00:20 GMT' }, 10_000],
		['a far date', { 'retry-after': 'Fri, 01 Jan 2027 12:00:00 GMT' }, 150_000],
		['a past date', { 'retry-after': 'Thu, 01 Jan 2026 11:00:00 GMT' }, undefined],
		['zero', { 'retry-after': '0' }, undefined],
		['nonsense', { 'retry-after': 'soon' }, undefined],
		['nothing', {}, undefined],
	];
	for (const [what, headers, expected] of rows) {
		it(`reads ${what}`, () => assert.equal(retryAfterMs(headers, now), expected));
	}

	it('is part of the error, whatever the case of the header', () => {
		assert.equal(read(429, { code: 1302, message: 'x' }, { 'Retry-After': '9' }).retryAfterMs, 9000);
		assert.equal('retryAfterMs' in read(429, { code: 1302, message: 'x' }), false);
	});

	it('comes with the request ID of a header when the body has none', () => {
		assert.equal(read(502, '', { 'X-Request-Id': 'edge-1' }).requestId, 'edge-1');
		assert.equal(read(502, { message: 'x', request_id: 'body-1' }, { 'X-Request-Id': 'edge-1' }).requestId, 'body-1');
	});
});
