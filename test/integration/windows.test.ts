import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import { taskKey, type FinishedTask } from '../../src/core/task';
import type { Simulator } from '../../src/simulator/simulator';
import type { TaskStore } from '../../src/store/taskStore';
import { Announcer } from '../../src/tracking/announcer';
import { OwnDemo } from '../../src/tracking/ownDemo';
import { DurationModels } from '../../src/tracking/durationModels';
import { systemClock } from '../../src/ui/clock';
import { TaskTreeProvider } from '../../src/ui/tree/taskTreeProvider';
import { Bench, events } from '../support/store';
import { setKey, type Parts } from '../support/extension';
import { eachSlate } from './tools/eachSlate';
import type { Messages } from './tools/messages';
import { settle } from '../support/clock';
import { sleep, soon } from '../support/retry';

const apiKey = 'sk-integration-0123456789abcdef';
const video = { action: 'videos', action2: 'text2video' };

describe('a second window on the same database', function () {
	this.timeout(30_000);
	const bench = new Bench();
	let parts: Parts;
	let simulator: Simulator;
	let messages: Messages;
	/** What the second window remembers; the first one is the running extension. */
	let second: TaskStore;

	eachSlate(apiKey, async (slate) => {
		({ parts, simulator, messages } = slate);
		second = await bench.open(parts.context.globalStorageUri.fsPath);
	});
	afterEach(() => {
		bench.clear();
	});

	const track = async (): Promise<ReturnType<typeof taskKey>> => {
		const id = simulator.create(video, { durationMs: 60_000 });
		await vscode.commands.executeCommand('kling.trackTask', `videos/text2video ${id}`);
		return taskKey({ origin: simulator.origin, id });
	};

	it('shows what the first one wrote when it checks for changes', async () => {
		const tree = bench.own(new TaskTreeProvider(second, { clock: systemClock, durationModels: new DurationModels(second.durations) }));
		tree.setVisible(true);
		const changes = events(second);
		const key = await track();
		assert.equal(changes.length, 0, 'nothing is pushed from window to window');
		second.changes.checkForOthers();
		assert.equal(changes.length, 1);
		assert.ok(changes[0]?.listChanged === true && changes[0].keys.has(key));
		const [group] = await tree.getChildren();
		assert.deepEqual(await tree.getChildren(group), [await tree.nodeOf(key)]);

		await parts.store.tasks.rename(key, 'From the first');
		second.changes.checkForOthers();
		assert.equal((await tree.getTreeItem(await tree.nodeOf(key))).label, 'From the first');
		assert.equal(changes.length, 2);
		second.changes.checkForOthers();
		assert.equal(changes.length, 2, 'and hears each change once');
	});

	it('is followed by the first one without being asked, within about a second', async () => {
		// A window that shows its list asks every second, any other every five.
		await vscode.commands.executeCommand('kling.showTasks');
		const id = simulator.create(video, { durationMs: 60_000 });
		const key = taskKey({ origin: simulator.origin, id });
		// The first one's poller was woken by the key that was set. Its timer is older than this one: afterwards it has none at all.
		await sleep(0);
		await settle();
		await second.tasks.add([{ ref: { origin: simulator.origin, ...video, id } }], Date.now());
		await soon('the running extension looks at the new task', () => simulator.requests.all({ taskId: id }).length > 0, 5000);
		await soon('and has seen it', () => parts.store.tasks.get(key)?.lastCheckedAt !== undefined);
	});

	it('reports that a key was set, and resumes what the first one paused', async () => {
		await setKey(simulator.origin, 'sk-wrong-wrong-wrong');
		const key = await track();
		assert.equal(parts.store.tasks.get(key)?.problem?.kind, 'auth');
		await parts.keys.set(simulator.origin, apiKey);
		// Secret events do not cross windows everywhere: the database tells.
		await second.origins.noteKey(simulator.origin, true, Date.now());
		await soon(
			'the first window looks again',
			() => simulator.requests.all().some(({ authorization }) => authorization === 'correct'),
			5000,
		);
		await soon('and has seen it', () => parts.store.tasks.get(key)?.lastCheckedAt !== undefined);
	});

	it('shares the notifications: each finished task is announced once, by either of them', async () => {
		const announcer = bench.own(new Announcer({ store: second, clock: systemClock, log: bench.log, ownDemo: new OwnDemo() }, true));
		const claimed: FinishedTask[] = [];
		bench.own(announcer.onDidClaim((task) => claimed.push(task)));
		const announcedBySecond: FinishedTask[] = [];
		bench.own(announcer.onDidAnnounce((finished) => announcedBySecond.push(...finished)));
		announcer.start();
		const keys = [await track(), await track(), await track()];
		simulator.clock.advance(90_000);
		const checking = setInterval(() => second.changes.checkForOthers(), 5);
		await vscode.commands.executeCommand('kling.refreshAll');
		const announcedByFirst = (): number =>
			messages.all
				.map(({ text }) => Number(/^(\d+) (?:more )?results are ready/.exec(text)?.[1] ?? text.endsWith(' is ready')))
				.reduce((sum, count) => sum + count, 0);
		await soon('all three are told', () => announcedByFirst() + announcedBySecond.length >= keys.length);
		clearInterval(checking);
		assert.equal(
			announcedByFirst() + announcedBySecond.length,
			keys.length,
			JSON.stringify({ first: messages.all.map(({ text }) => text), second: announcedBySecond.length }),
		);
		assert.deepEqual(new Set(announcedBySecond.map(({ key }) => key)), new Set(claimed.map(({ key }) => key)));
		// None is left that could be told again.
		assert.deepEqual(parts.store.announcements.pending(Date.now()), []);
		for (const key of keys) {
			assert.equal(await second.announcements.claim(key, Date.now()), false);
		}
	});
});
