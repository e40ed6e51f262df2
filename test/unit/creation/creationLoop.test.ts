import assert from 'node:assert/strict';
import type { Creation, CreationId } from '../../../src/creation/creation';
import { LazyCreations } from '../../../src/creation/lazyCreations';
import type { CreateApi, CreateOutcome, CreateQuestion, SearchOutcome } from '../../../src/creation/ports/createApi';
import { leaseMs } from '../../../src/tracking/lease';
import { RequestSlots } from '../../../src/tracking/requestSlots';
import { ManualClock } from '../../support/clock';
import { MemoryLog } from '../../support/log';
import { apiError, foundTask, newCreation } from '../../support/newCreation';
import { FakeCreationStore } from './fakeCreationStore';

const notFound: SearchOutcome = { kind: 'notFound', error: apiError('notFound') };

/** A window with a journal in memory, and an API that responds as a test says. */
class Window implements CreateApi {
	readonly clock = new ManualClock(1_000_000);
	readonly store = new FakeCreationStore();
	readonly log = new MemoryLog();
	readonly settled: string[] = [];
	readonly bodies: string[] = [];
	readonly sweeps: { readonly needed: readonly string[]; readonly olderThan: number }[] = [];
	key: string | undefined = 'key-one';
	/** Whether a slot is free. */
	freeAt = 0;
	missingCopy: Error | undefined;
	respond: (signal: AbortSignal) => Promise<CreateOutcome> = () => Promise.resolve({ kind: 'accepted', taskId: 'task-1', body: '{}' });
	query: () => SearchOutcome = () => notFound;
	list: () => SearchOutcome = () => notFound;
	readonly creations: LazyCreations;
	#ids = 0;

	constructor() {
		const { clock, store, log } = this;
		const acquire = () => Promise.resolve(clock.now() >= this.freeAt ? undefined : this.freeAt);
		const slots = { acquire, renew: () => Promise.resolve(), release: () => Promise.resolve() };
		const newId = () => `id-${++this.#ids}`;
		const limitsOf = () => ({ maxConcurrent: 4, maxPerMinute: 40 });
		this.creations = new LazyCreations({
			creations: store,
			health: { readOnly: false },
			api: {
				query: (ref) =>
					Promise.resolve(
						ref.id === 'task-9'
							? { ok: true, snapshot: foundTask().snapshot, body: '{}' }
							: { ok: false, error: apiError('notFound', { message: 'task not found' }) },
					),
			},
			createApi: this,
			keys: { get: () => Promise.resolve(this.key) },
			media: {
				base64: async function* () {
					await Promise.resolve();
					yield new TextEncoder().encode('QUJD');
				},
				sweep: (needed, olderThan) => {
					this.sweeps.push({ needed: [...needed], olderThan });
					return Promise.resolve();
				},
			},
			slots: new RequestSlots({ store: { slots, health: { readOnly: false } }, clock, newId, limitsOf, log }),
			clock,
			random: () => 0.5,
			newId,
			log,
		});
		this.creations.onDidSettle(({ state, reason }) => this.settled.push(reason === undefined ? state : `${state}: ${reason.kind}`));
	}

	async create({ chunks, length }: CreateQuestion, apiKey: string, signal: AbortSignal): Promise<CreateOutcome> {
		this.store.calls.push(`POST with ${apiKey}`);
		const parts: Uint8Array[] = [];
		for await (const chunk of chunks) {
			parts.push(chunk);
		}
		const body = Buffer.concat(parts);
		assert.equal(body.length, length);
		this.bodies.push(body.toString());
		return this.respond(signal);
	}

	queryByExternalId(): Promise<SearchOutcome> {
		this.store.calls.push('query');
		return Promise.resolve(this.query());
	}

	findInList(): Promise<SearchOutcome> {
		this.store.calls.push('list');
		return Promise.resolve(this.list());
	}

	/** A creation that is due now. */
	add(own: Partial<Creation> = {}, state: Creation['state'] = 'planned'): CreationId {
		const now = this.clock.now();
		const creation = newCreation(state, { plannedAt: now, changedAt: now, nextAt: now, ...own });
		this.store.add(creation);
		return creation.id;
	}

	/** Starts, and lets everything run that needs no time. */
	async run(): Promise<void> {
		this.creations.start();
		await this.clock.advance(1_000);
	}

	state(id: CreationId): string {
		const { state, reason } = this.store.read(id);
		return reason === undefined ? state : `${state}: ${reason.kind}`;
	}
}

