import assert from 'node:assert/strict';
import { KlingClient } from '../../../src/api/klingClient';
import type { OriginOperation } from '../../../src/core/task';
import type { CreateOutcome } from '../../../src/creation/ports/createApi';
import type { Simulator } from '../../../src/simulator/simulator';
import { apiKey, simulators, textToVideo } from '../simulator/harness';

const never = new AbortController().signal;
const client = new KlingClient();

/** The chunks of a body, none of them longer than `size` bytes. */
async function* pieces(body: Buffer, size: number): AsyncGenerator<Uint8Array> {
	for (let at = 0; at < body.length; at += size) {
		yield await Promise.resolve(body.subarray(at, at + size));
	}
}

function create(operation: OriginOperation, body: unknown): Promise<CreateOutcome> {
	const bytes = Buffer.from(JSON.stringify(body));
	return client.create({ operation, length: bytes.length, chunks: pieces(bytes, 1000) }, apiKey, never);
}

const at = (simulator: Simulator): OriginOperation => ({ ...textToVideo, origin: simulator.origin });

describe('a create at the offline Kling', () => {
	const start = simulators();

	it('makes a task, which is found again by its external ID and in the list', async () => {
		const simulator = await start();
		const operation = at(simulator);
		const created = await create(operation, { prompt: 'a fox', external_task_id: 'kt-1' });
		assert.ok(created.kind === 'accepted', JSON.stringify(created));
		assert.equal(created.snapshot, undefined);
		for (const found of [
			await client.queryByExternalId(operation, 'kt-1', apiKey, never),
			await client.findInList(operation, 'kt-1', apiKey, never),
		]) {
			assert.ok(found.kind === 'found', JSON.stringify(found));
			assert.deepEqual(
				[found.task.taskId, found.task.externalId, found.task.createdAt, found.task.snapshot.status],
				[created.taskId, 'kt-1', simulator.clock.now(), 'submitted'],
			);
		}
		assert.equal((await client.queryByExternalId(operation, 'kt-2', apiKey, never)).kind, 'notFound');
		assert.equal((await client.findInList(operation, 'kt-2', apiKey, never)).kind, 'notFound');
		assert.equal((await create(operation, { prompt: 'a fox', external_task_id: 'kt-1' })).kind, 'exists');
	});
});
