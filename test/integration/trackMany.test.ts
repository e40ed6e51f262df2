import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import type { PastedReference } from '../../src/core/paste/pastedText';
import type { Simulator } from '../../src/simulator/simulator';
import { systemClock } from '../../src/ui/clock';
import { trackTask } from '../../src/ui/commands/track/flow';
import { showMessage } from '../../src/ui/message';
import type { Parts } from '../support/extension';
import { eachSlate } from './tools/eachSlate';
import { Picks } from './tools/pick';
import { replace } from './tools/replace';

const apiKey = 'sk-integration-0123456789abcdef';
const operation = { action: 'videos', action2: 'text2video' };

describe('tracking sixty tasks at once', function () {
	this.timeout(60_000);
	let parts: Parts;
	let simulator: Simulator;
	let picks: Picks;
	eachSlate(apiKey, (slate) => {
		({ parts, simulator } = slate);
		picks = new Picks();
	});
	afterEach(() => picks.dispose());

	it('says so at once, counts the checked ones, and asks the API once for most of them', async () => {
		const references: PastedReference[] = Array.from({ length: 60 }, (_, index) => ({
			id: simulator.create(operation, { durationMs: 600_000 }),
			operation,
			line: index + 1,
			sure: 'clear',
		}));
		const before = simulator.requests.all().length;
		const shown: vscode.ProgressOptions[] = [];
		const counts: (string | undefined)[] = [];
		const progress = replace(vscode.window, 'withProgress', async (options, task) => {
			assert.ok(typeof task === 'function');
			shown.push(options as vscode.ProgressOptions);
			const report = ({ message }: { readonly message?: string }) => counts.push(message);
			const outcome: unknown = await Reflect.apply(task, undefined, [{ report }, new vscode.CancellationTokenSource().token]);
			return outcome;
		});
		const done = trackTask(
			{
				tracker: parts.tracker,
				tasks: parts.store.tasks,
				operations: { findOrPick: () => Promise.resolve(new Map()) },
				reader: { read: () => Promise.resolve({ references, referenceCount: 60, unreadable: [], unreadableCount: 0 }) },
				clock: systemClock,
				say: showMessage,
				reveal: () => Promise.resolve(),
			},
			'read by the reader above',
		);
		await picks.next(0);
		await picks.accept();
		await done;
		progress.dispose();
		assert.deepEqual(
			shown
				.filter(({ location }) => location === vscode.ProgressLocation.Notification)
				.map(({ title, cancellable }) => [title, cancellable]),
			[['Kling: Tracking 60 tasks…', true]],
		);
		assert.equal(counts.at(-1), '60 of 60 checked');
		assert.ok(counts.length > 20, 'a count while they are checked');
		const requests = simulator.requests.all().slice(before);
		assert.equal(requests.filter(({ kind }) => kind === 'list').length, 1);
		assert.ok(requests.length <= 20, `${requests.length} requests`);
		assert.equal(parts.store.tasks.active().filter(({ lastCheckedAt }) => lastCheckedAt !== undefined).length, 60);
	});
});