/** A promise that a test settles. */
function deferred<T>(): { readonly promise: Promise<T>; readonly resolve: (value: T) => void; readonly reject: (error: Error) => void } {
	let resolve: (value: T) => void = () => undefined;
	let reject: (error: Error) => void = () => undefined;
	const promise = new Promise<T>((yes, no) => {
		resolve = yes;
		reject = no;
	});
	return { promise, resolve, reject };
}

describe('the loop of creates', () => {
	let window: Window;
	beforeEach(() => {
		window = new Window();
	});
	afterEach(() => window.creations.dispose());

	it('commits and flushes before the first byte, then stores the task and learns how tasks are found', async () => {
		window.query = () => ({ kind: 'found', task: foundTask() });
		const id = window.add();
		await window.run();
		assert.deepEqual(window.store.calls, [
			'claim planned',
			'step sending',
			'flush',
			'flushed',
			'POST with key-one',
			'accept task-1',
			'query',
			'proof honoured',
		]);
		assert.deepEqual(window.bodies, ['{"prompt":"a fox"}']);
		assert.equal(window.state(id), 'accepted');
		assert.deepEqual(window.settled, ['accepted']);
	});

	it('sends no byte while the flush has not resolved', async () => {
		const flush = deferred<undefined>();
		window.store.flushed = () => flush.promise;
		window.add();
		await window.run();
		assert.deepEqual(window.store.calls, ['claim planned', 'step sending', 'flush']);
		flush.resolve(undefined);
		await window.clock.advance(1_000);
		assert.deepEqual(window.store.calls.slice(3, 6), ['flushed', 'POST with key-one', 'accept task-1']);
	});

	it('sends nothing if the flush fails, shows why, and tries again', async () => {
		window.store.flushed = () => Promise.reject(new Error('ENOSPC: no space left on device'));
		const id = window.add();
		await window.run();
		assert.deepEqual(window.store.calls, ['claim planned', 'step sending', 'flush', 'record planned']);
		assert.deepEqual(window.store.read(id).reason, { kind: 'disk', message: 'ENOSPC: no space left on device' });
		assert.equal(window.store.read(id).attempts, 0);
		window.store.flushed = () => Promise.resolve();
		await window.clock.advance(5_000);
		assert.equal(window.state(id), 'accepted');
		assert.equal(window.bodies.length, 1);
	});

	it('removes copies of files that no creation needs and that are older than an hour: when it begins, and when one was settled', async () => {
		const [hour, mine, other] = [60 * 60_000, 'a'.repeat(64), 'b'.repeat(64)];
		const started = window.clock.now();
		window.add({ body: [{ sha256: mine, size: 3 }] });
		window.store.add(newCreation('absent', { id: 'creation-2' as CreationId, body: [{ sha256: other, size: 3 }] }));
		await window.run();
		assert.deepEqual(window.sweeps, [
			{ needed: [mine, other], olderThan: started - hour },
			{ needed: [other], olderThan: started - hour },
		]);
	});

	it('sends files from their copies, in the text around them', async () => {
		window.add({ body: ['{"image":"', { sha256: 'a'.repeat(64), size: 3 }, '","prompt":"Füchse 🦊"}'] });
		await window.run();
		assert.deepEqual(window.bodies, ['{"image":"QUJD","prompt":"Füchse 🦊"}']);
	});

	it('sends nothing without a key, and goes on when there is one', async () => {
		window.key = undefined;
		const id = window.add();
		await window.run();
		assert.equal(window.state(id), 'planned: noKey');
		assert.deepEqual(window.bodies, []);
		window.key = 'key-two';
		await window.clock.advance(5_000);
		assert.equal(window.state(id), 'accepted');
		assert.ok(window.store.calls.includes('POST with key-two'));
	});

	it('waits for a request slot before it is recorded as sending', async () => {
		window.freeAt = 1_020_000;
		const id = window.add();
		await window.run();
		await window.clock.advance(15_000);
		assert.equal(window.state(id), 'planned');
		assert.equal(window.store.isClaimed(id), true);
		await window.clock.advance(10_000);
		assert.equal(window.state(id), 'accepted');
	});

	it('while busy it waits, with the same ID, and sends again by itself', async () => {
		let busy = 3;
		window.respond = () =>
			Promise.resolve(busy-- > 0 ? { kind: 'busy', error: apiError('concurrency') } : { kind: 'accepted', taskId: 'task-4', body: '{}' });
		const id = window.add();
		await window.run();
		assert.equal(window.state(id), 'waiting: busy');
		await window.clock.advance(10_000);
		assert.equal(window.state(id), 'accepted');
		assert.equal(window.bodies.length, 4);
	});

	it('a lost response is searched for, found, and not sent again', async () => {
		window.respond = () => Promise.resolve({ kind: 'uncertain', how: 'lost', error: apiError('unreachable') });
		let searches = 0;
		window.query = () => (++searches === 3 ? { kind: 'found', task: foundTask() } : notFound);
		const id = window.add();
		await window.run();
		assert.equal(window.state(id), 'uncertain: lost');
		await window.clock.advance(20_000);
		assert.equal(window.state(id), 'accepted');
		assert.equal(window.bodies.length, 1);
		assert.deepEqual(window.settled, ['accepted']);
		assert.deepEqual(
			window.store.calls.filter((call) => /^(?:query|list|proof)/.test(call)),
			['query', 'query', 'list', 'query', 'proof honoured'],
		);
	});

	it('a query that the API refuses says nothing about its list', async () => {
		window.respond = () => Promise.resolve({ kind: 'uncertain', how: 'lost', error: apiError('unreachable') });
		window.query = () => ({ kind: 'failed', error: apiError('server') });
		window.list = () => ({ kind: 'found', task: foundTask() });
		const id = window.add();
		await window.run();
		await window.clock.advance(10_000);
		assert.equal(window.state(id), 'accepted');
		assert.equal(window.bodies.length, 1);
	});

	it('where tasks are found by their IDs, five searches without a find settle it as absent', async () => {
		await window.store.recordProof(newCreation('planned').operation, 'honoured', 1);
		window.respond = () => Promise.resolve({ kind: 'uncertain', how: 'lost', error: apiError('unreachable') });
		const id = window.add();
		await window.run();
		await window.clock.advance(298_000);
		assert.equal(window.state(id), 'uncertain: lost');
		await window.clock.advance(4_000);
		assert.equal(window.state(id), 'absent: lost');
		assert.equal(window.store.calls.filter((call) => call === 'query').length, 5);
		assert.deepEqual(window.settled, ['absent: lost']);
		assert.equal(window.clock.timers, 0);
	});

	it('elsewhere a person is needed after five minutes', async () => {
		window.respond = () => Promise.resolve({ kind: 'uncertain', how: 'lost', error: apiError('unreachable') });
		const id = window.add();
		await window.run();
		await window.clock.advance(600_000);
		assert.equal(window.state(id), 'uncertain: lost');
		assert.deepEqual(window.settled, ['uncertain: lost']);
		assert.equal(window.clock.timers, 0);
	});

	it('what a window left that ended while it sent is searched for, not sent', async () => {
		window.query = () => ({ kind: 'found', task: foundTask() });
		const id = window.add({ attempts: 1 }, 'sending');
		window.store.takeOver(id, 1_000_000 + leaseMs);
		await window.run();
		assert.deepEqual(window.store.calls, []);
		await window.clock.advance(leaseMs);
		assert.equal(window.state(id), 'accepted');
		assert.deepEqual(window.bodies, []);
	});

	it('a late response settles it after the claim was lost', async () => {
		const response = deferred<CreateOutcome>();
		window.respond = () => response.promise;
		const id = window.add();
		await window.run();
		const other = window.store.takeOver(id, 9_000_000);
		await window.store.record(other, { state: 'uncertain', attempts: 1, searches: 0, sentAt: 1_001_000, changedAt: 1_001_000 });
		response.resolve({ kind: 'accepted', taskId: 'task-7', body: '{}' });
		await window.clock.advance(1_000);
		assert.equal(window.state(id), 'accepted');
		assert.deepEqual(window.settled, ['accepted']);
	});

	it('a late response stores its task though the creation was removed meanwhile', async () => {
		const response = deferred<CreateOutcome>();
		window.respond = () => response.promise;
		const id = window.add();
		await window.run();
		await window.store.remove([id]);
		response.resolve({ kind: 'accepted', taskId: 'task-7', body: '{}' });
		await window.clock.advance(1_000);
		assert.ok(window.store.calls.includes('accept task-7 without a creation'));
	});

	it('sends nothing that another window has taken over while this one stood still before the first byte', async () => {
		const flush = deferred<undefined>();
		window.store.flushed = () => flush.promise;
		const id = window.add();
		await window.run();
		const other = window.store.takeOver(id, 9_000_000);
		await window.store.record(other, { state: 'absent', attempts: 1, searches: 5, sentAt: 1_001_000, changedAt: 1_001_000 });
		flush.resolve(undefined);
		await window.clock.advance(1_000);
		assert.deepEqual(window.bodies, []);
		assert.equal(window.state(id), 'absent');
	});

	it('what this window stopped before is not taken for the attempt of another window', async () => {
		const flush = deferred<undefined>();
		window.store.flushed = () => flush.promise;
		const id = window.add();
		await window.run();
		// The other window has sent it once more, and is gone.
		const other = window.store.takeOver(id, 1_002_000);
		await window.store.step(other, { state: 'sending', attempts: 2, searches: 0, sentAt: 1_001_000, changedAt: 1_001_000 });
		flush.reject(new Error('EIO: i/o error'));
		await window.clock.advance(30_000);
		assert.match(window.state(id), /^uncertain/);
		assert.deepEqual(window.bodies, []);
	});

	it('a response that cannot be recorded leaves nothing that is sent again', async () => {
		let isBroken = true;
		const { store } = window;
		const record = store.record.bind(store);
		store.record = (...terms) => (isBroken ? Promise.reject(new Error('the database is locked')) : record(...terms));
		const get = store.get.bind(store);
		store.get = (...terms) => (isBroken ? undefined : get(...terms));
		window.respond = () => Promise.resolve({ kind: 'uncertain', how: 'lost', error: apiError('unreachable') });
		const id = window.add();
		await window.run();
		isBroken = false;
		await window.clock.advance(30_000);
		assert.equal(window.state(id), 'uncertain: windowGone');
		assert.equal(window.bodies.length, 1);
	});

	it('a late refusal does too, as soon as the other window is done', async () => {
		const response = deferred<CreateOutcome>();
		window.respond = () => response.promise;
		const id = window.add();
		await window.run();
		const other = window.store.takeOver(id, 9_000_000);
		response.resolve({ kind: 'rejected', error: apiError('badRequest'), isFree: true });
		await window.clock.advance(3_000);
		assert.equal(window.state(id), 'sending');
		await window.store.record(other, { state: 'uncertain', attempts: 1, searches: 0, sentAt: 1_001_000, changedAt: 1_001_000 });
		await window.clock.advance(1_000);
		assert.equal(window.state(id), 'rejected: rejected');
	});

	it('a task that was made is stored as soon as that is possible, and named in the log', async () => {
		let failures = 2;
		window.store.storing = () => (failures-- > 0 ? Promise.reject(new Error('the disk is full')) : Promise.resolve());
		const id = window.add();
		await window.run();
		await window.clock.advance(10_000);
		assert.equal(window.state(id), 'accepted');
		assert.match(window.log.errors[0] ?? '', /^Task task-1 of videos\/text2video was created at https:\/\/kling\.example/);
	});

	it('an exception while sending is uncertain: a byte may have been sent', async () => {
		window.respond = () => Promise.reject(new Error('a bug'));
		const id = window.add();
		await window.run();
		assert.equal(window.state(id), 'uncertain: lost');
	});

	it('a synchronous operation is finished with the response to its create', async () => {
		const snapshot = { ...foundTask().snapshot, status: 'succeeded' } as const;
		window.respond = () => Promise.resolve({ kind: 'accepted', taskId: 'speech-1', snapshot, body: '{"code":0}' });
		const { externalId, ...tts } = newCreation('planned', { nextAt: 1_000_000, changedAt: 1_000_000 });
		assert.ok(externalId);
		window.store.add({ ...tts, operation: { ...tts.operation, action: 'audio', action2: 'tts' } });
		await window.run();
		assert.deepEqual(window.store.accepted, [{ taskId: 'speech-1', snapshot, body: '{"code":0}' }]);
		assert.equal(window.store.calls.includes('query'), false);
	});

	it('with nothing due there is no timer, and a new creation wakes it', async () => {
		await window.run();
		assert.equal(window.clock.timers, 0);
		const id = window.add();
		await window.clock.advance(1_000);
		assert.equal(window.state(id), 'accepted');
		assert.equal(window.clock.timers, 0);
	});

	describe('a person', () => {
		it('cancels one that waits for a slot', async () => {
			window.freeAt = 2_000_000;
			const id = window.add();
			await window.run();
			const isCancelled = window.creations.cancel(id);
			await window.clock.advance(1_000);
			assert.equal(await isCancelled, true);
			assert.equal(window.store.get(id), undefined);
			await window.clock.advance(2_000_000);
			assert.deepEqual(window.bodies, []);
		});

		it('cannot cancel what is being sent', async () => {
			const response = deferred<CreateOutcome>();
			window.respond = () => response.promise;
			const id = window.add();
			await window.run();
			assert.equal(await window.creations.cancel(id), false);
			response.resolve({ kind: 'accepted', taskId: 'task-1', body: '{}' });
			await window.clock.advance(1_000);
			assert.equal(window.state(id), 'accepted');
		});

		it('searches now: by the ID and in the list', async () => {
			const id = window.add({ sentAt: 1_000_000, nextAt: 9_000_000 }, 'uncertain');
			window.list = () => ({ kind: 'found', task: foundTask() });
			await window.creations.searchNow(id);
			assert.equal(window.state(id), 'accepted');
		});

		it('sends an uncertain one again, with the same ID', async () => {
			const settled = newCreation('uncertain', { changedAt: 1_000_000, sentAt: 1_000_000 });
			window.store.add(settled);
			await window.run();
			assert.deepEqual(window.bodies, []);
			await window.creations.sendAgain(settled.id);
			await window.clock.advance(1_000);
			assert.equal(window.state(settled.id), 'accepted');
			assert.equal(window.bodies.length, 1);
		});

		it('leaves one open', async () => {
			const id = window.add({ sentAt: 1_000_000, nextAt: 2_000_000 }, 'uncertain');
			await window.creations.leaveOpen(id);
			assert.equal(window.state(id), 'leftOpen');
		});

		it('names the task, which the API must show', async () => {
			const id = window.add({ sentAt: 1_000_000, nextAt: 2_000_000 }, 'uncertain');
			await assert.rejects(window.creations.found(id, 'task-8'), { message: 'task not found' });
			assert.equal(window.state(id), 'uncertain');
			assert.equal(await window.creations.found(id, 'task-9'), 'https://kling.example task-9');
			assert.equal(window.state(id), 'accepted');
		});

		it('confirms one that was planned long ago', async () => {
			const id = window.add();
			await window.clock.advance(700_000);
			await window.run();
			assert.equal(window.state(id), 'planned: late');
			assert.deepEqual(window.settled, ['planned: late']);
			assert.deepEqual(window.bodies, []);
			await window.creations.confirm(id);
			await window.clock.advance(1_000);
			assert.equal(window.state(id), 'accepted');
		});
	});

	describe('closing', () => {
		it('ends the claim of what was not sent, which another window sends', async () => {
			window.freeAt = 9_000_000;
			const id = window.add();
			await window.run();
			const closed = window.creations.close();
			await window.clock.advance(0);
			await closed;
			assert.equal(window.state(id), 'planned');
			assert.equal(window.store.isClaimed(id), false);
			assert.equal(window.clock.timers, 0);
		});

		it('while the flush runs, sends nothing', async () => {
			const flush = deferred<undefined>();
			window.store.flushed = () => flush.promise;
			const id = window.add();
			await window.run();
			const closed = window.creations.close();
			await window.clock.advance(0);
			flush.resolve(undefined);
			await window.clock.advance(0);
			await closed;
			assert.equal(window.state(id), 'planned');
			assert.deepEqual(window.bodies, []);
		});

		it('awaits a response for two seconds', async () => {
			const response = deferred<CreateOutcome>();
			window.respond = () => response.promise;
			const id = window.add();
			await window.run();
			const closed = window.creations.close();
			await window.clock.advance(1_000);
			response.resolve({ kind: 'accepted', taskId: 'task-1', body: '{}' });
			await window.clock.advance(0);
			await closed;
			assert.equal(window.state(id), 'accepted');
		});

		it('then what was sent is uncertain, never planned', async () => {
			window.respond = (signal) =>
				new Promise((resolve) =>
					signal.addEventListener('abort', () => resolve({ kind: 'uncertain', how: 'lost', error: apiError('unreachable') })),
				);
			const id = window.add();
			await window.run();
			const closed = window.creations.close();
			await window.clock.advance(2_000);
			await closed;
			assert.equal(window.state(id), 'uncertain: lost');
		});
	});
});
