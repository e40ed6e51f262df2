// Two windows of one person, each with an extension host of its own.
import assert from 'node:assert/strict';
import { Surroundings } from './surroundings';
import { shotOnFailure, soon, type Workbench } from './ui';

describe('two windows', function () {
	this.timeout(60_000);
	let around: Surroundings;
	let one: Workbench;
	let two: Workbench;

	before(async () => {
		around = await Surroundings.start();
		one = await around.open();
		await around.setKey(one);
		two = await around.open();
		for (const window of [one, two]) await window.useRealFocus();
	});
	after(() => around.stop());
	shotOnFailure(() => one);
	shotOnFailure(() => two);

	/** The first row of a window. */
	const description = async (window: Workbench): Promise<string> => (await window.tree())[0]?.description ?? '';
	const track = async (window: Workbench, operation: string): Promise<string> => {
		const [action = '', action2 = ''] = operation.split('/');
		const id = around.simulator.create({ action, action2 }, { submittedMs: 5000, durationMs: 10_000 });
		await window.focus();
		await window.track(around.link(operation, id));
		return id;
	};

	it('show the same tasks within moments', async () => {
		await track(one, 'videos/text2video');
		await soon('the row in the one', async () => (await description(one)).startsWith('Submitted'));
		await soon('the row in the other', async () => (await description(two)).startsWith('Submitted'), 2500);
		around.simulator.clock.advance(5000);
		await soon('the change in one of them', async () => (await Promise.all([one, two].map(description))).some((text) => text.startsWith('Processing')));
		await soon('the change in both', async () => (await Promise.all([one, two].map(description))).every((text) => text.startsWith('Processing')), 2500);
		await two.shot('windows-1-other');
	});

	it('tell an end once, in the one that is looked at', async () => {
		await two.focus();
		around.simulator.clock.advance(5000);
		await two.notification('Text to video finished').waitFor();
		await two.shot('windows-2-told');
		await soon('the badge in both', async () => (await one.badge('Kling Tasks')) === '1' && (await two.badge('Kling Tasks')) === '1');
		// The next end would bring a second message along.
		await track(two, 'images/generations');
		around.simulator.clock.advance(10_000);
		await two.notification('Image generation finished').waitFor();
		assert.equal(await two.told('Text to video finished'), 1);
		await one.focus();
		assert.equal(await one.told('finished'), 0);
	});

	it('count no longer what one of them showed', async () => {
		await one.openPanel('Text to video');
		await soon('the badge in both', async () => (await one.badge('Kling Tasks')) === '1' && (await two.badge('Kling Tasks')) === '1', 5000);
	});

	it('ask once for both', () => {
		for (const { taskId = '' } of around.simulator.requests.all({ kind: 'query' })) {
			const times = around.simulator.requests.all({ kind: 'query', taskId }).map(({ at }) => at);
			const gaps = times.slice(1).map((at, index) => at - (times[index] ?? 0));
			assert.ok(gaps.every((gap) => gap > 1000), `${taskId}: ${gaps.join(', ')}`);
		}
	});
});
