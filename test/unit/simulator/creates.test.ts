import assert from 'node:assert/strict';
import { connect } from 'node:net';
import { describe, it } from 'mocha';
import type { ExternalIds } from '../../../src/simulator/createTask';
import type { Fault } from '../../../src/simulator/faults';
import type { Simulator } from '../../../src/simulator/simulator';
import { apiKey, at, call, pathOf, post, query, simulators, textAt, textToVideo } from './harness';

const body = { prompt: 'a fox', external_task_id: 'ours-1' };

/** Status and code of a response to a create, or how it was lost. */
async function createdWith(simulator: Simulator, fault: Fault): Promise<unknown> {
	simulator.faults.next({ fault, match: { method: 'POST' } });
	try {
		const { status, json } = await post(simulator, textToVideo, body);
		return json?.['code'] === undefined ? status : [status, json['code']];
	} catch {
		return 'lost';
	}
}

describe('external IDs', () => {
	const start = simulators();
	const rows: Record<ExternalIds, { readonly again: unknown; readonly byId: unknown; readonly kept: unknown }> = {
		honoured: { again: [400, 1201], byId: [200, 0], kept: 'ours-1' },
		ignored: { again: [200, 0], byId: [400, 'task_not_exist'], kept: 'ours-1' },
		stripped: { again: [200, 0], byId: [400, 1201], kept: undefined },
	};
	for (const externalIds of ['honoured', 'ignored', 'stripped'] as const) {
		it(`are ${externalIds}`, async () => {
			const simulator = await start({ externalIds });
			const { again, byId, kept } = rows[externalIds];
			const id = textAt(await post(simulator, textToVideo, body), 'data.task_id');
			const found = await query(simulator, textToVideo, 'ours-1');
			assert.deepEqual([found.status, at(found, 'code')], byId);
			const itself = await query(simulator, textToVideo, id);
			assert.deepEqual([itself.status, at(itself, 'data.task_info.external_task_id')], [200, kept]);
			const second = await post(simulator, textToVideo, body);
			assert.deepEqual([second.status, at(second, 'code')], again);
			assert.equal(simulator.creates.length, externalIds === 'honoured' ? 1 : 2);
		});
	}

	it('change their meaning while it runs', async () => {
		const simulator = await start();
		await post(simulator, textToVideo, body);
		simulator.externalIds = 'ignored';
		assert.equal((await query(simulator, textToVideo, 'ours-1')).status, 400);
	});
});

describe('the log of creates', () => {
	const start = simulators();

	it('has each create that was executed, with its external ID even if that is dropped', async () => {
		const simulator = await start({ externalIds: 'stripped' });
		const id = textAt(await post(simulator, textToVideo, body), 'data.task_id');
		await post(simulator, textToVideo, { external_task_id: 'refused' });
		simulator.create(textToVideo);
		assert.deepEqual(
			simulator.creates.map(({ at: time, ...entry }) => [entry, Math.abs(Date.now() - time) < 60_000]),
			[
				[
					{
						operation: 'videos/text2video',
						externalId: 'ours-1',
						// printf '{"prompt":"a fox","external_task_id":"ours-1"}' | sha256sum
						digest: '2aca27f53204a062c3d9b9157cf77a7d3ad63752783698045ffa37f72a91ec51',
						taskId: id,
					},
					true,
				],
			],
		);
	});

	const faults: readonly (readonly [what: string, fault: Fault, response: unknown, executed: number])[] = [
		['reset after the headers', { kind: 'resetBefore' }, 'lost', 0],
		['reset within the body', { kind: 'resetMidRequest', bytes: 10 }, 'lost', 0],
		['reset after the body', { kind: 'noResponse', end: 'reset', executed: false }, 'lost', 0],
		['reset after the task was made', { kind: 'noResponse', end: 'reset', executed: true }, 'lost', 1],
		['closed after the task was made', { kind: 'noResponse', end: 'close', executed: true }, 'lost', 1],
		['reset in the response', { kind: 'resetMidBody' }, 'lost', 1],
		['502 without a task', { kind: 'canned', name: 'badGatewayPage' }, 502, 0],
		['502 although there is a task', { kind: 'canned', name: 'badGatewayPage', executed: true }, 502, 1],
		['504 although there is a task', { kind: 'canned', name: 'timeout', executed: true }, [504, 5002], 1],
		['a body of its own', { kind: 'body', status: 200, body: '{"code":7}', executed: true }, [200, 7], 1],
		['a redirect', { kind: 'redirect', status: 303, location: '/', executed: true }, 303, 1],
		['read slowly', { kind: 'slowReading', ms: 20 }, [200, 0], 1],
	];
	for (const [what, fault, response, executed] of faults) {
		it(`shows what became of a create: ${what}`, async () => {
			const simulator = await start();
			assert.deepEqual(await createdWith(simulator, fault), response);
			assert.equal(simulator.creates.length, executed);
			assert.equal((await query(simulator, textToVideo, 'ours-1')).status, executed === 1 ? 200 : 400);
		});
	}

	it('shows a create whose response never comes', async () => {
		const simulator = await start();
		simulator.faults.next({ fault: { kind: 'noResponse', end: 'silence', executed: true } });
		const given = new AbortController();
		const sent = call(`${simulator.origin}${pathOf(textToVideo)}`, {
			method: 'POST',
			headers: { Authorization: `Bearer ${apiKey}` },
			body: JSON.stringify(body),
			signal: given.signal,
		});
		while (simulator.creates.length === 0) {
			await new Promise((resolve) => setImmediate(resolve));
		}
		given.abort();
		await assert.rejects(sent);
	});
});

