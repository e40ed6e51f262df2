import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import type { BoundedText, PastedReference } from '../../src/core/paste/pastedText';
import { taskKey, type Task } from '../../src/core/task';
import type { Simulator } from '../../src/simulator/simulator';
import { systemClock } from '../../src/ui/clock';
import { trackTask } from '../../src/ui/commands/track/flow';
import { foundText, typedItem } from '../../src/ui/commands/track/offers';
import { showMessage } from '../../src/ui/message';
import type { Parts } from '../support/extension';
import { soon } from '../support/retry';
import { eachSlate } from './tools/eachSlate';
import { Picks } from './tools/pick';
import { replace } from './tools/replace';

const apiKey = 'sk-integration-0123456789abcdef';
const operation = { action: 'videos', action2: 'text2video' };
const shot1: PastedReference = { id: '871234567890123456', operation, line: 1, sure: 'clear', name: 'shot 01' };
const unnamed: PastedReference = { id: '871234567890123457', operation, line: 2, sure: 'clear' };
const rounded: PastedReference = { id: '871234567890123500', line: 3, sure: 'guess', suspect: 'rounded', name: 'rain $(trash)' };

function textWith(...references: readonly PastedReference[]): BoundedText {
	return { references, referenceCount: references.length, unreadable: [], unreadableCount: 0 };
}

