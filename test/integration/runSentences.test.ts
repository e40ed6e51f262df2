// What a person reads before money is spent; the sentences need the editor's translations.
import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import type { Creation, CreationReason, CreationState } from '../../src/creation/creation';
import type { Price } from '../../src/requests/price';
import type { PreparedRun } from '../../src/ui/creation/preparedRun';
import { copyProblemText, existingButton, runAllDetail, runAllQuestion, runDetail, runQuestion } from '../../src/ui/text/creation/run';
import { runLensText, runStateText } from '../../src/ui/text/creation/runLens';

const noon = new Date(2026, 2, 14, 12, 3).getTime();
const price = (dollars: number, tasks = 1): Price => ({
	kind: 'known',
	unitKind: 'video',
	units: 4 * tasks,
	dollars,
	tasks,
	source: { kind: 'list', date: '2026-09-20' },
});
const byLength: Price = {
	kind: 'byLength',
	unitKind: 'video',
	units: 0.5,
	dollars: 0.07,
	seconds: 5,
	tasks: 1,
	source: { kind: 'list', date: '2026-09-20' },
};
const unknown: Price = { kind: 'unknown', reason: 'notListed' };

function prepared(change: Partial<Omit<PreparedRun, 'terms'>> & { readonly terms?: Partial<PreparedRun['terms']> } = {}): PreparedRun {
	const terms = {
		origin: 'https://api.cometapi.com',
		operation: 'videos/text2video',
		count: 1,
		price: price(0.56),
		files: [],
		callbackHost: undefined,
		...change.terms,
	};
	return {
		document: vscode.Uri.file('/shots/harbour.kling.json'),
		name: 'harbour.kling.json',
		operation: { origin: terms.origin, action: 'videos', action2: 'text2video' },
		model: 'kling-v2-6',
		mode: 'std',
		duration: '5',
		firstTake: 1,
		files: [],
		existing: undefined,
		mayBeCharged: false,
		order: () => assert.fail('nothing is planned here'),
		...change,
		terms,
	};
}

describe('the dialog of Run', () => {
	it('asks in one line what is run and for how much', () => {
		const cases: readonly (readonly [PreparedRun, string])[] = [
			[prepared(), 'Run “harbour.kling.json” for ≈ 4.0 units ($0.56 list price)?'],
			[
				prepared({ terms: { count: 3, price: price(1.68, 3) } }),
				'Run 3 takes of “harbour.kling.json” for ≈ 12.0 units ($1.68 list price)?',
			],
			[prepared({ terms: { price: byLength } }), 'Run “harbour.kling.json” for ≈ 0.5 units per 5 seconds ($0.07 list price)?'],
			[prepared({ terms: { price: unknown } }), 'Run “harbour.kling.json”? What it costs is unknown.'],
			[prepared({ terms: { count: 2, price: unknown } }), 'Run 2 takes of “harbour.kling.json”? What they cost is unknown.'],
		];
		for (const [run, question] of cases) {
			assert.equal(runQuestion(run), question);
		}
	});

	it('shortens what a file may make long, and shows none of its marks', () => {
		const long = prepared({
			name: `${'a'.repeat(300)}\u202e](command:kling.showLog).kling.json`,
			model: `kling\n\nAPI: other.example.org${'b'.repeat(300)}`,
			files: Array.from({ length: 9 }, (_, index) => ({ path: `./${'c'.repeat(200)}${index}.png`, size: 1_000 })),
			terms: { callbackHost: `${'d'.repeat(300)}.example.org` },
		});
		assert.ok(runQuestion(long).length < 130, runQuestion(long));
		assert.ok(!/\u202e|\]\(command/.test(runQuestion(long)));
		const lines = runDetail(long, undefined, noon).split('\n');
		assert.deepEqual(
			lines.filter((line) => line.startsWith('API: ')),
			['API: api.cometapi.com'],
		);
		assert.ok(
			lines.every((line) => line.length < 450),
			lines.join('\n'),
		);
		assert.ok(lines.some((line) => line.startsWith('Files that are read: ') && line.endsWith(' and 3 more')));
	});

	it('says that an earlier run may have been charged', () => {
		const warning = /Kling may already have a task of an earlier run of this request, and may have charged for it/;
		assert.match(runDetail(prepared({ mayBeCharged: true }), undefined, noon), warning);
		assert.doesNotMatch(runDetail(prepared(), undefined, noon), warning);
		assert.match(runAllDetail([prepared({ mayBeCharged: true }), prepared()], undefined, 0), /may have charged for them: \S+$/m);
	});

	it('says what is left of the limit, and what is not counted in it', () => {
		const detail = (of: Price): string => runDetail(prepared({ terms: { price: of } }), { limit: 5, spent: 3.8 }, noon);
		assert.match(detail(price(0.56)), /Of your daily limit of \$5\.00, \$1\.20 is left\.$/);
		assert.match(detail(unknown), /\$1\.20 is left\. A price that is not known is not counted in it\.$/);
		assert.match(detail(byLength), /\$1\.20 is left\. A price that is not known is not counted in it\.$/);
	});

	it('names the result that is there by its time, and by its day if that is another one', () => {
		assert.match(existingButton(noon, noon + 60_000), /^Use the Result of 12:03/);
		assert.match(existingButton(noon, noon + 86_400_000), /^Use the Result of Mar 14, 2026, 12:03/);
	});

	it('adds up several requests, and says which prices it does not know', () => {
		assert.equal(runAllQuestion([prepared(), prepared()]), 'Run 2 requests, 2 tasks in all, for ≈ $1.12 list price?');
		assert.equal(
			runAllQuestion([prepared(), prepared({ terms: { count: 2, price: unknown } })]),
			'Run 2 requests, 3 tasks in all, for ≈ $0.56 list price and one unknown price?',
		);
		assert.equal(
			runAllQuestion([prepared({ terms: { price: unknown } }), prepared({ terms: { price: unknown } })]),
			'Run 2 requests, 2 tasks in all? What they cost is unknown.',
		);
		const detail = runAllDetail(
			Array.from({ length: 12 }, () => prepared()),
			undefined,
			2,
		);
		assert.equal(detail.match(/^harbour\.kling\.json: Text to Video, ≈ 4\.0 units \(\$0\.56 list price\)$/gm)?.length, 10);
		assert.match(detail, /^and 2 more$/m);
		assert.match(detail, /^2 more requests were chosen, but have errors and are not run\.$/m);
	});

	it('says what keeps files from being copied, and what to do', () => {
		assert.equal(
			copyProblemText({ kind: 'full', most: 500 * 1024 * 1024 }),
			'Its files cannot be copied for sending: requests that are not sent yet have 500 MB of files already, which is the most. Let them be sent, or cancel them.',
		);
		assert.equal(
			copyProblemText({ kind: 'disk', message: 'ENOSPC: no space left on device, write' }),
			'Its files cannot be copied for sending: ENOSPC: no space left on device, write. Nothing was sent. Free some space on the disk, and try again.',
		);
	});
});

