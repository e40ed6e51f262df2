import assert from 'node:assert/strict';
import { get as httpGet } from 'node:http';
import { describe, it } from 'mocha';
import { cannedResponses } from '../../../src/simulator/cannedResponses';
import type { CannedName } from '../../../src/simulator/cannedResponses';
import type { Fault } from '../../../src/simulator/faults';
import type { Simulator } from '../../../src/simulator/simulator';
import { apiKey, arrived, at, call, post, query, simulators, startAt, textAt, textToVideo } from './harness';

/** The status of each canned response, and its code at `code` or `error.code` (undefined: none). */
const rows: Record<CannedName, [status: number, code: number | string | undefined]> = {
	authenticationFailed: [401, 1000],
	authorizationEmpty: [401, 1001],
	authorizationInvalid: [401, 1002],
	tokenNotYetValid: [401, 1003],
	tokenExpired: [401, 1004],
	abnormalAccount: [429, 1100],
	inArrears: [429, 1101],
	packExhausted: [429, 1102],
	noRight: [403, 1103],
	invalidParameters: [400, 1200],
	invalidValue: [400, 1201],
	taskNotFound: [400, 1201],
	externalIdTaken: [400, 1201],
	methodInvalid: [404, 1202],
	resourceMissing: [404, 1203],
	platformPolicy: [400, 1300],
	contentPolicy: [400, 1301],
	rateLimit: [429, 1302],
	concurrency: [429, 1303],
	ipNotAllowed: [429, 1304],
	serverError: [500, 5000],
	unavailable: [503, 5001],
	timeout: [504, 5002],
	gatewayModelRequired: [400, ''],
	gatewayInvalidToken: [401, ''],
	gatewayQuota: [403, 'insufficient_user_quota'],
	gatewayQuotaFlat: [403, 'insufficient_user_quota'],
	gatewayModelForbidden: [403, ''],
	gatewayIpForbidden: [403, 'access_denied'],
	gatewayUserBanned: [403, ''],
	gatewayTaskNotExist: [400, 'task_not_exist'],
	gatewayFetchFailed: [500, 'fail_to_fetch_task'],
	gatewayInvalidRequest: [500, 'invalid_request'],
	gatewayNoChannel: [503, 'model_not_found'],
	gatewayRateLimit: [429, ''],
	gatewaySaturated: [429, ''],
	gatewayQuotaTooMany: [429, 'insufficient_user_quota'],
	gatewayServerError: [500, ''],
	gatewayUnavailable: [503, ''],
	gatewayTimeout: [504, ''],
	errorAsText: [400, undefined],
	messageOnly: [404, undefined],
	detailOnly: [422, undefined],
	noData: [200, 'success'],
	emptyBody: [200, undefined],
	rateLimitPage: [429, undefined],
	badGatewayPage: [502, undefined],
	unavailablePage: [503, undefined],
	gatewayTimeoutPage: [504, undefined],
	cloudflareTimeoutPage: [524, undefined],
	notFoundPage: [404, undefined],
	websitePage: [200, undefined],
	linkExpired: [403, undefined],
	linkForged: [403, undefined],
};

const names = Object.keys(cannedResponses).filter((name): name is CannedName => name in cannedResponses);

