import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import type { Download, KeptFile } from '../../src/core/download';
import type { Problem } from '../../src/core/problem';
import { taskKey, type ActiveTask, type FinishedTask } from '../../src/core/task';
import type { PageSnapshot } from '../../src/shared/resultProtocol';
import { keptFolders } from '../../src/ui/result/keptFolders';
import type { LinkProblemState } from '../../src/ui/result/linkRecovery';
import { PanelFiles } from '../../src/ui/result/panelFiles';
import { isCopyable, snapshotChangesIn, snapshotOf, type SnapshotParts } from '../../src/ui/result/snapshot';
import { download, keptFile } from '../support/keptFiles';
import { creation } from '../support/shownCreations';

const now = 1_900_000_000_000;
const ref = { origin: 'https://api.cometapi.com', action: 'videos', action2: 'text2video', id: '910000000000870564' };
const tracked = { key: taskKey(ref), ref, trackedAt: now - 60_000, results: [] };
const waiting: ActiveTask = { ...tracked, status: 'submitted', nextPollAt: now + 5000 };
const running: ActiveTask = {
	...tracked,
	status: 'processing',
	rawStatus: 'processing',
	lastCheckedAt: now - 5000,
	nextPollAt: now + 5000,
};
const video = { kind: 'video', url: 'https://cdn.example/a.mp4', durationSeconds: 5 } as const;
const succeeded: FinishedTask = {
	...tracked,
	status: 'succeeded',
	finishedAt: now - 600_000,
	updatedAt: now - 600_000,
	lastCheckedAt: now - 600_000,
	unitsDeducted: '3.5',
	results: [video],
};
const failed: FinishedTask = { ...tracked, status: 'failed', finishedAt: now - 600_000, lastCheckedAt: now - 600_000 };

function page(task: ActiveTask | FinishedTask, parts: Partial<SnapshotParts> = {}): PageSnapshot {
	return snapshotOf(task, { now, estimate: undefined, linkProblem: () => undefined, ...parts });
}
const actions = (snapshot: PageSnapshot): string[] => snapshot.buttons.map(({ label }) => label);

