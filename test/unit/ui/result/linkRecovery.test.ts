import { strict as assert } from 'node:assert';
import { taskKey, type FinishedTask, type Task } from '../../../../src/core/task';
import type { LinkState } from '../../../../src/results/linkState';
import { LinkRecovery } from '../../../../src/ui/result/linkRecovery';

const ref = { origin: 'https://api.example', action: 'videos', action2: 'text2video', id: '910000000000000001' };

function succeeded(lastCheckedAt: number, urls: readonly string[]): FinishedTask {
	return {
		key: taskKey(ref),
		ref,
		trackedAt: 0,
		status: 'succeeded',
		finishedAt: 500,
		lastCheckedAt,
		results: urls.map((url) => ({ kind: 'video', url })),
	};
}

/** A recovery whose world is in the test's hands. */
class World {
	task: Task | undefined = succeeded(1000, ['https://cdn.example/1', 'https://cdn.example/2']);
	now = 5000;
	asked = 0;
	checks = 0;
	changes = 0;
	state: LinkState = 'expired';
	/** Whether the API responds that it does not have the task. */
	isGone = false;
	/** What the store holds after the API was asked. */
	response: () => Task | undefined = () => this.task;
	readonly recovery = new LinkRecovery({
		task: () => this.task,
		now: () => this.now,
		checkLink: () => {
			this.checks++;
			return Promise.resolve(this.state);
		},
		ask: () => {
			this.asked++;
			return Promise.resolve().then(() => {
				this.task = this.response();
				return { isGone: this.isGone };
			});
		},
		onDidChange: () => this.changes++,
	});

	fail(url: string, media = 0): Promise<void> {
		return this.recovery.failed(media, url, 'link');
	}
}

describe('recovering a dead link', () => {
	const [one, two] = ['https://cdn.example/1', 'https://cdn.example/2'];

	it('requests new links once for all that fail together, and uses them', async () => {
		const world = new World();
		world.response = () => succeeded(2000, ['https://cdn.example/1b', 'https://cdn.example/2b']);
		const both = [world.fail(one, 0), world.fail(two, 1)];
		assert.equal(world.recovery.linkProblem(one), 'checking');
		await Promise.all(both);
		assert.equal(world.asked, 1);
		assert.deepEqual(
			[one, two, 'https://cdn.example/1b'].map((url) => world.recovery.linkProblem(url)),
			[undefined, undefined, undefined],
		);
		assert.ok(world.changes > 0);
	});

	it('reports the link as expired when the response has the same one', async () => {
		const world = new World();
		world.response = () => succeeded(2000, [one, two]);
		await world.fail(one);
		assert.equal(world.recovery.linkProblem(one), 'expired');
	});

	it('reports the link as expired, without another request, when the new one fails too', async () => {
		const world = new World();
		let responses = 0;
		world.response = () => succeeded(2000 + responses, [`https://cdn.example/fresh-${++responses}`, two]);
		await world.fail(one);
		await world.fail('https://cdn.example/fresh-1');
		assert.equal(world.asked, 1);
		assert.equal(world.recovery.linkProblem('https://cdn.example/fresh-1'), 'expired');
	});

	it('requests another link when a new one fails much later', async () => {
		const world = new World();
		world.response = () => succeeded(2000 + world.asked, [`https://cdn.example/fresh-${world.asked}`, two]);
		await world.fail(one);
		world.now += 3_600_000;
		await world.fail('https://cdn.example/fresh-1');
		assert.equal(world.asked, 2);
		assert.equal(world.recovery.linkProblem('https://cdn.example/fresh-2'), undefined);
	});

	it('reports that the API no longer has the result when it responds so', async () => {
		const world = new World();
		world.isGone = true;
		await world.fail(one);
		assert.equal(world.asked, 1);
		assert.equal(world.recovery.linkProblem(one), 'gone');
	});

	it('reports that no new link could be requested when the check failed', async () => {
		const world = new World();
		await world.fail(one);
		assert.equal(world.recovery.linkProblem(one), 'notAsked');
	});

	it('sends no request when the file is there, or when its host cannot be reached, sends something else, or requires a key', async () => {
		for (const [state, linkProblem] of [
			['file', 'notPlayable'],
			['notReached', 'notReached'],
			['notResult', 'notResult'],
			['wantsKey', 'wantsKey'],
		] as const) {
			const world = new World();
			world.state = state;
			await world.fail(one);
			assert.equal(world.recovery.linkProblem(one), linkProblem);
			assert.equal(world.asked, 0);
		}
	});

	it('reports an unplayable format as the page does', async () => {
		const world = new World();
		await world.recovery.failed(0, one, 'format');
		assert.equal(world.recovery.linkProblem(one), 'notPlayable');
		assert.equal(world.checks, 0);
	});

	it('ignores a repeated report, and one about a link of other media', async () => {
		const world = new World();
		await world.fail(one);
		await world.fail(one);
		await world.fail(two, 0);
		await world.fail('https://cdn.example/old');
		await world.recovery.failed('parent', one, 'link');
		assert.equal(world.checks, 1);
		assert.equal(world.asked, 1);
	});

	it('tries again when a person requests it', async () => {
		const world = new World();
		await world.fail(one);
		world.recovery.resetFailures();
		assert.equal(world.recovery.linkProblem(one), undefined);
		await world.fail(one);
		assert.equal(world.asked, 2);
	});

	it('ends quietly when the task is removed meanwhile', async () => {
		const world = new World();
		world.response = () => undefined;
		await world.fail(one);
		assert.equal(world.recovery.linkProblem(one), undefined);
	});
});