describe('faults on demand', () => {
	const start = simulators();
	const faulty = async (fault: Fault): Promise<{ simulator: Simulator; id: string; url: string }> => {
		const simulator = await start();
		const id = simulator.create(textToVideo, { durationMs: 0 });
		simulator.faults.next({ fault });
		return { simulator, id, url: `${simulator.origin}/kling/v1/videos/text2video/${id}` };
	};

	for (const name of names) {
		const [status, code] = rows[name];
		it(`responds to ${name} with ${status}${code === undefined ? '' : `, code "${code}"`}`, async () => {
			const { simulator, id } = await faulty({ kind: 'canned', name });
			const received = await query(simulator, textToVideo, id);
			assert.equal(received.status, status);
			assert.equal(at(received, 'code') ?? at(received, 'error.code'), code);
			assert.equal(received.text.startsWith('<!DOCTYPE html>'), name.endsWith('Page'));
			assert.equal(received.headers.get('content-type'), cannedResponses[name].type);
			assert.equal((await query(simulator, textToVideo, id)).status, 200, 'once only');
		});
	}

	it('gives an error code under another status', async () => {
		const { simulator, id } = await faulty({ kind: 'canned', name: 'invalidValue', status: 200 });
		const received = await query(simulator, textToVideo, id);
		assert.deepEqual([received.status, at(received, 'code')], [200, 1201]);
	});

	it('gives Retry-After in seconds and as a date', async () => {
		const { simulator, id } = await faulty({ kind: 'canned', name: 'rateLimit', retryAfter: 7 });
		simulator.faults.next({ fault: { kind: 'canned', name: 'rateLimit', retryAfter: 30, retryAfterAs: 'date' } });
		assert.equal((await query(simulator, textToVideo, id)).headers.get('retry-after'), '7');
		const dated = await query(simulator, textToVideo, id);
		assert.equal(dated.headers.get('date'), new Date(startAt).toUTCString());
		assert.equal(dated.headers.get('retry-after'), new Date(startAt + 30_000).toUTCString());
	});

	it('gives any body', async () => {
		const { simulator, id } = await faulty({ kind: 'body', status: 418, body: 'teapot', type: 'text/plain' });
		const received = await query(simulator, textToVideo, id);
		assert.deepEqual([received.status, received.text, received.headers.get('content-type')], [418, 'teapot', 'text/plain']);
	});

	it('echoes the key it received', async () => {
		const { simulator, id } = await faulty({ kind: 'echoKey' });
		const received = await query(simulator, textToVideo, id);
		assert.equal(received.status, 401);
		assert.ok(textAt(received, 'error.message').includes(apiKey));
	});

	it('redirects', async () => {
		const { simulator, id } = await faulty({ kind: 'redirect', location: 'http://127.0.0.1:1/elsewhere' });
		const received = await query(simulator, textToVideo, id);
		assert.deepEqual([received.status, received.headers.get('location')], [301, 'http://127.0.0.1:1/elsewhere']);
	});

	it('sends the regular response late', async () => {
		const { simulator, id } = await faulty({ kind: 'late', ms: 500 });
		const order: string[] = [];
		const late = query(simulator, textToVideo, id).then((received) => {
			order.push('late');
			return received;
		});
		await arrived(simulator, 1);
		await query(simulator, textToVideo, id);
		order.push('asked later');
		assert.equal(at(await late, 'data.task_id'), id);
		assert.deepEqual(order, ['asked later', 'late']);
	});

	it('holds the regular response of when it was asked', async () => {
		const release = new AbortController();
		const simulator = await start();
		const id = simulator.create(textToVideo, { durationMs: 60_000, faults: [{ kind: 'held', until: release.signal }] });
		let isSent = false;
		const held = query(simulator, textToVideo, id).finally(() => (isSent = true));
		await arrived(simulator, 1);
		assert.equal(at(await query(simulator, textToVideo, id), 'data.task_status'), 'submitted');
		simulator.clock.advance(60_000);
		assert.equal(at(await query(simulator, textToVideo, id), 'data.task_status'), 'succeed');
		assert.equal(isSent, false);
		release.abort();
		assert.equal(at(await held, 'data.task_status'), 'submitted');
	});

	it('sends the regular body in small pieces', async () => {
		const { url, id } = await faulty({ kind: 'slowBody', ms: 200 });
		const response = await fetch(url, { headers: { Authorization: `Bearer ${apiKey}` } });
		assert.ok(response.body !== null);
		const stream: AsyncIterable<Uint8Array> = response.body;
		const pieces: Uint8Array[] = [];
		for await (const piece of stream) {
			pieces.push(piece);
		}
		assert.ok(pieces.length > 1, 'the body comes in more than one piece');
		const body = Buffer.concat(pieces).toString();
		assert.ok(body.includes(id));
		assert.doesNotThrow(() => void JSON.parse(body));
	});

	it('truncates the JSON', async () => {
		const { simulator, id } = await faulty({ kind: 'truncated' });
		const received = await query(simulator, textToVideo, id);
		assert.equal(received.status, 200);
		assert.equal(received.json, undefined);
		assert.match(received.text, /^\{"code":0/);
	});

	/** What a plain client receives: the status if any, the number of bytes, and the error's code if the request failed. */
	const raw = (url: string, stopAfter = Infinity): Promise<{ status?: number; bytes: number; code?: string }> =>
		new Promise((resolve) => {
			let status: number | undefined;
			let bytes = 0;
			const done = (code?: string) =>
				resolve({ ...(status === undefined ? {} : { status }), bytes, ...(code === undefined ? {} : { code }) });
			const request = httpGet(url, { agent: false, headers: { Authorization: `Bearer ${apiKey}` } }, (response) => {
				status = response.statusCode ?? 0;
				response.on('data', (chunk: Buffer) => {
					bytes += chunk.length;
					if (bytes > stopAfter) {
						done('stopped');
						request.destroy();
					}
				});
				response.on('end', () => done());
				response.on('error', (error: NodeJS.ErrnoException) => done(error.code));
			});
			request.on('error', (error: NodeJS.ErrnoException) => done(error.code));
		});

	it('resets the connection before any response and does not execute the request', async () => {
		const simulator = await start();
		simulator.faults.next({ fault: { kind: 'resetBefore' } });
		await assert.rejects(post(simulator, textToVideo, { prompt: 'x' }));
		assert.equal(simulator.requests.all()[0]?.status, undefined);
		assert.equal(at(await call(`${simulator.origin}/kling/v1/videos/text2video`), 'data.0'), undefined, 'no task was created');
		const { url } = await faulty({ kind: 'resetBefore' });
		assert.deepEqual(await raw(url), { bytes: 0, code: 'ECONNRESET' });
	});

	it('resets the connection in the middle of the body', async () => {
		const { url } = await faulty({ kind: 'resetMidBody' });
		const received = await raw(url);
		assert.equal(received.status, 200);
		assert.ok(received.bytes > 0);
		assert.equal(received.code, 'ECONNRESET');
	});

	it('never responds', async () => {
		const { url } = await faulty({ kind: 'silence' });
		await assert.rejects(fetch(url, { signal: AbortSignal.timeout(150), headers: { Authorization: `Bearer ${apiKey}` } }), {
			name: 'TimeoutError',
		});
	});

	it('sends a body without end', async () => {
		const { url } = await faulty({ kind: 'endlessBody' });
		assert.deepEqual((await raw(url, 2_000_000)).code, 'stopped');
	});

	it('sends a huge body around the regular one', async () => {
		const { simulator, id } = await faulty({ kind: 'hugeBody', bytes: 5_000_000 });
		const received = await query(simulator, textToVideo, id);
		assert.ok(received.text.length > 5_000_000);
		assert.equal(at(received, 'data.task_id'), id);
	});

	it('sends the unchanged response about another task', async () => {
		const { simulator, id, url } = await faulty({ kind: 'otherTask' });
		const other = simulator.create({ action: 'images', action2: 'generations' }, { durationMs: 0, failure: 'no face' });
		const received = await call(url);
		assert.deepEqual([at(received, 'data.task_id'), at(received, 'data.task_status')], [other, 'failed']);
		assert.equal(at(await call(url), 'data.task_id'), id);
	});

	it('leaves out the links and nothing else', async () => {
		const { simulator, id } = await faulty({ kind: 'withoutLinks' });
		const received = await query(simulator, textToVideo, id);
		assert.deepEqual([at(received, 'data.task_status'), at(received, 'data.task_result.videos.0.url')], ['succeed', '']);
		assert.match(textAt(await query(simulator, textToVideo, id), 'data.task_result.videos.0.url'), /^http:/);
	});

	it('applies to result links only if ordered for them', async () => {
		const { simulator, id } = await faulty({ kind: 'late', ms: 0 });
		const url = textAt(await query(simulator, textToVideo, id), 'data.task_result.videos.0.url');
		const inOrder = ['websitePage', 'linkExpired', 'badGatewayPage'] as const;
		for (const name of inOrder) {
			simulator.faults.next({ fault: { kind: 'canned', name }, match: { on: 'result', taskId: id } });
		}
		simulator.faults.next({ fault: { kind: 'endlessBody' }, match: { on: 'result' } });
		simulator.faults.next({ fault: { kind: 'resetMidBody' }, match: { on: 'result' } });
		assert.equal((await query(simulator, textToVideo, id)).status, 200);
		const get = async () => (await call(url, { headers: {} })).status;
		assert.deepEqual([await get(), await get(), await get()], [200, 403, 502]);
		assert.equal((await raw(url, 2_000_000)).code, 'stopped');
		assert.equal((await raw(url)).code, 'ECONNRESET');
		assert.equal((await raw(url)).code, undefined);
	});

	it('matches by method, task and path, as often as ordered, in order, until cancelled', async () => {
		const simulator = await start();
		const [one, two] = [simulator.create(textToVideo), simulator.create(textToVideo)];
		const ask = async (id: string) => (await query(simulator, textToVideo, id)).status;
		const unavailable = { kind: 'canned', name: 'unavailable' } as const;

		simulator.faults.next({ fault: unavailable, match: { taskId: two }, times: 2 });
		assert.deepEqual([await ask(one), await ask(two), await ask(two), await ask(two)], [200, 503, 503, 200]);

		simulator.faults.next({ fault: unavailable, match: { method: 'POST' } });
		assert.equal(await ask(one), 200);
		assert.equal((await post(simulator, textToVideo, {})).status, 503);

		simulator.faults.next({ fault: unavailable, match: { path: /image2video/ } });
		assert.equal(await ask(one), 200);
		simulator.faults.clear();

		const forever = simulator.faults.next({ fault: unavailable, times: Infinity });
		simulator.faults.next({ fault: { kind: 'canned', name: 'timeout' } });
		for (let index = 0; index < 5; index++) {
			assert.equal(await ask(one), 503);
		}
		assert.equal(forever.hits, 5);
		forever.cancel();
		assert.deepEqual([await ask(one), await ask(one)], [504, 200]);
	});

	it('applies to one task of a scenario, by its id or external id', async () => {
		const simulator = await start();
		const faults: Fault[] = [{ kind: 'canned', name: 'serverError' }, { kind: 'truncated' }];
		const id = simulator.create(textToVideo, { externalId: 'ours', faults });
		const other = simulator.create(textToVideo);
		assert.equal((await query(simulator, textToVideo, other)).status, 200);
		assert.equal((await query(simulator, textToVideo, 'ours')).status, 500);
		assert.equal((await query(simulator, textToVideo, id)).json, undefined);
		assert.equal(at(await query(simulator, textToVideo, id), 'data.task_id'), id);
	});
});
