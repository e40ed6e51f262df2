import assert from 'node:assert/strict';
import { readResponse } from '../../../src/api/response';
import { taskKey } from '../../../src/core/task';
import type { Task } from '../../../src/core/task';
import { made, otherId, video } from '../../fixtures/responses/evidenceTable';
import { gatewayId, native, taskId, wrapper } from '../../fixtures/responses/forms';
import type { Engine } from '../../support/engine';
import { Machine } from '../../support/engine';
import { origin } from '../../support/makers';

const second = 1_000;
const minute = 60 * second;
const hour = 60 * minute;

/** The responses of an API, each from a time on, in seconds after tracking: a body, optionally with an HTTP status. */
type Script = readonly (readonly [from: number, body: unknown, http?: number])[];

describe('responses in sequence', function () {
	this.timeout(30_000);
	let machine: Machine;
	let window: Engine;
	beforeEach(async () => {
		machine = new Machine();
		window = await machine.window();
	});
	afterEach(async () => {
		await machine.close();
		assert.deepEqual(window.log.errors, []);
	});

	const watch = async (tasks: Readonly<Record<string, Script>>): Promise<void> => {
		for (const [id, script] of Object.entries(tasks)) {
			machine.kling.script(id, (_, known) => {
				const age = machine.clock.now() - machine.start;
				const [, body, http = 200] = script.findLast(([from]) => age >= from * second) ?? [0, undefined];
				const text = typeof body === 'string' ? body : JSON.stringify(body);
				return { ...readResponse(http, text, {}, { ...known, id, origin }), body: text };
			});
		}
		window.poller.start();
		await window.store.tasks.add(
			Object.keys(tasks).map((id) => ({ ref: { origin, action: 'images', action2: 'generations', id } })),
			machine.clock.now(),
		);
	};
	const task = (id: string): Task | undefined => window.store.tasks.get(taskKey({ origin, id }));
	const announced = (): readonly string[] => window.store.announcements.pending(machine.clock.now());
	/** The seconds after tracking at which the task was checked, from a second on. */
	const asked = (id: string, from = 0): readonly number[] => machine.kling.seconds(id, machine.start).filter((at) => at >= from);

	const untilSucceeded = async (): Promise<void> => {
		for (let waited = 0; waited < 3 * minute && task(taskId)?.status !== 'succeeded'; waited += second) {
			await machine.clock.advance(second);
		}
		assert.equal(task(taskId)?.status, 'succeeded');
	};

	describe('an alias', () => {
		it('is an ID that two responses a minute apart name; then a finished status under it counts ten seconds later.', async () => {
			await watch({ [gatewayId]: [[0, native('succeed', made)]] });
			await machine.clock.advance(59 * second);
			assert.deepEqual([task(gatewayId)?.status, task(gatewayId)?.alias?.isSure, task(gatewayId)?.results], ['unknown', false, []]);
			await machine.clock.advance(10 * minute);
			assert.deepEqual(
				[task(gatewayId)?.status, task(gatewayId)?.alias],
				['succeeded', { id: taskId, since: machine.start, isSure: true }],
			);
			const times = asked(gatewayId);
			assert.equal((times.at(-1) ?? 0) - (times.at(-2) ?? 0), 10);
		});

		it('is never the ID of another tracked task: a finished status under it belongs to that task only.', async () => {
			await watch({ [taskId]: [[0, native('failed', { task_id: otherId })]], [otherId]: [[0, native('failed', { task_id: otherId })]] });
			await machine.clock.advance(12 * hour);
			assert.deepEqual([task(taskId)?.status, task(taskId)?.alias?.isSure, task(otherId)?.status], ['unknown', false, 'failed']);
		});

		it('is never an ID that a cache returns for every task.', async () => {
			const stale = native('failed', { task_id: otherId });
			await watch({
				a1: [
					[0, native('processing', { task_id: 'a1' })],
					[10, stale],
					[7200, native('succeed', { task_id: 'a1', ...made })],
				],
				b1: [
					[0, native('processing', { task_id: 'b1' })],
					[10, stale],
					[7200, native('succeed', { task_id: 'b1', ...made })],
				],
			});
			await machine.clock.advance(2 * hour - minute);
			assert.deepEqual([task('a1')?.status, task('b1')?.status], ['unknown', 'unknown']);
			await machine.clock.advance(2 * hour);
			assert.deepEqual([task('a1')?.status, task('b1')?.status], ['succeeded', 'succeeded']);
		});

		it('is not learned from an ID that is named for less than a minute.', async () => {
			await watch({
				a1: [
					[0, native('processing', { task_id: 'a1' })],
					[20, native('failed', { task_id: otherId })],
					[75, native('processing', { task_id: 'a1' })],
				],
			});
			await machine.clock.advance(hour);
			assert.deepEqual([task('a1')?.status, task('a1')?.alias], ['processing', undefined]);
		});

		it('provides no facts about the task before it is confirmed.', async () => {
			const foreign = native('processing', {
				task_id: otherId,
				progress: '80%',
				created_at: 1,
				updated_at: 2,
				final_unit_deduction: '9',
				task_info: { external_task_id: 'theirs', parent_video: { id: '1', url: video } },
			});
			await watch({ a1: [[0, foreign]] });
			await machine.clock.advance(30 * second);
			const observed = task('a1');
			assert.deepEqual(
				[
					observed?.externalTaskId,
					observed?.parentVideo,
					observed?.progress,
					observed?.unitsDeducted,
					observed?.createdAt,
					observed?.updatedAt,
				],
				[undefined, undefined, undefined, undefined, undefined, undefined],
			);
		});
	});

	describe('an unconfirmed finished status', () => {
		const failed = { ...native('failed', { task_status_msg: 'no human' }), code: 5000 };
		it('is dropped when the next response says that the task is active.', async () => {
			await watch({
				[taskId]: [
					[0, native('processing')],
					[60, failed],
					[67, native('processing')],
					[600, native('succeed', made)],
				],
			});
			await machine.clock.advance(20 * minute);
			assert.deepEqual([task(taskId)?.status, announced().length], ['succeeded', 1]);
		});

		it('is kept through errors and unknown words, and counts when it is repeated.', async () => {
			await watch({
				[taskId]: [
					[0, native('processing')],
					[60, failed],
					[67, { message: 'no Route matched' }, 404],
					[100, native('weird')],
					[3600, failed],
				],
			});
			await machine.clock.advance(59 * minute);
			assert.equal(task(taskId)?.status, 'unknown');
			await machine.clock.advance(90 * minute);
			assert.deepEqual([task(taskId)?.status, task(taskId)?.message, announced().length], ['failed', 'no human', 1]);
		});

		it('is not confirmed by a different finished status.', async () => {
			await watch({
				[taskId]: [
					[0, native('processing')],
					[60, failed],
					[67, { ...native('succeed', made), code: 5000 }],
					[80, native('processing')],
				],
			});
			await machine.clock.advance(75 * second);
			assert.equal(task(taskId)?.status, 'processing');
			await machine.clock.advance(10 * minute);
			assert.equal(task(taskId)?.status, 'processing');
		});

		it("is a gateway's timeout, which the task's own final status in the next five minutes corrects.", async () => {
			const swept = wrapper('processing', {}, { status: 'FAILURE', fail_reason: '任务超时（30分钟）' });
			await watch({
				[gatewayId]: [
					[0, wrapper('processing')],
					[60, swept],
					[200, wrapper('succeed', made, { status: 'SUCCESS' })],
				],
			});
			await machine.clock.advance(30 * minute);
			assert.deepEqual([task(gatewayId)?.status, announced().length], ['succeeded', 1]);
		});
	});

	describe('a success without its results', () => {
		const bare = native('succeed', { task_result: {} });
		const images = (count: number, linked: number): unknown =>
			native('succeed', {
				task_result: {
					images: Array.from({ length: count }, (_, index) => ({
						index,
						url: index < linked ? `https://media.example/${String(index)}.png` : '',
					})),
				},
			});

		it('is announced with them when they come within 35 seconds.', async () => {
			await watch({
				[taskId]: [
					[0, native('processing')],
					[60, bare],
					[80, images(2, 2)],
				],
			});
			await untilSucceeded();
			assert.deepEqual(announced(), [], 'its announcement waits');
			await machine.clock.advance(36 * second);
			assert.deepEqual([announced().length, task(taskId)?.results.length], [1, 2]);
		});

		it('is announced without them after 35 seconds, and later results are added silently.', async () => {
			await watch({
				[taskId]: [
					[0, native('processing')],
					[60, bare],
					[300, images(2, 2)],
				],
			});
			await untilSucceeded();
			await machine.clock.advance(34 * second);
			assert.deepEqual(announced(), []);
			await machine.clock.advance(2 * second);
			assert.deepEqual(announced(), [taskKey({ origin, id: taskId })]);
			await window.store.announcements.claim(taskKey({ origin, id: taskId }), machine.clock.now());
			await machine.clock.advance(hour);
			assert.deepEqual([announced(), task(taskId)?.results.length], [[], 2]);
		});

		it('is checked again after 5 and 30 seconds, 2 and 10 minutes, and then no more.', async () => {
			await watch({
				[taskId]: [
					[0, native('processing')],
					[60, bare],
				],
			});
			await machine.clock.advance(24 * hour);
			const [first = 0, ...more] = asked(taskId, 60);
			assert.deepEqual(
				more.map((at, index) => Math.round(at - ([first, ...more][index] ?? 0))),
				[5, 30, 120, 600],
			);
			assert.deepEqual([task(taskId)?.status, task(taskId)?.results], ['succeeded', []]);
		});

		it('is incomplete while results are missing from the announced number, and loses no result later.', async () => {
			await watch({
				[taskId]: [
					[0, native('processing')],
					[60, images(4, 2)],
					[100, images(4, 1)],
					[200, images(4, 4)],
					[400, bare],
				],
			});
			await untilSucceeded();
			assert.equal(task(taskId)?.results.length, 2);
			await machine.clock.advance(2 * minute);
			assert.equal(task(taskId)?.results.length, 2);
			await machine.clock.advance(hour);
			assert.equal(task(taskId)?.results.length, 4);
		});

		it('is checked again through errors until they come.', async () => {
			await watch({
				[taskId]: [
					[0, native('processing')],
					[60, bare],
					[64, { message: 'bad gateway' }, 502],
					[900, images(1, 1)],
				],
			});
			await machine.clock.advance(2 * hour);
			assert.equal(task(taskId)?.results.length, 1);
		});
	});

	it('are refusals of every kind for three minutes: a task with an earlier snapshot is not given up, and its finished status is noticed soon.', async () => {
		const refusals: readonly (readonly [unknown, number])[] = [
			[{ message: 'no Route matched with those values' }, 404],
			[{ code: 'task_not_exist', message: 'task_not_exist', data: null }, 400],
			['', 404],
			['', 410],
			[{ error: { message: 'auth service unavailable' } }, 401],
			[{ error: { message: 'Invalid token' } }, 403],
			['{"code":0,"data":{"task_id":"70', 200],
		];
		const ids = refusals.map((_, index) => `t${String(index)}`);
		await watch(
			Object.fromEntries(
				refusals.map(([body, http], index) => [
					`t${String(index)}`,
					[
						[0, native('processing', { task_id: `t${String(index)}` })],
						[60, body, http],
						[240, native('succeed', { task_id: `t${String(index)}`, ...made })],
					],
				]),
			),
		);
		await machine.clock.advance(15 * minute);
		assert.deepEqual(
			ids.map((id) => task(id)?.status),
			ids.map(() => 'succeeded'),
		);
	});
});