describe('creates in reality', () => {
	const start = simulators();

	it('are refused with 1303 while too many tasks run', async () => {
		const simulator = await start({ mostRunning: 1 });
		assert.equal((await post(simulator, textToVideo, { prompt: 'one' })).status, 200);
		const second = await post(simulator, textToVideo, { prompt: 'two' });
		assert.deepEqual([second.status, at(second, 'code')], [429, 1303]);
		simulator.clock.advance(400_000);
		assert.equal((await post(simulator, textToVideo, { prompt: 'two' })).status, 200);
	});

	it('finish at once when an operation makes no task', async () => {
		const simulator = await start();
		const faces = await post(simulator, { action: 'videos', action2: 'identify-face' }, { video_url: 'https://media.example/a.mp4' });
		assert.equal(faces.status, 200);
		assert.match(textAt(faces, 'data.session_id'), /^\d{18}$/);
		assert.match(textAt(faces, 'data.face_data.0.face_id'), /^\d{18}$/);
		assert.equal((await call(textAt(faces, 'data.face_data.0.face_image'))).status, 200);
		assert.equal(at(faces, 'data.task_id'), undefined);
		const selection = { action: 'videos', action2: 'multi-elements/init-selection' };
		const opened = await post(simulator, selection, { video_url: 'https://media.example/a.mp4' });
		assert.deepEqual([at(opened, 'data.status'), at(opened, 'data.width')], [0, 1280]);
		const added = await post(
			simulator,
			{ action: 'videos', action2: 'multi-elements/add-selection' },
			{ session_id: at(opened, 'data.session_id'), frame_index: 0, points: [{ x: 0.5, y: 0.5 }] },
		);
		assert.equal(at(added, 'data.session_id'), at(opened, 'data.session_id'));
		const refused = await post(simulator, selection, {});
		assert.deepEqual([refused.status, at(refused, 'code')], [400, 1201]);
		assert.deepEqual(
			simulator.creates.map(({ operation, taskId }) => [operation, taskId]),
			[
				['videos/identify-face', at(faces, 'data.session_id')],
				['videos/multi-elements/init-selection', at(opened, 'data.session_id')],
				['videos/multi-elements/add-selection', at(opened, 'data.session_id')],
			],
		);
	});

	it('meet a server that is not there, and find it again', async () => {
		const simulator = await start();
		const port = Number(new URL(simulator.origin).port);
		const attempt = (): Promise<string> =>
			new Promise((resolve) => {
				const socket = connect(port, '127.0.0.1', () => {
					socket.destroy();
					resolve('connected');
				});
				socket.on('error', (error: NodeJS.ErrnoException) => resolve(error.code ?? ''));
			});
		simulator.refuseConnections();
		assert.equal(await attempt(), 'ECONNREFUSED');
		await simulator.listenAgain();
		assert.equal(await attempt(), 'connected');
		assert.equal((await post(simulator, textToVideo, body)).status, 200);
		simulator.refuseConnections();
	});
});