describe('the snapshot of the result page', () => {
	it('has the facts in one line, the host only where it is not the usual one', () => {
		const line = ({ summary }: PageSnapshot): string => [...summary.before, ...summary.after].join(' · ');
		assert.equal(page(succeeded).title, 'Text to Video 870564');
		assert.equal(line(page(succeeded)), '5 s · 3.5 units · 10 min ago');
		assert.equal(line(page({ ...succeeded, name: 'shot 07' })), 'Text to Video · 5 s · 3.5 units · 10 min ago');
		assert.equal(line(page({ ...succeeded, results: [video, video, video] })), '3 videos · 3.5 units · 10 min ago');
		const other = { ...succeeded, ref: { ...ref, origin: 'https://gateway.example' } };
		assert.equal(line(page(other)), '5 s · 3.5 units · 10 min ago · gateway.example');
		assert.equal(line(page({ ...other, owner: 'demo' })), '5 s · 10 min ago · offline demo', 'a task of the offline demo costs nothing');
	});

	it('says when the first link of what is not kept expires, if that is near', () => {
		const hour = 3_600_000;
		const expiring = (ms: number): FinishedTask['results'][number] => ({ ...video, url: `${video.url}?Expires=${(now + ms) / 1000}` });
		const kept = {
			download: { task: tracked.key, media: 0, state: 'kept', plan: { folder: '/films', fileName: '{n}' }, attempts: 0 },
			isLocal: false,
		} as const;
		const last = (results: FinishedTask['results'], isKept = false): string | undefined =>
			page({ ...succeeded, results }, { kept: (media) => (isKept && media === 0 ? kept : undefined) }).summary.after.at(-1);
		assert.equal(last([expiring(80 * hour)]), '10 min ago');
		assert.equal(last([expiring(70 * hour)]), 'link expires in 3 days');
		assert.equal(last([expiring(5.5 * hour), expiring(80 * hour)]), 'link expires in 5 h');
		assert.equal(last([expiring(5.5 * hour)], true), '10 min ago', 'the result is kept');
		assert.equal(last([expiring(5.5 * hour), expiring(-1000)], true), 'link expired');
		const dead = page({ ...succeeded, results: [expiring(5.5 * hour)] }, { linkProblem: () => 'gone' });
		assert.equal(dead.summary.after.at(-1), '10 min ago', 'it is known to lead nowhere');
	});

	it('says how long ago a task finished in the words of its row, and is due again when those change', () => {
		const after = (ms: number): FinishedTask => ({ ...succeeded, finishedAt: now - ms });
		assert.deepEqual(
			[50_000, 65_000, 14 * 60_000].map((ms) => [page(after(ms)).summary.after.at(-1), snapshotChangesIn(after(ms), now)]),
			[
				['just now', 10_000],
				['1 min ago', 55_000],
				['10 min ago', 60_000],
			],
		);
	});

	it('shows the progress of a running task by its estimate', () => {
		const at = (estimate: SnapshotParts['estimate']): PageSnapshot => page(running, { estimate });
		assert.deepEqual(
			[at({ kind: 'left', ms: 60_000 }).status, at({ kind: 'left', ms: 60_000 }).progress],
			['about 1 min left', { value: 0.5, label: 'Estimated progress', text: 'about 1 min left' }],
		);
		assert.deepEqual(at({ kind: 'soon' }).progress, { value: 0.95, label: 'Estimated progress', text: 'should finish soon' });
		assert.deepEqual(at({ kind: 'late' }).progress, { label: 'Estimated progress', text: 'longer than usual' });
		assert.deepEqual(at(undefined).progress, { label: 'Progress', text: 'Processing · 1 min' });
		assert.equal(at(undefined).lastChecked, 'Last checked 5 s ago');
		// The details do not say it a second time in other words.
		const detail = at(undefined).facts.find(({ label }) => label === 'Last checked')?.value ?? '';
		assert.match(detail, /^\w+ \d+, \d{4}, /);
		assert.deepEqual(at(undefined).checkNow, { action: 'refresh', label: 'Check Now' });
		assert.ok(at(undefined).buttons.every(({ primary }) => primary !== true));
	});

	it('says what a task waits for before its first check', () => {
		const snapshot = page(waiting);
		assert.deepEqual([snapshot.status, snapshot.lastChecked, snapshot.state], ['Waiting for first check', 'Not checked yet', 'running']);
	});

	for (const [what, problem, state, lastChecked] of [
		['not found', { kind: 'notFound', failures: 3, at: now - 10_000, isGivenUp: true }, 'stopped', 'Last checked 10 s ago: not found'],
		['not found yet', { kind: 'notFound', failures: 1, at: now - 10_000 }, 'stopped', 'Last checked 10 s ago: not found'],
		['without a key', { kind: 'noKey', failures: 1, at: now }, 'stopped', 'Not checked yet'],
		['with a rejected key', { kind: 'auth', failures: 2, at: now - 30_000 }, 'stopped', 'Last checked 30 s ago'],
		[
			'whose API cannot be reached',
			{ kind: 'unreachable', failures: 1, at: now - 10_000, code: 'ECONNRESET' },
			'running',
			'Last checked 10 s ago',
		],
	] as const satisfies readonly (readonly [string, Problem, string, string])[]) {
		it(`of a task ${what} is ${state}`, () => {
			const snapshot = page({ ...waiting, problem });
			assert.equal(snapshot.state, state);
			assert.equal(snapshot.lastChecked, lastChecked);
			assert.equal(snapshot.progress === undefined, state === 'stopped');
			assert.equal(snapshot.empty === undefined, state === 'stopped');
		});
	}

	it('has the actions of the only result as its own, and those of several with each', () => {
		assert.deepEqual(actions(page(succeeded)), ['Save As…', 'Continue With…', 'Open in Browser', 'Copy Link']);
		assert.deepEqual(
			page(succeeded).menu.map(({ label }) => label),
			['Refresh', 'Rename…', 'Copy ID', 'Copy as curl', 'Show Raw Response', 'Change Operation…', 'Remove from List'],
		);
		const several = page({ ...succeeded, results: [video, video] });
		assert.deepEqual(actions(several), ['Save As…', 'Continue With…']);
		assert.deepEqual(
			several.media.map(({ buttons }) => buttons.map(({ action, media }) => `${action} ${media ?? ''}`)),
			[
				['save 0', 'continueWith 0', 'openInBrowser 0', 'copyLink 0'],
				['save 1', 'continueWith 1', 'openInBrowser 1', 'copyLink 1'],
			],
		);
	});

	it('offers a check for a result without a link, which is not a blocked one, and names no expiry', () => {
		const one = page({ ...succeeded, results: [{ kind: 'video', url: '' }] });
		assert.equal(one.media[0]?.notice, 'The link of this result is not known. Check the task to request it.');
		assert.deepEqual(one.buttons, [{ action: 'refresh', label: 'Check Now', media: 0, primary: true }]);
		assert.ok(!one.facts.some(({ label }) => label === 'Link expires'));
		const gone = {
			task: succeeded.key,
			media: 0,
			state: 'failed',
			attempts: 0,
			plan: { folder: '/films', fileName: '{n}' },
			reason: { kind: 'linkGone' },
		} as const;
		const lost = page({ ...succeeded, results: [{ kind: 'video', url: '' }] }, { kept: () => ({ download: gone, isLocal: false }) })
			.media[0];
		assert.deepEqual([lost?.notice, lost?.keeping?.buttons], [undefined, []], 'one sentence, and no button that cannot help');
		const kept = { ...gone, state: 'kept', file: { path: '/films/1.mp4', size: 1, sha256: 'ab', format: 'mp4', keptAt: 0 } } as const;
		const file = { download: kept, url: 'https://file.example/films/1.mp4', isLocal: false };
		const there = page({ ...succeeded, results: [{ kind: 'video', url: '' }] }, { kept: () => file });
		assert.deepEqual([there.media[0]?.notice, actions(there).filter((label) => /Link|Browser/.test(label))], [undefined, []]);
	});

	it('says how far a result is kept, with what can be done here', () => {
		const keeping = (more: Partial<Download>, isLocal = true): readonly unknown[] => {
			const kept = { download: download('queued', { task: succeeded.key, ...more }), isLocal };
			const shown = page(succeeded, { kept: () => kept }).media[0]?.keeping;
			return shown === undefined ? [] : [shown.state, shown.text, ...shown.buttons.map(({ label }) => label)];
		};
		const file = keptFile();
		const part = { path: '/films/1.part', total: 1000 };
		const busy = { kind: 'server', httpStatus: 503 } as const;
		assert.deepEqual(
			[
				keeping({}),
				keeping({ attempts: 1 }),
				keeping({ attempts: 1, reason: busy }),
				keeping({ state: 'running', part, received: 437 }),
				keeping({ state: 'failed', reason: { kind: 'cancelled' } }),
				keeping({ state: 'failed', reason: { kind: 'digest' } }),
				keeping({ state: 'kept', file: { ...file, missingSince: 5 } }),
				keeping({ state: 'kept', file }),
				keeping({ state: 'kept', file }, false),
			],
			[
				['saving', 'Waiting to be saved', 'Cancel Saving'],
				['saving', 'Saving was interrupted and will be tried again', 'Cancel Saving'],
				['saving', 'Not saved yet, will be tried again. cdn.example responded with status 503.', 'Keep Again', 'Cancel Saving'],
				['saving', 'Saving 43 %', 'Cancel Saving'],
				[],
				['trouble', 'The file from cdn.example was damaged on its way: its digest differs. Nothing was saved.', 'Keep Again'],
				['trouble', 'The saved file was moved or deleted.', 'Locate…', 'Keep Again'],
				['kept', 'Saved', 'Reveal in File Manager', 'Open in Default App', 'Copy Path', 'Copy as Markdown'],
				['kept', 'Saved', 'Copy Path', 'Copy as Markdown'],
			],
		);
	});

	it('names the default app only where there is one', () => {
		const shown = (isLocal: boolean, problem?: 'notPlayable'): PageSnapshot['media'][number] | undefined => {
			const file = keptFile({ facts: { audioCodec: 'mp4a.40.2' } });
			const kept = { download: download('kept', { task: succeeded.key, file }), url: 'https://file.example/1.mp4', isLocal, problem };
			return page(succeeded, { kept: () => kept }).media[0];
		};
		assert.deepEqual(
			[true, false].map((isLocal) => [
				shown(isLocal)?.sound?.notice,
				shown(isLocal)?.sound?.button?.action,
				shown(isLocal, 'notPlayable')?.notice,
			]),
			[
				[
					'VS Code cannot play the sound of this file (AAC). The default app can.',
					'openFile',
					'VS Code cannot play this format. The default app may be able to.',
				],
				[
					'VS Code cannot play the sound of this file (AAC).',
					undefined,
					'VS Code cannot play this format. “Copy Path” says where the file is.',
				],
			],
		);
	});

	describe('of a file that is gone, waits or is too large', () => {
		const day = 24 * 60 * 60_000;
		const plan = { folder: '/films', fileName: '{n}' };
		const file: KeptFile = { path: '/films/1.mp4', size: 1, sha256: 'ab', format: 'mp4', keptAt: 0 };
		const missing: KeptFile = { ...file, missingSince: 1 };
		const base: Download = { task: succeeded.key, media: 0, state: 'kept', plan, attempts: 0 };
		const busy = { kind: 'server', httpStatus: 503 } as const;
		const gone = 'The saved file was moved or deleted.';
		const noLink = `${gone} Its link has expired, so it cannot be saved again.`;
		const rows: readonly (readonly [what: string, Partial<Download>, finishedAt: number, text: string, buttons: readonly string[]])[] = [
			['missing', { file: missing }, now - day, gone, ['Locate…', 'Keep Again']],
			['missing, its link gone by its age', { file: missing }, now - 31 * day, noLink, ['Locate…']],
			[
				'missing, its link gone by a check',
				{ state: 'failed', reason: { kind: 'linkGone' }, file: missing },
				now - day,
				noLink,
				['Locate…'],
			],
			['missing and being saved again', { state: 'running', file: missing }, now - day, 'Saving…', ['Cancel Saving']],
			[
				'waiting for another attempt',
				{ state: 'queued', attempts: 3, reason: busy, nextAt: now + 1 },
				now - day,
				'Not saved yet, will be tried again. cdn.example responded with status 503.',
				['Keep Again', 'Cancel Saving'],
			],
			['waiting for its turn', { state: 'queued' }, now - day, 'Waiting to be saved', ['Cancel Saving']],
		];
		for (const [what, more, finishedAt, text, buttons] of rows) {
			it(what, () => {
				const task = { ...succeeded, finishedAt, updatedAt: finishedAt };
				const { keeping } = page(task, { kept: () => ({ download: { ...base, ...more }, isLocal: false }) }).media[0] ?? assert.fail();
				assert.deepEqual([keeping?.text, keeping?.buttons.map(({ label }) => label)], [text, buttons]);
			});
		}

		it('leaves a large file to the default app, says so, and plays the link while it lives', () => {
			const half = 512 * 1024 * 1024;
			const shownOf = (more: Partial<KeptFile>, isLocal: boolean, linkProblem?: LinkProblemState): readonly unknown[] => {
				const download: Download = { ...base, file: { ...file, ...more } };
				const files = new PanelFiles(base.task, { asWebviewUri: (uri) => uri.with({ authority: 'page' }) }, {
					store: { downloads: { of: () => [download] } } as unknown as ConstructorParameters<typeof PanelFiles>[2]['store'],
					downloads: { progressOf: () => undefined },
				} as unknown as ConstructorParameters<typeof PanelFiles>[2]);
				files.folders = [vscode.Uri.file('/films')];
				const ofFile = files.shown().get(0) ?? assert.fail();
				const shown = page(succeeded, { kept: () => ({ ...ofFile, isLocal }), linkProblem: () => linkProblem });
				const { url, notice, keeping } = shown.media[0] ?? assert.fail();
				return [url, notice, keeping?.buttons.find(({ action }) => action === 'openFile')?.primary];
			};
			const notice = 'The saved file is too large for this page (536.9 MB).';
			const app = `${notice} The default app can open it.`;
			assert.deepEqual(shownOf({ size: half }, true), ['file://page/films/1.mp4', undefined, undefined]);
			assert.deepEqual(shownOf({ size: half + 1 }, true), [video.url, app, true]);
			assert.deepEqual(shownOf({ size: half + 1 }, true, 'expired'), [undefined, app, true]);
			assert.deepEqual(shownOf({ size: half + 1 }, false), [video.url, `${notice} “Copy Path” says where it is.`, undefined]);
			assert.deepEqual(shownOf({ size: half + 1, missingSince: 1 }, true), [video.url, undefined, undefined]);
		});
	});

	it('shows of a task that was made here what was requested, its file and price, and offers to run it again', () => {
		const own = page(succeeded, { creation: creation({ take: 2, cost: { unitKind: 'video', units: 3.5, dollars: 0.49 } }) });
		assert.deepEqual(own.facts.slice(0, 8), [
			{ label: 'Prompt', value: 'A fox in the snow', copyLabel: 'Copy Prompt' },
			{ label: 'Model', value: 'kling-v3' },
			{ label: 'Mode', value: 'std' },
			{ label: 'Length', value: '5 s' },
			{ label: 'Estimate', value: '4 units ($0.56 list price)' },
			{ label: 'Cost', value: '3.5 units ($0.49 list price)' },
			{ label: 'Request file', value: 'fox one.kling.json' },
			{ label: 'Take', value: '2' },
		]);
		assert.equal(own.facts.filter(({ label }) => label.startsWith('Cost')).length, 1);
		assert.ok(isCopyable(own, 'A fox in the snow'));
		assert.deepEqual(
			own.menu.flatMap(({ action, label }) => (action === 'runAgain' || action === 'showRequest' ? [label] : [])),
			['Run Again', 'Show Request'],
		);
		const other = page(succeeded);
		assert.ok([...other.buttons, ...other.menu].every(({ action }) => action !== 'runAgain' && action !== 'showRequest'));
	});

	it('offers the request of a failed task beside what to change', () => {
		const { failure } = page({ ...failed, message: 'Image pixel is invalid' }, { creation: creation() });
		assert.deepEqual(failure?.advice, ['Use an image with at least 300 pixels in width and height.']);
		assert.deepEqual(failure.buttons, [{ action: 'showRequest', label: 'Show Request', primary: true }]);
		assert.deepEqual(page({ ...failed, message: 'Image pixel is invalid' }).failure?.buttons, []);
	});

	it('saves audio in the format that a button names', () => {
		const audio = {
			kind: 'audio',
			url: 'https://cdn.example/a.mp3',
			alternatives: [{ format: 'wav', url: 'https://cdn.example/a.wav' }],
		} as const;
		assert.deepEqual(page({ ...succeeded, results: [audio] }).buttons.slice(0, 2), [
			{ action: 'save', label: 'Save as MP3…', media: 0, format: 0, primary: true },
			{ action: 'save', label: 'Save as WAV…', media: 0, format: 1, primary: false },
		]);
	});

	for (const [state, notice, isUsable] of [
		['gone', 'The API no longer has this result.', false],
		['expired', 'The link has expired, and no new one is available. Kling keeps results for 30 days.', false],
		['notAsked', 'The link has expired, and a new one could not be requested.', false],
		['notReached', 'The result could not be loaded. Check the network, then try again.', true],
	] as const satisfies readonly (readonly [LinkProblemState, string, boolean])[]) {
		it(`says what is wrong with a link (${state}), and nothing that contradicts it`, () => {
			const snapshot = page(succeeded, { linkProblem: () => state });
			assert.equal(snapshot.media[0]?.notice, notice);
			assert.equal(
				snapshot.facts.some(({ label }) => label === 'Link expires'),
				isUsable,
			);
			assert.deepEqual(actions(snapshot), ['Try Again', 'Open in Browser', ...(isUsable ? ['Copy Link'] : [])]);
		});
	}

	for (const [message, advice, buttons] of [
		[
			'Failure to pass the risk control system',
			/^Kling’s content review refused .+ Change the prompt or the image, then create a new task\.$/,
			[],
		],
		['Image pixel is invalid', /^Use an image with at least 300 pixels/, []],
		['Account balance not enough', /^The account is out of credit\./, ['openConsole']],
		['upstream returned error', /^The service had a problem, not your input\./, []],
		['Strange', /The raw response may contain more\.$/, ['showRawResponse']],
	] as const) {
		it(`says what to do after “${message}”`, () => {
			const { failure } = page({ ...failed, message });
			assert.ok(failure);
			assert.match(failure.advice.join('\n'), advice);
			assert.deepEqual(
				failure.buttons.map(({ action }) => action),
				buttons,
			);
			assert.equal(failure.copyLabel, 'Copy Reason');
		});
	}

	it('says what a failed task cost only if the API does', () => {
		const cost = (unitsDeducted?: string): string | undefined =>
			page({ ...failed, message: 'upstream returned error', ...(unitsDeducted === undefined ? {} : { unitsDeducted }) }).failure?.advice[1];
		assert.equal(cost(), undefined);
		assert.equal(cost('0'), 'The API reports that no units were deducted.');
		assert.equal(cost('3.5'), 'The API reports a cost of 3.5 units.');
	});

	it('lets the reason be copied, and nothing that it does not show', () => {
		const snapshot = page({ ...failed, message: 'Image pixel is invalid' });
		assert.equal(isCopyable(snapshot, 'Image pixel is invalid'), true);
		assert.equal(isCopyable(snapshot, ref.id), true);
		assert.equal(isCopyable(snapshot, 'Failed'), false);
		assert.equal(isCopyable(page(failed), 'The API gave no reason.'), false);
	});

	it('offers to continue with the session of a call, which has no media', () => {
		const faces = page({ ...succeeded, ref: { ...ref, action2: 'identify-face' }, results: [] });
		assert.deepEqual(actions(faces), ['Continue With…', 'Copy ID']);
		assert.equal(faces.buttons[0]?.primary, true);
		assert.equal(faces.empty, 'This call has no media as its result, but a session, with which others continue.');
		assert.deepEqual(actions(page({ ...succeeded, results: [] })), ['Refresh', 'Copy ID']);
		// A task that failed has nothing to continue with, even with a result.
		assert.deepEqual(actions(page({ ...failed, results: [video] })), ['Save As…', 'Open in Browser', 'Copy Link']);
	});

	it('says what can still be done with the results, and not where their links are dead', () => {
		const next = { label: 'Continue with', value: 'Lip Sync, until Mar 14, 2030' };
		assert.deepEqual(page(succeeded, { next }).facts.at(-1), next);
		const dead = page(succeeded, { next, linkProblem: () => 'gone' });
		assert.ok(dead.facts.every(({ label }) => label !== 'Continue with'));
	});

	it('shows the parent video before the result, and a way to its task if that is tracked', () => {
		const lipSync = { ...succeeded, parentVideo: { id: 'v', url: 'https://cdn.example/parent.mp4' } };
		const labels = (snapshot: PageSnapshot): string[] => snapshot.parent?.media.buttons.map(({ label }) => label) ?? [];
		assert.deepEqual(labels(page(lipSync)), ['Save As…', 'Open in Browser', 'Copy Link']);
		assert.deepEqual(labels(page(lipSync, { hasParentTask: true })), ['Open Parent Task', 'Save As…', 'Open in Browser', 'Copy Link']);
		assert.deepEqual([page(lipSync).parent?.media.name, page(lipSync).media[0]?.name], ['Before', 'After']);
		assert.equal(page(succeeded).media[0]?.name, undefined);
	});
});

describe('the folders that a page may load files from', () => {
	const folders = (...downloads: readonly Download[]): readonly string[] => keptFolders(downloads).map(({ path }) => path);
	const kept = (path: string, more: Partial<Download> = {}): Download => download('kept', { file: keptFile({ path }), ...more });
	const planned = (folder: string): Pick<Download, 'plan'> => ({ plan: { folder, fileName: '{n}' } });

	it('are those of its kept files, each once, and of what is about to be saved: none around or beside them', () => {
		assert.deepEqual(folders(), []);
		assert.deepEqual(folders(kept('/films/b c/3.mp4'), kept('/films/a/1.mp4', planned('/elsewhere')), kept('/films/a/2.mp4')), [
			'/films/a',
			'/films/b c',
		]);
		assert.deepEqual(folders(download('queued', planned('/films/q')), download('running', planned('/films/q'))), ['/films/q']);
		assert.deepEqual(folders(download('failed', planned('/films/f'))), []);
	});
});
