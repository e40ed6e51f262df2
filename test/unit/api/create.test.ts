import assert from 'node:assert/strict';
import { KlingClient } from '../../../src/api/klingClient';
import type { OriginOperation } from '../../../src/core/task';
import type { CreateOutcome } from '../../../src/creation/ports/createApi';
import type { Fault } from '../../../src/simulator/faults';
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

	/** What a create comes to under each fault, and whether it was executed. */
	const rows: readonly (readonly [what: string, fault: Fault, outcome: string, executed: number])[] = [
		['reset after the headers', { kind: 'resetBefore' }, 'uncertain lost', 0],
		['reset within the body', { kind: 'resetMidRequest', bytes: 10 }, 'uncertain lost', 0],
		['reset after the body', { kind: 'noResponse', end: 'reset', executed: false }, 'uncertain lost', 0],
		['reset after the task was made', { kind: 'noResponse', end: 'reset', executed: true }, 'uncertain lost', 1],
		['closed after the task was made', { kind: 'noResponse', end: 'close', executed: true }, 'uncertain lost', 1],
		['reset within the response', { kind: 'resetMidBody' }, 'uncertain lost', 1],
		['half a response', { kind: 'truncated' }, 'uncertain unreadable', 1],
		['500 after the task was made', { kind: 'canned', name: 'serverError', executed: true }, 'uncertain unreadable', 1],
		['504 after the task was made', { kind: 'canned', name: 'timeout', executed: true }, 'uncertain unreadable', 1],
		['a page after the task was made', { kind: 'canned', name: 'badGatewayPage', executed: true }, 'uncertain unreadable', 1],
		['1302', { kind: 'canned', name: 'rateLimit' }, 'busy', 0],
		['1303', { kind: 'canned', name: 'concurrency' }, 'busy', 0],
		['saturated', { kind: 'canned', name: 'gatewaySaturated' }, 'busy', 0],
		['saturated, under 403', { kind: 'canned', name: 'gatewaySaturated', status: 403 }, 'busy', 0],
		['a slow response', { kind: 'late', ms: 20 }, 'accepted', 1],
		['a slow body', { kind: 'slowBody', ms: 20 }, 'accepted', 1],
		['read slowly', { kind: 'slowReading', ms: 20 }, 'accepted', 1],
		['302', { kind: 'redirect', status: 302, location: '/', executed: true }, 'uncertain unreadable', 1],
		['303', { kind: 'redirect', status: 303, location: '/', executed: true }, 'uncertain unreadable', 1],
		['307', { kind: 'redirect', status: 307, location: '/' }, 'rejected', 0],
		['a response with the key', { kind: 'echoKey' }, 'rejected', 0],
	];
	for (const [what, fault, expected, executed] of rows) {
		it(`knows what it came to, and has no key in it: ${what}`, async () => {
			const simulator = await start();
			simulator.faults.next({ fault, match: { method: 'POST' } });
			const outcome = await create(at(simulator), { prompt: 'a fox', external_task_id: 'kt-1' });
			assert.equal(outcome.kind === 'uncertain' ? `uncertain ${outcome.how}` : outcome.kind, expected);
			assert.equal(simulator.creates.length, executed);
			assert.equal(simulator.requests.all({ kind: 'create' }).length, 1);
			assert.ok(!JSON.stringify(outcome).includes(apiKey));
			const found = await client.queryByExternalId(at(simulator), 'kt-1', apiKey, never);
			assert.equal(found.kind, executed === 1 ? 'found' : 'notFound');
		});
	}

	it('is not sent to an address without a server, and is once there is one', async () => {
		const simulator = await start();
		simulator.refuseConnections();
		const outcome = await create(at(simulator), { prompt: 'a fox' });
		assert.ok(outcome.kind === 'notSent');
		assert.equal(outcome.error.code, 'ECONNREFUSED');
		await simulator.listenAgain();
		assert.equal((await create(at(simulator), { prompt: 'a fox' })).kind, 'accepted');
	});

	it('is not found by an external ID that a gateway ignores or drops, and not refused for it', async () => {
		for (const [externalIds, byId, inList] of [
			['ignored', 'notFound', 'found'],
			['stripped', 'notFound', 'notFound'],
		] as const) {
			const simulator = await start({ externalIds });
			const operation = at(simulator);
			assert.equal((await create(operation, { prompt: 'a fox', external_task_id: 'kt-1' })).kind, 'accepted');
			assert.equal((await client.queryByExternalId(operation, 'kt-1', apiKey, never)).kind, byId);
			assert.equal((await client.findInList(operation, 'kt-1', apiKey, never)).kind, inList);
			assert.equal((await create(operation, { prompt: 'a fox', external_task_id: 'kt-1' })).kind, 'accepted');
			assert.deepEqual(
				simulator.creates.map(({ externalId }) => externalId),
				['kt-1', 'kt-1'],
			);
		}
	});

	it('is accepted in the form of each gateway', async () => {
		for (const form of ['native', 'wrapper', 'simple', 'flat'] as const) {
			const simulator = await start({ form });
			const created = await create(at(simulator), { model_name: 'kling-v2-6', prompt: 'a fox', external_task_id: 'kt-1' });
			assert.ok(created.kind === 'accepted', `${form}: ${JSON.stringify(created)}`);
			assert.equal(created.taskId, simulator.creates[0]?.taskId);
			const found = await client.queryByExternalId(at(simulator), 'kt-1', apiKey, never);
			assert.ok(found.kind === 'found', form);
			assert.equal(found.task.taskId, created.taskId);
		}
	});

	it('finishes with its response when the operation responds at once', async () => {
		const simulator = await start();
		const speech = await create(
			{ origin: simulator.origin, action: 'audio', action2: 'tts' },
			{ text: 'Hello', voice_id: 'genshin_vindi2', voice_language: 'en' },
		);
		assert.ok(speech.kind === 'accepted', JSON.stringify(speech));
		assert.deepEqual([speech.snapshot?.status, speech.snapshot?.results[0]?.kind], ['succeeded', 'audio']);
		const faces = await create(
			{ origin: simulator.origin, action: 'videos', action2: 'identify-face' },
			{ video_url: 'https://media.example/a.mp4' },
		);
		assert.ok(faces.kind === 'accepted', JSON.stringify(faces));
		assert.deepEqual(
			[faces.taskId, faces.snapshot?.status, faces.snapshot?.results[0]?.kind, faces.snapshot?.unitsDeducted],
			[simulator.creates[1]?.taskId, 'succeeded', 'image', '0.05'],
		);
	});

	it('is refused before it is sent when its path is none', async () => {
		const simulator = await start();
		const operation = { ...at(simulator), action2: '../accounts' };
		assert.equal((await create(operation, {})).kind, 'notSent');
		assert.equal((await client.queryByExternalId(at(simulator), 'a/b', apiKey, never)).kind, 'failed');
		assert.equal((await client.findInList(operation, 'kt-1', apiKey, never)).kind, 'failed');
		assert.equal(simulator.requests.all().length, 0);
	});
});
