import assert from 'node:assert/strict';
import type { Problem } from '../../src/core/problem';
import { taskKey, type FinishedTask } from '../../src/core/task';
import { showMessage } from '../../src/ui/message';
import { tabTitle } from '../../src/ui/result/resultTabs';
import { snapshotOf } from '../../src/ui/result/snapshot';
import { parentItem, resultItem, taskItem } from '../../src/ui/tree/taskItem';
import { taskTooltip } from '../../src/ui/tree/taskTooltip';
import { shown } from '../../src/core/shown';
import { escapeCodicons } from '../../src/ui/text/foreignText';
import { problemText } from '../../src/ui/text/problems';
import { finishedText, taskLabel } from '../../src/ui/text/tasks';
import { Messages } from './tools/messages';

/** Every mark that sets the direction of text, around a word. */
const marks = [
	'\u061c',
	'\u200e',
	'\u200f',
	'\u202a',
	'\u202b',
	'\u202c',
	'\u202d',
	'\u202e',
	'\u2066',
	'\u2067',
	'\u2068',
	'\u2069',
	'\u206a',
	'\u206f',
];
const turned = (word: string): string => marks.map((mark) => `${mark}${word}`).join('');

describe('text from elsewhere', () => {
	const ref = { origin: 'https://gateway.example', action: 'videos', action2: 'text2video', id: '853300000000000101' };
	const problem: Problem = { kind: 'unreachable', failures: 1, at: 0, code: turned('c'), message: turned('w'), requestId: turned('q') };
	const task: FinishedTask = {
		key: taskKey(ref),
		ref,
		name: turned('n'),
		status: 'failed',
		rawStatus: turned('s'),
		message: `${turned('m')}$\u202e(bug)`,
		trackedAt: 0,
		finishedAt: 60_000,
		createdAt: 0,
		results: [{ kind: 'video', url: 'https://media.example/a.mp4', id: turned('v') }],
		parentVideo: { id: turned('p'), url: 'https://media.example/b.mp4' },
		externalTaskId: turned('e'),
		unitsDeducted: turned('u'),
		requestId: turned('r'),
		problem,
	};
	const unknown = { ...task, status: 'unknown' as const };
	const times = (letter: string): string => letter.repeat(marks.length);
	const has = (text: unknown): boolean =>
		/[\u061c\u200e\u200f\u202a-\u202e\u2066-\u206f]/.test(typeof text === 'string' ? text : JSON.stringify(text));

	it('reverses no row, hover, tab, page or sentence', () => {
		for (const drawn of [taskItem(task, 60_000), taskItem(unknown, 60_000), resultItem(task, 0), parentItem(task)]) {
			for (const text of [drawn.label, drawn.description, drawn.tooltip ?? '', drawn.accessibilityInformation?.label]) {
				assert.equal(has(text), false, JSON.stringify(text));
			}
		}
		assert.ok(String(taskItem(task, 60_000).description).includes(times('m')));
		for (const text of [
			taskTooltip(task).value,
			taskTooltip(unknown).value,
			tabTitle(task),
			taskLabel(task),
			finishedText(task, 'withReason'),
			problemText({ ...problem, kind: 'server' }, ref.origin),
			problemText(problem, ref.origin),
		]) {
			assert.equal(has(text), false, text);
		}
		for (const letter of ['n', 'm', 'e', 'u', 'q']) {
			assert.ok(taskTooltip(task).value.includes(times(letter)), letter);
		}
		for (const one of [task, unknown]) {
			const { media, ...page } = snapshotOf(one, { now: 60_000, estimate: undefined, linkProblem: () => undefined });
			assert.equal(has(page), false, JSON.stringify(page));
			assert.equal(has(media.map(({ label, caption, notice }) => [label, caption, notice])), false);
		}
	});

	it('can be copied as a fact of the page', () => {
		const { facts } = snapshotOf(task, { now: 60_000, estimate: undefined, linkProblem: () => undefined });
		assert.deepEqual(
			facts.flatMap(({ value, copyLabel }) => (copyLabel === undefined ? [] : [[copyLabel, value]])),
			[
				['Copy Task ID', ref.id],
				['Copy External ID', times('e')],
				['Copy Request ID', times('q')],
			],
		);
	});

	it('draws no icon and makes no link, also where a mark stands within their syntax', () => {
		assert.equal(escapeCodicons('a $(bug) $\u202e(bug) $\u2066\u2069(bug)'), 'a $\u200b(bug) $\u200b(bug) $\u200b(bug)');
		const messages = new Messages();
		try {
			void showMessage('info', '[a](command:workbench.action.closeWindow) [b]\u202e(command:workbench.action.closeWindow)');
			const [shown] = messages.all;
			assert.equal(shown?.text, '[a]\u200b(command:workbench.action.closeWindow) [b]\u200b(command:workbench.action.closeWindow)');
		} finally {
			messages.dispose();
		}
	});

	it('has no control characters but line breaks and tabs, and keeps every letter', () => {
		assert.equal(shown('a\u0000b\u001b[31mc\u0007\u009bd\ne\tf'), 'a b [31mc  d\ne\tf');
		for (const text of ['мир', 'שלום (עולם)', 'مرحبا', '日本語', 'a\u200db', '👩\u200d🎨']) {
			assert.equal(shown(text), text);
		}
	});
});
