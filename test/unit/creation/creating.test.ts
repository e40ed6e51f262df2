import assert from 'node:assert/strict';
import { createServer } from 'node:net';
import type { Creation, CreationState } from '../../../src/creation/creation';
import type { SimulatorOptions } from '../../../src/simulator/simulator';
import { CreateBench, type CreatingWindow } from '../../support/createBench';
import { soon } from '../../support/retry';

const fox = { prompt: { kind: 'string', value: 'a fox' } } as const;

/** The creation once it has a state. */
function reached({ store }: CreatingWindow, creation: Creation | undefined, state: CreationState): Promise<Creation> {
	return soon(
		`it is ${state}`,
		() => {
			const now = creation && store.creations.get(creation.id);
			return now?.state === state ? now : undefined;
		},
		60_000,
	);
}

/** A port that nothing listens on. */
async function closedPort(): Promise<number> {
	const server = createServer();
	await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
	const address = server.address();
	await new Promise((resolve) => server.close(resolve));
	return typeof address === 'object' && address !== null ? address.port : 0;
}

describe('creating with the real journal, HTTP and an offline Kling', function () {
	this.timeout(120_000);
	let bench: CreateBench;
	const start = async (options: Partial<SimulatorOptions> = {}): Promise<CreatingWindow> => {
		bench = await CreateBench.start(options);
		return bench.window();
	};
	afterEach(() => bench.close());

	it('makes a task that is in the list with its name and prompt, and learns how tasks are found', async () => {
		const window = await start();
		const [creation] = await window.plan(fox, { nameOf: (take) => `fox, take ${take}` });
		const { task, operation } = await reached(window, creation, 'accepted');
		assert.ok(task);
		const row = window.store.tasks.get(task);
		assert.deepEqual([row?.name, row?.prompt, row?.ref.id], ['fox, take 1', 'a fox', bench.simulator.creates[0]?.taskId]);
		assert.equal(bench.simulator.creates.length, 1);
		await soon('the proof is known', () => window.store.creations.proof(operation) === 'honoured');
	});

	it('finds the task of a lost response by its external ID; it is created once', async () => {
		const window = await start();
		bench.simulator.faults.next({ fault: { kind: 'noResponse', end: 'reset', executed: true }, match: { method: 'POST' } });
		const [creation] = await window.plan(fox);
		const { task, externalId } = await reached(window, creation, 'accepted');
		assert.ok(task?.endsWith(bench.simulator.creates[0]?.taskId ?? 'nothing'));
		assert.deepEqual(
			bench.simulator.creates.map((create) => create.externalId),
			[externalId],
		);
	});

	it('finds it in the list where queries ignore external IDs', async () => {
		const window = await start({ externalIds: 'ignored' });
		bench.simulator.faults.next({ fault: { kind: 'noResponse', end: 'close', executed: true }, match: { method: 'POST' } });
		const [creation] = await window.plan(fox);
		const { operation } = await reached(window, creation, 'accepted');
		assert.equal(bench.simulator.creates.length, 1);
		assert.equal(window.store.creations.proof(operation), 'ignored');
	});

	it('does not send again what may have arrived', async () => {
		const window = await start();
		bench.simulator.faults.next({ fault: { kind: 'resetMidRequest', bytes: 1 }, match: { method: 'POST' } });
		const [creation] = await window.plan(fox);
		const { reason } = await reached(window, creation, 'uncertain');
		assert.equal(reason?.kind, 'lost');
		await soon('it was searched for twice', () => (window.store.creations.get(reachedId(creation))?.searches ?? 0) >= 2);
		assert.equal(bench.simulator.creates.length, 0);
		assert.equal(bench.simulator.requests.all().filter(({ method }) => method === 'POST').length, 1);
	});

	it('sends again what was certainly not sent, with the same external ID', async () => {
		await start();
		const origin = `http://127.0.0.1:${await closedPort()}`;
		const window = await bench.window(origin);
		const [creation] = await window.plan(fox);
		const id = reachedId(creation);
		await soon('it was tried', () => window.store.creations.get(id)?.reason?.kind === 'notSent');
		assert.deepEqual([window.store.creations.get(id)?.attempts, window.store.creations.get(id)?.externalId], [0, creation?.externalId]);
	});

	it('keeps the reason of a refusal', async () => {
		const window = await start();
		const [creation] = await window.plan({ prompt: { kind: 'string', value: '' } });
		const { reason } = await reached(window, creation, 'rejected');
		assert.equal(reason?.kind, 'rejected');
		assert.equal(bench.simulator.creates.length, 0);
	});

	it('sends each once from two windows, with files from their copies', async () => {
		const window = await start();
		const other = await bench.window();
		const file = await window.keep(Buffer.alloc(100_000, 'fox'));
		const image = {
			kind: 'media',
			path: './a.png',
			facts: { kind: 'image', type: 'png', ...file, width: 1, height: 1 },
		} as const;
		const operation = { origin: bench.simulator.origin, action: 'videos', action2: 'unknown-operation' };
		const orders = await Promise.all([window.plan(fox, { count: 5 }), other.plan({ ...fox, image }, { count: 5, operation })]);
		const creations = orders.flat();
		assert.deepEqual(
			creations.map(({ take }) => take),
			[1, 2, 3, 4, 5, 1, 2, 3, 4, 5],
		);
		for (const creation of orders[0]) {
			await reached(window, creation, 'accepted');
		}
		await soon('no POST is left', () =>
			creations.every(({ id }) => !['planned', 'sending'].includes(window.store.creations.get(id)?.state ?? '')),
		);
		const sent = bench.simulator.creates.map(({ externalId }) => externalId);
		assert.equal(new Set(sent).size, sent.length);
		assert.equal(bench.simulator.requests.all().filter(({ method }) => method === 'POST').length, 10);
	});
});

function reachedId(creation: Creation | undefined): Creation['id'] {
	if (creation === undefined) {
		throw new Error('nothing was planned');
	}
	return creation.id;
}
