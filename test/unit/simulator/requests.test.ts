import assert from 'node:assert/strict';
import { setTimeout as sleep } from 'node:timers/promises';
import { describe, it } from 'mocha';
import { apiKey, at, call, post, query, simulators, textAt, textToVideo } from './harness';

/** Lets the other end of a connection notice what happened. */
const settle = () => sleep(5);
const bearer = (key: string) => ({ headers: { Authorization: `Bearer ${key}` } });
const jwt = ['{"alg":"HS256","typ":"JWT"}', '{"iss":"someone","exp":1}', 'signature']
	.map((part) => Buffer.from(part).toString('base64url'))
	.join('.');

describe('the key', () => {
	const start = simulators();

	it('missing or wrong is refused with 401 in the words of the gateway or of Kling', async () => {
		for (const [authErrors, missing, wrong] of [
			['gateway', '', ''],
			['kling', 1001, 1002],
		] as const) {
			const simulator = await start({ authErrors });
			const id = simulator.create(textToVideo);
			const code = authErrors === 'gateway' ? 'error.code' : 'code';
			const without = await query(simulator, textToVideo, id, { headers: {} });
			assert.deepEqual([without.status, at(without, code)], [401, missing]);
			for (const header of ['Bearer sk-other', apiKey, `Basic ${apiKey}`, `Bearer ${apiKey}x`, `Bearer ${jwt}`]) {
				const received = await query(simulator, textToVideo, id, { headers: { Authorization: header } });
				assert.deepEqual([received.status, at(received, code)], [401, wrong], header);
			}
			assert.equal((await query(simulator, textToVideo, id)).status, 200);
		}
	});

	it('is required for creating and listing too', async () => {
		const simulator = await start();
		const url = `${simulator.origin}/kling/v1/videos/text2video`;
		assert.equal((await call(url, { headers: {}, method: 'POST', body: '{}' })).status, 401);
		assert.equal((await call(url, { headers: {} })).status, 401);
		assert.equal(at(await call(url), 'data.0'), undefined);
	});

	it('may be one of several, or any well-formed web token', async () => {
		const simulator = await start({ apiKeys: ['sk-a', 'sk-b'], acceptAnyJwt: true });
		const id = simulator.create(textToVideo);
		const statuses = [];
		for (const key of ['sk-a', 'sk-b', jwt, 'a.b.c', apiKey]) {
			statuses.push((await query(simulator, textToVideo, id, bearer(key))).status);
		}
		assert.deepEqual(statuses, [200, 200, 200, 401, 401]);
	});

	it('can be changed while it runs', async () => {
		const simulator = await start();
		const id = simulator.create(textToVideo);
		simulator.acceptKeys(['sk-new']);
		assert.equal((await query(simulator, textToVideo, id)).status, 401);
		assert.equal((await query(simulator, textToVideo, id, bearer('sk-new'))).status, 200);
	});
});