describe('the names of pasted tasks', function () {
	this.timeout(40_000);
	let parts: Parts;
	let simulator: Simulator;
	let picks: Picks;
	eachSlate(apiKey, (slate) => {
		({ parts, simulator } = slate);
		picks = new Picks();
	});
	afterEach(() => picks.dispose());

	/** Tracks what a text is read as. */
	const track = (...references: readonly PastedReference[]): Promise<void> =>
		trackTask(
			{
				tracker: parts.tracker,
				tasks: parts.store.tasks,
				operations: { findOrPick: (refs) => Promise.resolve(new Map(refs.map(({ id }) => [id, operation]))) },
				reader: { read: () => Promise.resolve(textWith(...references)) },
				clock: systemClock,
				say: showMessage,
				reveal: () => Promise.resolve(),
			},
			'read by the reader above',
		);
	const task = ({ id }: PastedReference): Task | undefined => parts.store.tasks.get(taskKey({ origin: simulator.origin, id }));
	/** Opens the name of a row and replies to it; undefined: Escape. */
	const rename = async (label: string, reply: string | undefined): Promise<vscode.InputBoxOptions> => {
		const shown: vscode.InputBoxOptions[] = [];
		const input = replace(vscode.window, 'showInputBox', (options) => {
			shown.push(options as vscode.InputBoxOptions);
			return Promise.resolve(reply);
		});
		const earlier = picks.count;
		(await picks.next(earlier - 1)).pressButton(label);
		await picks.next(earlier);
		input.dispose();
		const [options] = shown;
		assert.ok(options);
		return options;
	};

	it('are shown in the pick, with the ID beside them, and stored', async () => {
		const done = track(shot1, unnamed);
		const pick = await picks.next(0);
		assert.deepEqual(
			pick.rows.map(({ label, description, detail, buttons }) => [label, description, detail, buttons?.map(({ tooltip }) => tooltip)]),
			[
				['shot 01', '871234567890123456 · Text to Video', 'Line 1', ['Rename Task']],
				['871234567890123457', 'Text to Video', 'Line 2', ['Name This Task']],
			],
		);
		assert.deepEqual([pick.title, pick.selected], ['Select Tasks to Track', ['shot 01', '871234567890123457']]);
		await picks.accept();
		await done;
		assert.deepEqual([task(shot1)?.name, task(unnamed) !== undefined, task(unnamed)?.name], ['shot 01', true, undefined]);
	});

	it('can be typed, changed and removed there, with the selection kept', async () => {
		const done = track(shot1, unnamed, rounded);
		await picks.next(0);
		const first = await rename('871234567890123457', '  Opening ');
		assert.deepEqual([first.title, first.value], ['Name of Task 871234567890123457', '']);
		const pick = await picks.next(1);
		assert.deepEqual([pick.selected, pick.active], [['shot 01', 'Opening'], ['Opening']]);
		assert.equal((await rename('shot 01', '')).value, 'shot 01');
		await soon('the row without a name', async () => (await picks.next(2)).rows[0]?.label === '871234567890123456');
		assert.deepEqual((await picks.next(2)).selected, ['871234567890123456', 'Opening']);
		await picks.accept();
		await done;
		assert.deepEqual(
			[task(shot1) !== undefined, task(shot1)?.name, task(unnamed)?.name, task(rounded)],
			[true, undefined, 'Opening', undefined],
		);
	});

	it('have at most 60 characters, and stay as they are after Escape', async () => {
		const done = track(shot1, unnamed);
		await picks.next(0);
		const options = await rename('shot 01', undefined);
		assert.deepEqual(
			[options.validateInput?.('x'.repeat(60)), options.validateInput?.('x'.repeat(61))],
			[undefined, 'The name can have at most 60 characters.'],
		);
		const pick = await picks.next(1);
		assert.deepEqual(pick.selected, ['shot 01', '871234567890123457']);
		await picks.accept();
		await done;
		assert.equal(task(shot1)?.name, 'shot 01');
	});

	it('are stored without a question for a single clear task', async () => {
		await track(shot1);
		assert.deepEqual([picks.count, task(shot1)?.name], [0, 'shot 01']);
	});

	it('do not spare the question about a rounded number, whose row says so and draws no icon', async () => {
		const done = track(rounded);
		const pick = await picks.next(0);
		assert.deepEqual(
			pick.rows.map(({ label, description, detail }) => [label, description, detail]),
			[
				[
					'rain $\u200B(trash)',
					'871234567890123500 · operation unknown',
					'ID may be rounded by a spreadsheet or JSON reader: check it at its source',
				],
			],
		);
		assert.deepEqual(pick.selected, []);
		await picks.cancel();
		await assert.rejects(done, vscode.CancellationError);
		assert.equal(task(rounded), undefined);
	});

	it('are given to a task that is already tracked without one, and never replace what a person typed', async () => {
		await track({ ...unnamed, sure: 'clear' });
		await track({ ...unnamed, name: 'shot 02' });
		assert.equal(task(unnamed)?.name, 'shot 02');
		await track({ ...unnamed, name: 'other' });
		assert.equal(task(unnamed)?.name, 'shot 02');

		const done = track(shot1, { ...unnamed, name: 'other' });
		const pick = await picks.next(0);
		assert.deepEqual(
			pick.rows.map(({ label }) => label),
			['shot 01', 'shot 02'],
		);
		await rename('shot 02', 'Ending');
		await picks.accept();
		await done;
		assert.equal(task(unnamed)?.name, 'Ending');
	});

	it('stand in what the Track input offers', () => {
		const offered = (...references: readonly PastedReference[]): readonly unknown[] => {
			const { label, description } = typedItem(textWith(...references));
			return [label, description, foundText(references)];
		};
		assert.deepEqual(offered(shot1), ['Track shot 01', '871234567890123456 · Text to Video', '1 task: shot 01 · 871234567890123456']);
		assert.deepEqual(offered(unnamed), ['Track 871234567890123457', 'Text to Video', '1 task: 871234567890123457']);
		assert.deepEqual(offered(rounded), [
			'Track rain $\u200B(trash)',
			'871234567890123500 · may be rounded; you confirm before it is tracked',
			'1 task: rain $\u200B(trash) · 871234567890123500',
		]);
		assert.deepEqual(offered(shot1, unnamed, rounded), [
			'Track 3 tasks',
			'shot 01, …123457, rain $\u200B(trash)',
			'3 tasks: shot 01, 871234567890123457, rain $\u200B(trash)',
		]);
	});
});