describe('the lens of Run', () => {
	it('says the price, or that it is unknown', () => {
		assert.deepEqual(
			[
				runLensText(price(0.56), 1, false),
				runLensText(price(1.68, 3), 3, false),
				runLensText(price(0.56), 1, true),
				runLensText(byLength, 1, false),
				runLensText(unknown, 1, false),
				runLensText(undefined, 2, false),
			],
			[
				'Run ≈ 4.0 units ($0.56 list price)',
				'Run 3 Takes ≈ 12.0 units ($1.68 list price)',
				'Run Without Asking ≈ 4.0 units ($0.56 list price)',
				'Run ≈ 0.5 units per 5 seconds ($0.07 list price)',
				'Run (price unknown)',
				'Run 2 Takes (price unknown)',
			],
		);
	});

	it('says how the last Run stands', () => {
		const state = (of: CreationState, reason?: CreationReason, nextAt?: number): string | undefined =>
			runStateText(
				{ state: of, ...(reason === undefined ? {} : { reason }), ...(nextAt === undefined ? {} : { nextAt }) } as Creation,
				undefined,
				undefined,
				noon,
			);
		const error = { kind: 'badRequest', retryable: false, message: 'prompt is required' } as const;
		assert.deepEqual(
			[
				state('planned'),
				state('planned', { kind: 'noKey' }),
				state('planned', { kind: 'late' }),
				state('sending'),
				state('accepted'),
				state('rejected', { kind: 'rejected', error }),
				state('uncertain'),
				state('absent'),
				state('leftOpen'),
			],
			[
				'sending…',
				'not sent: no API key',
				'not sent: confirm it in the list',
				'sending…',
				undefined,
				'✗ prompt is required',
				'Kling may or may not have it',
				'✗ It did not arrive',
				'closed without knowing',
			],
		);
		assert.equal(state('uncertain', { kind: 'lost' }, noon + 20_000), 'Kling may or may not have it: searching');
		assert.match(state('waiting', { kind: 'busy', error }, noon + 20_000) ?? '', /^waiting: Kling is busy, next try at 12:03:20/);
		assert.match(state('planned', { kind: 'notSent', error }, noon + 20_000) ?? '', /^not sent, next try at 12:03:20/);
	});
});