describe('the request log', () => {
	const start = simulators();

	it('records each request, its authorisation and its response', async () => {
		const simulator = await start();
		const id = textAt(await post(simulator, textToVideo, { prompt: 'x', external_task_id: 'ours' }), 'data.task_id');
		await query(simulator, textToVideo, 'ours');
		await query(simulator, textToVideo, id, { headers: {} });
		simulator.clock.advance(320_000);
		const url = textAt(await query(simulator, textToVideo, id), 'data.task_result.videos.0.url');
		await call(url, { headers: { Range: 'bytes=0-9' } });
		await query(simulator, textToVideo, 'nobody', bearer('sk-other'));
		await call(`${simulator.origin}/kling/v1/videos/text2video?pageNum=1`);
		await call(`${simulator.origin}/`);

		const path = '/kling/v1/videos/text2video';
		assert.deepEqual(
			simulator.requests.all().map((entry) => [entry.kind, entry.method, entry.path, entry.taskId, entry.authorization, entry.status]),
			[
				['create', 'POST', path, id, 'correct', 200],
				['query', 'GET', `${path}/ours`, id, 'correct', 200],
				['query', 'GET', `${path}/${id}`, id, 'absent', 401],
				['query', 'GET', `${path}/${id}`, id, 'correct', 200],
				['result', 'GET', `/results/${id}/0/dawn.mp4`, id, 'absent', 206],
				['query', 'GET', `${path}/nobody`, 'nobody', 'wrong', 401],
				['list', 'GET', path, undefined, 'correct', 200],
				['other', 'GET', '/', undefined, 'correct', 200],
			],
		);
		assert.equal(simulator.requests.all({ kind: 'query', taskId: id }).length, 3);
		assert.equal(simulator.requests.all({ kind: 'result' })[0]?.range, 'bytes=0-9');
		const [first, , , fourth] = simulator.requests.all();
		assert.ok(first !== undefined && fourth !== undefined);
		assert.equal(fourth.clockAt - first.clockAt, 320_000);
		assert.ok(Math.abs(first.at - Date.now()) < 10_000);
		simulator.requests.clear();
		assert.equal(simulator.requests.all().length, 0);
	});

	it('records the fault of a request', async () => {
		const simulator = await start();
		const id = simulator.create(textToVideo, { faults: [{ kind: 'canned', name: 'concurrency' }] });
		await query(simulator, textToVideo, id);
		await query(simulator, textToVideo, id);
		assert.deepEqual(
			simulator.requests.all().map(({ status, fault }) => [status, fault]),
			[
				[429, 'canned'],
				[200, undefined],
			],
		);
	});

	it('records when the response was sent or the connection was closed', async () => {
		const simulator = await start();
		const id = simulator.create(textToVideo, { faults: [{ kind: 'late', ms: 60 }, { kind: 'resetBefore' }, { kind: 'silence' }] });
		const closed = () => simulator.requests.all().map(({ closedAt }) => closedAt);
		await query(simulator, textToVideo, id);
		const [responded] = simulator.requests.all();
		assert.ok(responded?.closedAt !== undefined && responded.closedAt - responded.at >= 50, JSON.stringify(responded));
		await assert.rejects(query(simulator, textToVideo, id));
		const gone = new AbortController();
		const silent = query(simulator, textToVideo, id, { ...bearer(apiKey), signal: gone.signal });
		while (closed().length < 3) {
			await settle();
		}
		assert.deepEqual(
			closed().map((at) => at === undefined),
			[false, false, true],
		);
		gone.abort();
		await assert.rejects(silent);
		while (closed().includes(undefined)) {
			await settle();
		}
	});

	it('knows whether it received a key, but stores none', async () => {
		const simulator = await start();
		await query(simulator, textToVideo, 'x');
		await query(simulator, textToVideo, 'x', bearer('sk-wrong-but-seen'));
		assert.equal(simulator.requests.sawKey(apiKey), true);
		assert.equal(simulator.requests.sawKey('sk-wrong-but-seen'), true);
		assert.equal(simulator.requests.sawKey('sk-never-sent'), false);
		assert.doesNotMatch(JSON.stringify(simulator.requests.all()), /sk-/);
	});
});

describe('an unknown path', () => {
	const start = simulators();

	it('gets the response of a website, or of Kling under the API', async () => {
		const simulator = await start();
		const received = async (path: string, method = 'GET') => {
			const response = await call(`${simulator.origin}${path}`, { method, headers: bearer(apiKey).headers });
			return [response.status, at(response, 'code')];
		};
		assert.deepEqual(await received('/'), [200, undefined]);
		assert.deepEqual(await received('/v2/whatever'), [404, undefined]);
		assert.deepEqual(await received('/kling/v1/'), [404, 1202]);
		assert.deepEqual(await received('/kling/v1/videos/text2video/', 'GET'), [404, 1202]);
		assert.deepEqual(await received('/kling/v1/videos/text2video/1', 'DELETE'), [404, 1202]);
		assert.deepEqual(await received('/kling/v1/videos/text2video/a%2Fb'), [400, 1201]);
		assert.deepEqual(await received('/kling/v1/videos/text2video/%E0%A4%A'), [400, 1201]);
	});
});
