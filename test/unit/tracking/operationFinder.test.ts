import assert from 'node:assert/strict';
import { operations, operationKey } from '../../../src/core/operation';
import type { MediaKind } from '../../../src/core/media';
import type { TaskSnapshot } from '../../../src/core/task';
import type { CheckOutcome } from '../../../src/tracking/ports/kling';
import type { Finding } from '../../../src/tracking/operationFinder';
import { RequestSlots } from '../../../src/tracking/requestSlots';
import { OperationFinder } from '../../../src/tracking/operationFinder';
import type { Engine } from '../../support/engine';
import { Machine } from '../../support/engine';
import { origin } from '../../support/makers';
import { refused, snapshotted } from '../../support/fakeKling';

const listed = operations.filter((operation) => operation.listed).length;

function results(...kinds: MediaKind[]): Partial<TaskSnapshot> {
	return { results: kinds.map((kind, index) => ({ kind, url: `https://media.example/${index}` })) };
}

describe('OperationFinder', () => {
	let machine: Machine;
	let window: Engine;
	const asked: string[] = [];
	beforeEach(async () => {
		machine = new Machine();
		window = await machine.window();
		asked.length = 0;
	});
	afterEach(async () => {
		await machine.close();
	});

	/** Searches for an ID at a gateway that answers each path as given. */
	const find = async (
		response: (path: string) => CheckOutcome,
		options: { signal?: AbortSignal; onProgress?: (done: number, total: number) => void } = {},
	): Promise<Finding> => {
		const query = machine.kling.query.bind(machine.kling);
		const api: typeof machine.kling.query = async (ref, key, signal) => {
			const path = operationKey(ref);
			asked.push(path);
			await query(ref, key, signal);
			return response(path);
		};
		const finding = new OperationFinder({
			...window.host,
			slots: new RequestSlots(window.host),
			api: { ...window.host.api, query: api },
		}).find(origin, 'a', options);
		finding.catch(() => undefined);
		await machine.clock.advance(60_000);
		return await finding;
	};
	const only =
		(path: string, snapshot: Partial<TaskSnapshot> = {}) =>
		(of: string) =>
			of === path ? snapshotted({ status: 'succeeded', ...snapshot }) : refused('notFound');
	const everywhere =
		(snapshot: Partial<TaskSnapshot> = {}) =>
		() =>
			snapshotted({ status: 'succeeded', ...snapshot });
	const paths = (finding: Finding) =>
		finding.kind === 'found' ? finding.candidates.map(({ operation }) => operationKey(operation)) : finding.kind;

	it('finds the one path that answers', async () => {
		assert.deepEqual(paths(await find(only('videos/effects', results('video')))), ['videos/effects']);
		assert.equal(asked.length, listed);
		assert.equal(new Set(asked).size, listed);
	});

	it('sends at most four requests at a time, within the slots that all checks share', async () => {
		machine.kling.latencyMs = 1_000;
		await find(() => refused('notFound'));
		assert.equal(machine.kling.mostInFlight, 4);
		assert.equal(await machine.freeSlots(window), 4);
	});

	it('tries unlisted operations only when the listed ones yield nothing', async () => {
		assert.deepEqual(paths(await find(only('images/omni-image'))), ['images/omni-image']);
		assert.equal(asked.length, operations.length);
		assert.ok(asked.indexOf('images/omni-image') >= listed);
	});

	it('finds nothing when no path knows the ID', async () => {
		assert.deepEqual(await find(() => refused('notFound')), { kind: 'none' });
		assert.equal(asked.length, operations.length);
	});

	it('decides by the result kind when a gateway answers any path', async () => {
		assert.deepEqual(paths(await find(everywhere(results('image')))), ['images/generations', 'images/kolors-virtual-try-on']);
	});

	it('lets the person choose where several remain, those without their parent video last', async () => {
		assert.deepEqual(paths(await find(everywhere(results('video')))), [
			'videos/text2video',
			'videos/image2video',
			'videos/multi-image2video',
			'videos/effects',
			'videos/multi-elements',
			'videos/lip-sync',
		]);
	});

	it('distinguishes audio from audio made for a video', async () => {
		assert.deepEqual(paths(await find(everywhere(results('audio', 'video')))), ['audio/video-to-audio']);
		assert.deepEqual(paths(await find(everywhere(results('audio')))), ['audio/text-to-audio', 'audio/video-to-audio']);
	});

	it('decides by the parent video', async () => {
		assert.deepEqual(paths(await find(everywhere({ ...results('video'), parentVideo: { id: '1' } }))), ['videos/lip-sync']);
	});

	it("decides by the response's own action, and sends no unnecessary request", async () => {
		assert.deepEqual(paths(await find(everywhere({ action: 'LIP_SYNC' }))), ['videos/lip-sync']);
		assert.ok(asked.length <= 5, `${asked.length} requests`);
	});

	it('follows an action that names an unlisted operation', async () => {
		assert.deepEqual(paths(await find(everywhere({ action: 'OMNI_VIDEO', ...results('video') }))), ['videos/omni-video']);
		assert.ok(asked.length <= 5, `${asked.length} requests`);
	});

	it("understands a gateway's own words, and ignores ambiguous ones", async () => {
		assert.deepEqual(paths(await find(everywhere({ action: 'textGenerate' }))), ['videos/text2video']);
		const finding = await find(everywhere({ action: 'generate', ...results('video') }));
		assert.ok(paths(finding).length > 1);
	});

	it('keeps every candidate while the task has no result yet', async () => {
		const finding = await find(() => snapshotted({ status: 'processing' }));
		assert.equal(paths(finding).length, listed);
	});

	for (const kind of ['auth', 'unreachable', 'rateLimit', 'quota'] as const) {
		it(`stops immediately on ${kind}`, async () => {
			const finding = await find(() => refused(kind));
			assert.ok(finding.kind === 'failed');
			assert.equal(finding.problem.kind, kind);
			assert.ok(asked.length <= 4);
		});
	}

	it('does not report that no operation was found when a path could not be queried', async () => {
		const finding = await find((path) => refused(path === 'videos/effects' ? 'server' : 'notFound'));
		assert.ok(finding.kind === 'failed');
		assert.equal(finding.problem.kind, 'server');
	});

	it('finds the task although a path could not be queried', async () => {
		const finding = await find((path) => (path === 'videos/effects' ? refused('server') : only('videos/image2video')(path)));
		assert.deepEqual(paths(finding), ['videos/image2video']);
	});

	it('reports that no key is set, and sends no request', async () => {
		machine.keys.clear();
		const finding = await find(everywhere());
		assert.ok(finding.kind === 'failed');
		assert.equal(finding.problem.kind, 'noKey');
		assert.equal(asked.length, 0);
	});

	it('can be cancelled', async () => {
		machine.kling.latencyMs = 1_000;
		const cancel = new AbortController();
		machine.clock.after(1_500, () => cancel.abort(new Error('cancelled')));
		await assert.rejects(
			find(() => refused('notFound'), { signal: cancel.signal }),
			/cancelled/,
		);
		assert.equal(asked.length, 8);
		assert.equal(machine.clock.timers, 0);
	});

	it('reports its progress', async () => {
		const progress: string[] = [];
		await find(only('videos/effects'), { onProgress: (done, total) => progress.push(`${done}/${total}`) });
		assert.deepEqual(
			progress,
			Array.from({ length: listed }, (_, index) => `${index + 1}/${listed}`),
		);
	});
});
