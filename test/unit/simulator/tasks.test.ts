import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { completeBodies } from './bodies';
import { at, call, pathOf, post, query, simulators, startAt, textAt, textToVideo } from './harness';

const imageToVideo = { action: 'videos', action2: 'image2video' };
const day = 24 * 3600 * 1000;

describe('a simulated task', () => {
	const start = simulators();

	it('is submitted for 1 to 2 s, then processing, then finished, and updated_at changes only then', async () => {
		const simulator = await start();
		const id = simulator.create(textToVideo);
		const received: [unknown, unknown][] = [];
		const queryAll = async () => {
			const response = await query(simulator, textToVideo, id);
			received.push([at(response, 'data.task_status'), at(response, 'data.updated_at')]);
		};
		await queryAll();
		simulator.clock.advance(999);
		await queryAll();
		simulator.clock.advance(1001);
		await queryAll();
		simulator.clock.advance(316_999);
		await queryAll();
		simulator.clock.advance(1);
		await queryAll();
		simulator.clock.advance(day);
		await queryAll();
		assert.deepEqual(
			received.map(([status]) => status),
			['submitted', 'submitted', 'processing', 'processing', 'succeed', 'succeed'],
		);
		const [submitted, , processing, , finished] = received.map(([, updated]) => Number(updated) - startAt);
		assert.equal(submitted, 0);
		assert.ok(processing !== undefined && processing >= 1000 && processing <= 2000, String(processing));
		assert.equal(finished, 319_000);
		assert.deepEqual(received[0]?.[1], received[1]?.[1]);
		assert.deepEqual(received[2]?.[1], received[3]?.[1]);
		assert.deepEqual(received[4]?.[1], received[5]?.[1]);
	});

	it('runs faster with speed', async () => {
		const simulator = await start({ speed: 10 });
		const id = simulator.create(textToVideo);
		simulator.clock.advance(31_899);
		assert.equal(at(await query(simulator, textToVideo, id), 'data.task_status'), 'processing');
		simulator.clock.advance(1);
		assert.equal(at(await query(simulator, textToVideo, id), 'data.task_status'), 'succeed');
	});

	it('runs in real time when the clock is not manual', async () => {
		const simulator = await start({ manualClock: false, speed: 100 });
		const id = simulator.create(textToVideo, { submittedMs: 0, durationMs: 5000 });
		const until = Date.now() + 2000;
		let status: unknown;
		do {
			status = at(await query(simulator, textToVideo, id), 'data.task_status');
		} while (status !== 'succeed' && Date.now() < until);
		assert.equal(status, 'succeed');
	});

	it('fails for the reason its prompt asks for, as fast as a refused input does', async () => {
		const simulator = await start();
		const plain = textAt(await post(simulator, textToVideo, { prompt: 'A storm [fail]' }), 'data.task_id');
		const worded = textAt(await post(simulator, textToVideo, { prompt: '[fail: Image pixel is invalid] A storm' }), 'data.task_id');
		simulator.clock.advance(1649);
		assert.notEqual(at(await query(simulator, textToVideo, plain), 'data.task_status'), 'failed');
		simulator.clock.advance(1);
		assert.equal(at(await query(simulator, textToVideo, plain), 'data.task_status_msg'), 'Failure to pass the risk control system');
		assert.equal(at(await query(simulator, textToVideo, worded), 'data.task_status_msg'), 'Image pixel is invalid');
	});

	it('is found by its external id too, which cannot be used again', async () => {
		const simulator = await start();
		const created = await post(simulator, textToVideo, { prompt: 'x', external_task_id: 'my-task-7' });
		const received = await query(simulator, textToVideo, 'my-task-7');
		assert.equal(at(received, 'data.task_id'), at(created, 'data.task_id'));
		assert.equal(at(received, 'data.task_info.external_task_id'), 'my-task-7');
		const again = await post(simulator, imageToVideo, { ...completeBodies['videos/image2video'], external_task_id: 'my-task-7' });
		assert.equal(again.status, 400);
		assert.equal(at(again, 'code'), 1201);
		assert.equal(at(again, 'message'), 'External_task_id my-task-7 already exists');
		assert.throws(() => simulator.create(textToVideo, { externalId: 'my-task-7' }), /taken/);
	});

	it('is not found under another operation, unless the gateway ignores the operation', async () => {
		for (const [wrongOperation, status] of [
			['notFound', 400],
			['responded', 200],
		] as const) {
			const simulator = await start({ wrongOperation });
			const id = simulator.create(textToVideo);
			const received = await query(simulator, imageToVideo, id);
			assert.equal(received.status, status);
			assert.equal(at(received, status === 400 ? 'code' : 'data.task_id'), status === 400 ? 1201 : id);
		}
	});

	it('is deleted after 30 days', async () => {
		const simulator = await start();
		const id = simulator.create(textToVideo);
		simulator.clock.advance(30 * day - 1);
		assert.equal((await query(simulator, textToVideo, id)).status, 200);
		simulator.clock.advance(1);
		assert.equal((await query(simulator, textToVideo, id)).status, 400);
	});

	it('can have an operation of three segments, or one outside the catalogue', async () => {
		const simulator = await start();
		const avatar = { action: 'videos', action2: 'avatar/image2video' };
		const id = textAt(await post(simulator, avatar, completeBodies['videos/avatar/image2video']), 'data.task_id');
		assert.equal((await query(simulator, avatar, id)).status, 200);
		const unheard = { action: 'videos', action2: 'time-travel' };
		assert.equal((await query(simulator, unheard, simulator.create(unheard))).status, 200);
		assert.equal(at(await post(simulator, unheard, {}), 'code'), 1202);
	});

	it('is listed, newest first, by pages', async () => {
		const simulator = await start();
		const ids = Array.from({ length: 5 }, () => simulator.create(textToVideo));
		simulator.create(imageToVideo);
		const list = (search: string) => call(`${simulator.origin}${pathOf(textToVideo)}${search}`);
		const all = await list('');
		assert.deepEqual(
			[0, 1, 2, 3, 4, 5].map((index) => at(all, `data.${index}.task_id`)),
			[...ids.reverse(), undefined],
		);
		assert.equal(at(await list('?pageNum=3&pageSize=2'), 'data.0.task_id'), ids[4]);
		assert.equal(at(await list('?pageSize=501'), 'code'), 1200);
	});

	it('is not listed by a simulator that refuses lists, as a gateway without them', async () => {
		const simulator = await start({ lists: 'refused' });
		const id = simulator.create(textToVideo);
		const list = await call(`${simulator.origin}${pathOf(textToVideo)}?pageNum=1&pageSize=50`);
		assert.deepEqual([list.status, at(list, 'code'), (await query(simulator, textToVideo, id)).status], [404, 1202, 200]);
	});

	it('has the same id in every simulator of the same seed, and another with another', async () => {
		const [one, two, other] = [await start(), await start(), await start({ seed: 2 })].map((simulator) => simulator.create(textToVideo));
		assert.equal(one, two);
		assert.notEqual(one, other);
		assert.ok(BigInt(one ?? 0) > 2n ** 53n);
	});

	it('is not created from a body that is not a JSON object', async () => {
		const simulator = await start();
		for (const body of ['', '{', '[]', '"x"', 'null']) {
			const received = await call(`${simulator.origin}${pathOf(textToVideo)}`, {
				method: 'POST',
				body,
				headers: { Authorization: 'Bearer sk-unit-0123456789abcdef' },
			});
			assert.deepEqual([received.status, at(received, 'code')], [400, 1200], body);
		}
	});
});
