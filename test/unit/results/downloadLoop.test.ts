// Results that are kept by an engine on a real disk, from a host that misbehaves.
import assert from 'node:assert/strict';
import { mkdir, mkdtemp, readdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Download, DownloadState } from '../../../src/core/download';
import { taskKey, type TaskKey } from '../../../src/core/task';
import type { DownloadLoopParts } from '../../../src/tracking/ports/downloads';
import { downloadChange } from '../../support/downloads';
import { eachMachine, type Engine, type Machine } from '../../support/engine';
import { refused, snapshotted } from '../../support/fakeKling';
import { mediaFile, MediaHost, sha256Of, type MediaFault } from '../../support/mediaHost';
import { noDownloads } from '../../support/noDownloads';
import { soon } from '../../support/retry';
import { rejects } from '../../support/testStore';

const second = 1_000;
const minute = 60 * second;

describe('results that are kept', function () {
	this.timeout(60_000);
	let machine: Machine;
	let host: MediaHost;
	let top: string;
	let folder: string;
	eachMachine((created) => (machine = created));
	beforeEach(async () => {
		host = await MediaHost.start();
		top = await mkdtemp(join(tmpdir(), 'kling-keep-'));
		folder = join(top, 'library');
		machine.keys.set(host.origin, 'key-of-host');
	});
	afterEach(async () => {
		await host.close();
		await rm(top, { recursive: true });
	});

	const plan = () => ({ folder, fileName: '{name}-{n}' });
	const window = (own: Parameters<Machine['window']>[0] = {}): Promise<Engine> => machine.window({ keepPlan: plan, ...own });
	const keyOf = (id: string): TaskKey => taskKey({ origin: host.origin, id });
	const file = (size = 200_000, seed = 'one'): Buffer => mediaFile(seed, size);

	/** What the API responds about a task with these results. */
	const success = (...urls: readonly string[]) =>
		snapshotted({ status: 'succeeded', results: urls.map((url) => ({ kind: 'video' as const, url })), updatedAt: machine.clock.now() });

	/** Tracks a task that has succeeded. */
	async function track({ tracker }: Engine, id: string, ...urls: readonly string[]): Promise<void> {
		machine.kling.script(id, success(...urls));
		const tracking = tracker.track([{ ref: { origin: host.origin, action: 'videos', action2: 'text2video', id }, name: `Task ${id}` }]);
		await machine.clock.advance(0);
		await tracking;
	}

	const row = ({ store }: Engine, id = 'a', media = 0): Download => {
		const found = store.downloads.get({ task: keyOf(id), media });
		assert.ok(found, `${id} ${media} has no row`);
		return found;
	};

	/** Lets the engine work, without time passing, until a download is in a state. */
	async function until(engine: Engine, state: DownloadState, id = 'a', media = 0): Promise<Download> {
		return await soon(`${id} ${media} to be ${state}`, async () => {
			await machine.clock.advance(0);
			const found = row(engine, id, media);
			return found.state === state && found;
		});
	}

	/** Does something once, when the first partial file is recorded as whole, before it gets its name. */
	function onceWhole({ store }: Engine, act: (path: string) => Promise<void>): void {
		const { downloads } = store;
		const step = downloads.step.bind(downloads);
		const decorated = store.decorate('downloads', {
			step: async (claim, change) => {
				const isKnown = await step(claim, change);
				if (change.part?.verified !== undefined) {
					decorated.dispose();
					await act(change.part.path);
				}
				return isKnown;
			},
		});
	}

	const names = async (): Promise<readonly string[]> => (await readdir(folder)).sort();

	it('are files with a sidecar beside each, as soon as their task has finished', async () => {
		const engine = await window();
		engine.start();
		const settled: Download[] = [];
		engine.downloads.onDidSettle((download) => settled.push(download));
		await track(engine, 'a', host.put('/1.mp4', file()), host.put('/2.mp4', file(300_000, 'two')));
		await until(engine, 'kept');
		const { file: kept } = await until(engine, 'kept', 'a', 1);
		assert.deepEqual(await names(), ['Task a-1.mp4', 'Task a-1.mp4.kling-result.json', 'Task a-2.mp4', 'Task a-2.mp4.kling-result.json']);
		assert.deepEqual(kept, {
			path: join(folder, 'Task a-2.mp4'),
			size: 300_000,
			sha256: sha256Of(file(300_000, 'two')),
			format: 'mp4',
			keptAt: machine.clock.now(),
		});
		assert.equal(sha256Of(await readFile(kept.path)), kept.sha256);
		assert.match(await readFile(`${kept.path}.kling-result.json`, 'utf8'), new RegExp(kept.sha256));
		assert.deepEqual(settled.map(({ media, state }) => `${media} ${state}`).sort(), ['0 kept', '1 kept']);
		assert.deepEqual(
			host.requests.map(({ authorization }) => authorization),
			[undefined, undefined],
		);
		await engine.close();
		assert.equal(machine.clock.timers, 0);
	});

	it('load nothing and set no timer while nothing is due', async () => {
		let loads = 0;
		const loadDownloadLoop = (parts: DownloadLoopParts) => {
			loads++;
			return noDownloads.loadDownloadLoop(parts);
		};
		const engine = await window({ keepPlan: () => undefined, loadDownloadLoop });
		engine.downloads.start();
		await machine.clock.advance(minute);
		assert.equal(machine.clock.timers, 0);
		await track(engine, 'a', host.put('/1.mp4', file()));
		await machine.clock.advance(minute);
		assert.equal(loads, 0);
		assert.deepEqual(engine.store.downloads.of(keyOf('a')), []);
		// By hand, whatever the setting.
		assert.equal(await engine.downloads.keep([{ task: keyOf('a'), media: 0, plan: plan() }]), 1);
		await until(engine, 'kept');
		assert.equal(loads, 1);
		await machine.clock.advance(minute);
		assert.equal(machine.clock.timers, 0);
	});

	it('are not those of a demo', async () => {
		const engine = await window();
		engine.setDemo('demo-1');
		engine.start();
		machine.kling.script('a', success(host.put('/1.mp4', file())));
		const ref = { origin: host.origin, action: 'videos', action2: 'text2video', id: 'a' };
		const tracking = engine.tracker.track([{ ref, owner: 'demo-1' }]);
		await machine.clock.advance(0);
		await tracking;
		assert.equal(engine.store.tasks.get(keyOf('a'))?.status, 'succeeded');
		assert.deepEqual(engine.store.downloads.of(keyOf('a')), []);
	});

	const hiccups: readonly (readonly [string, readonly MediaFault[], RegExp | undefined])[] = [
		['reset', [{ kind: 'reset', after: 150_000 }], /^bytes=\d{5,6}-$/],
		['cut without an announced length', [{ kind: 'cutChunks', after: 150_000 }], /^bytes=\d{5,6}-$/],
		['reset, and the server does not continue', [{ kind: 'reset', after: 150_000 }, { kind: 'whole' }], /^bytes=\d{5,6}-$/],
		['reset before the first byte', [{ kind: 'reset', after: 0 }], undefined],
		['refused for a while', [{ kind: 'other', status: 503, body: 'busy', headers: { 'Retry-After': '3' } }], undefined],
		['a sign-in page', [{ kind: 'other', status: 200, body: '<html><title>Sign in</title></html>' }], undefined],
	];
	for (const [name, faults, range] of hiccups) {
		it(`come whole after a response is ${name}`, async () => {
			const engine = await window();
			engine.start();
			const url = host.put('/1.mp4', file());
			host.fail('/1.mp4', ...faults);
			await track(engine, 'a', url);
			const { nextAt, attempts } = await until(engine, 'queued');
			assert.equal(attempts, 1);
			assert.equal(nextAt, machine.clock.now() + 5 * second);
			await machine.clock.advance(5 * second);
			const { file: kept } = await until(engine, 'kept');
			assert.equal(kept?.sha256, sha256Of(file()));
			assert.equal(sha256Of(await readFile(kept.path)), sha256Of(file()));
			assert.equal((await names()).length, 2);
			if (range === undefined) {
				assert.equal(host.requests[1]?.range, undefined);
			} else {
				assert.match(host.requests[1]?.range ?? '', range);
			}
			assert.equal(machine.kling.count('a'), 1, 'no check for another link');
		});
	}

	it('are continued in a folder that was written with a slash at its end', async () => {
		const engine = await window({ keepPlan: () => ({ ...plan(), folder: `${folder}/` }) });
		engine.start();
		const url = host.put('/1.mp4', file());
		host.fail('/1.mp4', { kind: 'reset', after: 150_000 });
		await track(engine, 'a', url);
		await until(engine, 'queued');
		await machine.clock.advance(5 * second);
		await until(engine, 'kept');
		assert.match(host.requests[1]?.range ?? '', /^bytes=\d{5,6}-$/);
		assert.deepEqual(await names(), ['Task a-1.mp4', 'Task a-1.mp4.kling-result.json']);
	});

	for (const [what, more] of [
		['a part', {}],
		['a whole file that was changed since', { verified: { size: 150_000, sha256: 'a'.repeat(64), format: 'mp4' } }],
	] as const) {
		it(`leave nothing in their folder when a person has chosen another one for the rest: ${what}`, async () => {
			const engine = await window();
			engine.start();
			const url = host.put('/1.mp4', file());
			host.fail('/1.mp4', { kind: 'reset', after: 150_000 });
			await track(engine, 'a', url);
			const { part } = await until(engine, 'queued');
			// As after four attempts in a folder that could not be written.
			const [claim] = await engine.store.downloads.claimDue(
				machine.clock.now() + 5 * second,
				machine.clock.now() + 8 * second,
				() => 'claim',
			);
			assert.ok(claim && part);
			await engine.store.downloads.record(claim, {
				...downloadChange('failed', { reason: { kind: 'notWritable', code: 'EROFS' } }),
				part: { ...part, ...more },
				received: 150_000,
			});
			const other = join(top, 'other');
			assert.equal(await engine.downloads.keep([{ task: keyOf('a'), media: 0, plan: { ...plan(), folder: other } }]), 1);
			assert.equal((await until(engine, 'kept')).file?.path, join(other, 'Task a-1.mp4'));
			assert.deepEqual([await names(), (await readdir(other)).length], [[], 2]);
		});
	}

	it('are continued at once when a person does not want to wait, and begun anew in another folder, with nothing left in the first', async () => {
		for (const [id, other] of [
			['a', undefined],
			['b', join(top, 'other')],
		] as const) {
			const engine = await window();
			engine.start();
			const url = host.put(`/${id}.mp4`, file(300_000, id));
			host.fail(`/${id}.mp4`, { kind: 'reset', after: 150_000 });
			await track(engine, id, url);
			await until(engine, 'queued', id);
			assert.equal((await names()).length, 1 + (id === 'b' ? 2 : 0));
			const chosen = { ...plan(), ...(other !== undefined && { folder: other }) };
			assert.equal(await engine.downloads.keep([{ task: keyOf(id), media: 0, plan: chosen }]), 1);
			const { file: kept } = await until(engine, 'kept', id);
			assert.equal(kept?.path, join(chosen.folder, `Task ${id}-1.mp4`));
			assert.equal(sha256Of(await readFile(kept.path)), sha256Of(file(300_000, id)));
			const range = host.requests.filter(({ path }) => path === `/${id}.mp4`)[1]?.range;
			assert.equal(range !== undefined, other === undefined);
			assert.deepEqual(await names(), ['Task a-1.mp4', 'Task a-1.mp4.kling-result.json']);
		}
	});

	it('are of one version when the file changes between two attempts', async () => {
		const engine = await window();
		engine.start();
		const url = host.put('/1.mp4', file());
		host.fail('/1.mp4', { kind: 'reset', after: 150_000 });
		await track(engine, 'a', url);
		await until(engine, 'queued');
		host.put('/1.mp4', file(200_000, 'another'));
		await machine.clock.advance(5 * second);
		const { file: kept } = await until(engine, 'kept');
		assert.equal(kept?.sha256, sha256Of(file(200_000, 'another')));
		assert.equal(sha256Of(await readFile(kept.path)), sha256Of(file(200_000, 'another')));
	});

	it('are fetched anew when they are not those of the digest', async () => {
		const engine = await window();
		engine.start();
		const url = host.put('/1.mp4', file());
		host.fail('/1.mp4', { kind: 'spoiled' });
		await track(engine, 'a', url);
		const { reason, part } = await until(engine, 'queued');
		assert.deepEqual([reason?.kind, part], ['digest', undefined]);
		assert.deepEqual(await names(), []);
		await machine.clock.advance(10 * second);
		assert.equal((await until(engine, 'kept')).file?.sha256, sha256Of(file()));
	});

	describe('by a link that has expired', () => {
		let engine: Engine;
		beforeEach(async () => {
			engine = await window();
			engine.start();
			host.put('/1.mp4', file());
			host.expire('/1.mp4');
		});

		it('come by another one, after one check', async () => {
			machine.kling.script('a', success(`${host.origin}/1.mp4`), success(host.put('/new.mp4', file())));
			const tracking = engine.tracker.track([{ ref: { origin: host.origin, action: 'videos', action2: 'text2video', id: 'a' } }]);
			await machine.clock.advance(0);
			await tracking;
			const { file: kept } = await until(engine, 'kept');
			assert.equal(kept?.sha256, sha256Of(file()));
			assert.equal(machine.kling.count('a'), 2);
			assert.deepEqual([host.count('/1.mp4'), host.count('/new.mp4')], [1, 1]);
		});

		it('are gone after one check that shows the same link', async () => {
			await track(engine, 'a', `${host.origin}/1.mp4`);
			const { reason } = await until(engine, 'failed');
			assert.deepEqual(reason, { kind: 'linkGone', message: 'Request has expired' });
			assert.equal(machine.kling.count('a'), 2);
			assert.equal(host.count('/1.mp4'), 1);
			await machine.clock.advance(60 * minute);
			assert.equal(host.count('/1.mp4'), 1, 'nothing more is tried');
			assert.deepEqual(await names(), []);
		});

		it('are gone when the API does not know the task any more', async () => {
			machine.kling.script('a', success(`${host.origin}/1.mp4`), refused('notFound'));
			const tracking = engine.tracker.track([{ ref: { origin: host.origin, action: 'videos', action2: 'text2video', id: 'a' } }]);
			await machine.clock.advance(0);
			await tracking;
			assert.equal((await until(engine, 'failed')).reason?.kind, 'linkGone');
		});

		it('wait while a check is not possible', async () => {
			machine.kling.script('a', success(`${host.origin}/1.mp4`), refused('unreachable'), success(host.put('/new.mp4', file())));
			const tracking = engine.tracker.track([{ ref: { origin: host.origin, action: 'videos', action2: 'text2video', id: 'a' } }]);
			await machine.clock.advance(0);
			await tracking;
			const { nextAt, isRefreshed } = await until(engine, 'queued');
			assert.deepEqual([nextAt, isRefreshed], [machine.clock.now() + minute, undefined]);
			await machine.clock.advance(minute);
			await until(engine, 'kept');
		});
	});

	/** Starts a download that stops after half of its bytes, and waits for them. */
	async function halfOf(engine: Engine, id = 'a', endsMs = 60_000): Promise<void> {
		const url = host.put(`/${id}.mp4`, file());
		host.fail(`/${id}.mp4`, { kind: 'stall', after: 100_000, endsMs });
		await track(engine, id, url);
		await soon('half of it', async () => {
			await machine.clock.advance(0);
			const part = row(engine, id).part?.path;
			return part !== undefined && (await stat(part)).size >= 100_000;
		});
	}

	it('are recorded before there is anything on the disk', async () => {
		const engine = await window();
		engine.start();
		const step = engine.store.downloads.step.bind(engine.store.downloads);
		const recorded: string[] = [];
		engine.store.decorate('downloads', {
			step: async (claim, change) => {
				recorded.push((await readdir(top, { recursive: true })).length === 0 ? 'nothing' : 'a file');
				return await step(claim, change);
			},
		});
		await halfOf(engine);
		assert.deepEqual(recorded, ['nothing', 'a file']);
		assert.deepEqual(row(engine).part?.path, join(folder, (await names())[0] ?? ''));
	});

	it('are continued by another window after one closes', async () => {
		const first = await window();
		first.start();
		await halfOf(first);
		const second = await window();
		second.start();
		await machine.clock.advance(0);
		await first.close();
		assert.equal((await names()).length, 1);
		// It is told, and does not wait until the claim would have expired.
		second.store.changes.checkForOthers();
		const { file: kept } = await until(second, 'kept');
		assert.match(host.requests[1]?.range ?? '', /^bytes=\d{5}-$/);
		assert.equal(sha256Of(await readFile(kept?.path ?? '')), sha256Of(file()));
		assert.equal((await names()).length, 2);
	});

	it('are continued by another window when the claim of one that died expires', async () => {
		const { engine: first, die } = await machine.mortalWindow({ keepPlan: plan });
		first.start();
		await halfOf(first, 'a', 200);
		die();
		const second = await window();
		second.start();
		await machine.clock.advance(7 * 1_000);
		assert.equal(host.requests.length, 1);
		await machine.clock.advance(2 * 1_000);
		const { file: kept } = await until(second, 'kept');
		assert.equal(sha256Of(await readFile(kept?.path ?? '')), sha256Of(file()));
	});

	it('report progress while they come, a few times a second', async () => {
		const engine = await window();
		engine.start();
		let changes = 0;
		engine.downloads.onDidChangeProgress((task) => (changes += task === keyOf('a') ? 1 : 0));
		const url = host.put('/1.mp4', file(2_000_000));
		host.fail('/1.mp4', { kind: 'slow', bytes: 100_000, pauseMs: 1 });
		await track(engine, 'a', url);
		await until(engine, 'kept');
		// The clock stands still: the first, and the end.
		assert.equal(changes, 2);
		assert.equal(engine.downloads.progressOf({ task: keyOf('a'), media: 0 }), undefined);
	});

	it('that a person cancels leave nothing, in the window that fetches them and in another', async () => {
		const [one, other] = [await window(), await window()];
		one.start();
		await halfOf(one);
		await one.downloads.cancel([{ task: keyOf('a'), media: 0 }]);
		assert.deepEqual([row(one).state, row(one).reason?.kind], ['failed', 'cancelled']);
		assert.deepEqual(await names(), []);
		await halfOf(one, 'b');
		await other.downloads.cancel([{ task: keyOf('b'), media: 0 }]);
		await machine.clock.advance(3 * second);
		await soon('the window that fetched it to notice', async () => {
			await machine.clock.advance(0);
			return one.downloads.progressOf({ task: keyOf('b'), media: 0 }) === undefined;
		});
		assert.deepEqual(await names(), []);
		assert.equal(await one.downloads.keep([{ task: keyOf('a'), media: 0, plan: plan() }]), 1);
		await until(one, 'kept');
	});

	it('keep their own name beside other files, and are not written twice', async () => {
		await mkdir(folder);
		await writeFile(join(folder, 'Task a-1.mp4'), 'of somebody else');
		const engine = await window();
		engine.start();
		await track(engine, 'a', host.put('/1.mp4', file()));
		assert.equal((await until(engine, 'kept')).file?.path, join(folder, 'Task a-1 (2).mp4'));
		assert.equal(await readFile(join(folder, 'Task a-1.mp4'), 'utf8'), 'of somebody else');
		assert.equal((await names()).length, 3);
	});

	it('are found again by a window that died after the file got its name, even if the task is renamed', async () => {
		const { engine: first, die } = await machine.mortalWindow({ keepPlan: plan });
		first.start();
		const url = host.put('/1.mp4', file());
		let isPlaced = false;
		first.store.decorate('downloads', {
			record: () => {
				isPlaced = true;
				return new Promise(() => undefined);
			},
		});
		await track(first, 'a', url);
		await soon('its name', async () => {
			await machine.clock.advance(0);
			return isPlaced;
		});
		die();
		host.expire('/1.mp4');
		const second = await window();
		await second.store.tasks.rename(keyOf('a'), 'Another name');
		second.start();
		await machine.clock.advance(9_000);
		const { file: kept } = await until(second, 'kept');
		assert.equal(kept?.path, join(folder, 'Task a-1.mp4'));
		assert.deepEqual(await names(), ['Task a-1.mp4', 'Task a-1.mp4.kling-result.json']);
		assert.equal(host.count('/1.mp4'), 1);
	});

	it('are fetched again when a person removes the partial file, or all of the folder', async () => {
		const engine = await window();
		engine.start();
		const url = host.put('/1.mp4', file());
		host.fail('/1.mp4', { kind: 'reset', after: 100_000 });
		await track(engine, 'a', url);
		await until(engine, 'queued');
		await rm(folder, { recursive: true });
		await machine.clock.advance(5 * second);
		await until(engine, 'kept');
		assert.equal((await names()).length, 2);
	});

	it('that are changed by another window before they get their name are fetched again, and nothing is left of them', async () => {
		const engine = await window();
		onceWhole(engine, async (path) => {
			// As a window does that has lost its claim, and only notices it with its next step.
			await rm(path);
			await writeFile(path, '');
		});
		engine.start();
		await track(engine, 'a', host.put('/1.mp4', file()));
		assert.equal((await until(engine, 'queued')).reason?.kind, 'digest');
		assert.deepEqual(await names(), []);
		await machine.clock.advance(10 * second);
		await until(engine, 'kept');
		assert.deepEqual(await names(), ['Task a-1.mp4', 'Task a-1.mp4.kling-result.json']);
	});

	it('that another window has emptied before their connection breaks leave nothing', async () => {
		const engine = await window();
		engine.start();
		await halfOf(engine, 'a', 200);
		const path = row(engine).part?.path ?? '';
		await rm(path);
		await writeFile(path, '');
		assert.equal((await until(engine, 'queued')).part, undefined);
		assert.deepEqual(await names(), []);
	});

	it('are continued after their disk and the connection have gone together', async () => {
		const engine = await window();
		engine.start();
		await halfOf(engine, 'a', 200);
		await rename(top, `${top}-away`);
		const { part, received } = await until(engine, 'queued');
		assert.deepEqual([part?.validator !== undefined, received], [true, 100_000]);
		await rename(`${top}-away`, top);
		await machine.clock.advance(minute);
		await until(engine, 'kept');
		assert.match(host.requests[1]?.range ?? '', /^bytes=\d{5}-$/);
		assert.equal((await names()).length, 2);
	});

	it('wait for a disk that is not there, and are not written elsewhere', async () => {
		const engine = await window();
		engine.start();
		await rename(top, `${top}-away`);
		await track(engine, 'a', host.put('/1.mp4', file()));
		try {
			const { reason, nextAt } = await until(engine, 'queued');
			assert.deepEqual([reason?.kind, nextAt], ['folderMissing', machine.clock.now() + 30 * second]);
			await assert.rejects(readdir(top), { code: 'ENOENT' });
		} finally {
			await rename(`${top}-away`, top);
		}
		await machine.clock.advance(30 * second);
		await until(engine, 'kept');
	});

	describe('that have arrived whole when their disk goes', () => {
		/** Four attempts to give the file its name fail, and the link dies. */
		async function failed(): Promise<Engine> {
			const engine = await window();
			onceWhole(engine, () => rename(top, `${top}-away`));
			engine.start();
			await track(engine, 'a', host.put('/1.mp4', file()));
			await until(engine, 'queued');
			host.expire('/1.mp4');
			const { reason, part } = await soon('it to fail', async () => {
				await machine.clock.advance(30 * second);
				const found = row(engine);
				return found.state === 'failed' && found;
			});
			assert.deepEqual([reason?.kind, part?.verified?.sha256], ['folderMissing', sha256Of(file())]);
			await rename(`${top}-away`, top);
			return engine;
		}

		it('get their name when a person tries again, without the network', async () => {
			const engine = await failed();
			assert.equal(await engine.downloads.keep([{ task: keyOf('a'), media: 0, plan: plan() }]), 1);
			const { file: kept } = await until(engine, 'kept');
			assert.equal(sha256Of(await readFile(kept?.path ?? '')), sha256Of(file()));
			assert.deepEqual([await names(), host.count('/1.mp4')], [['Task a-1.mp4', 'Task a-1.mp4.kling-result.json'], 1]);
		});

		it('are copied when a person has chosen another folder', async () => {
			const engine = await failed();
			const other = join(top, 'other');
			assert.equal(await engine.downloads.keep([{ task: keyOf('a'), media: 0, plan: { ...plan(), folder: other } }]), 1);
			const { file: kept } = await until(engine, 'kept');
			assert.equal(kept?.path, join(other, 'Task a-1.mp4'));
			assert.equal(sha256Of(await readFile(kept.path)), sha256Of(file()));
			assert.deepEqual([await names(), (await readdir(other)).length, host.count('/1.mp4')], [[], 2, 1]);
		});
	});

	it('are left alone while their task is untracked, and come when it is restored', async () => {
		const engine = await window();
		engine.start();
		await halfOf(engine, 'a', 200);
		await engine.tracker.untrack([keyOf('a')]);
		await machine.clock.advance(3 * second);
		await soon('it to stop', () => engine.downloads.progressOf({ task: keyOf('a'), media: 0 }) === undefined);
		await machine.clock.advance(minute);
		assert.equal(host.count('/a.mp4'), 1);
		await engine.tracker.restore([keyOf('a')]);
		const { file: kept } = await until(engine, 'kept');
		assert.equal(sha256Of(await readFile(kept?.path ?? '')), sha256Of(file()));
	});

	it('are tried again after an error that nobody expects, without hurry, and continued', async () => {
		const engine = await window();
		engine.start();
		const step = engine.store.downloads.step.bind(engine.store.downloads);
		const broken = engine.store.decorate('downloads', {
			step: async (claim, change) => (change.part?.verified === undefined ? await step(claim, change) : rejects('the step')()),
		});
		await track(engine, 'a', host.put('/1.mp4', file()));
		const { nextAt } = await until(engine, 'queued');
		assert.equal(nextAt, machine.clock.now() + minute);
		assert.equal((await names()).length, 1);
		broken.dispose();
		await machine.clock.advance(minute);
		await until(engine, 'kept');
		assert.equal(host.count('/1.mp4'), 1, 'all of it was there');
		assert.equal((await names()).length, 2);
	});
});
