// What is shown of keeping by itself: failures, links that expire, the status bar, and the sentences.
import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import type { Download, DownloadId, DownloadReason, KeepPlan } from '../../src/core/download';
import type { Disposable } from '../../src/core/emitter';
import type { FinishedTask, TaskKey } from '../../src/core/task';
import type { DownloadStore, KeepOrder, UnkeptResult } from '../../src/tracking/ports/downloads';
import { warnOfExpiry } from '../../src/ui/keeping/expiryNotice';
import { FailedDownloads } from '../../src/ui/keeping/failedDownloads';
import type { KeepingParts, WindowDownloads } from '../../src/ui/keeping/keepingParts';
import { KeepResults } from '../../src/ui/keeping/keepResults';
import { LazyKeeping } from '../../src/ui/keeping/lazyKeeping';
import { SavingItem } from '../../src/ui/keeping/savingItem';
import { showMessage } from '../../src/ui/message';
import { showingWork } from '../../src/ui/progress';
import { firstLinkExpiry, keepFinishedText, linkExpiryChangesAt, linkExpiryText } from '../../src/ui/text/keeping';
import { saveFailureText } from '../../src/ui/text/saving';
import { ManualClock } from '../support/clock';
import { key, ref } from '../support/makers';
import { soon } from '../support/retry';
import { Messages } from './tools/messages';
import { replace } from './tools/replace';

const hourMs = 60 * 60_000;
const dayMs = 24 * hourMs;
const plan = { folder: '/home/ada/kling', fileName: '{n}' };

/** Whether the editor's window has the focus, until disposed. */
class FocusOfWindow implements Disposable {
	readonly #own = Object.getOwnPropertyDescriptor(vscode.window, 'state') ?? assert.fail();
	readonly #didChange = new vscode.EventEmitter<vscode.WindowState>();
	readonly #event = replace(vscode.window, 'onDidChangeWindowState', (listener) =>
		this.#didChange.event(listener as (state: vscode.WindowState) => void),
	);
	#state: vscode.WindowState;

	constructor(focused: boolean) {
		this.#state = { focused, active: focused };
		Object.defineProperty(vscode.window, 'state', { ...this.#own, get: () => this.#state });
	}

	change(focused: boolean): void {
		this.#state = { focused, active: focused };
		this.#didChange.fire(this.#state);
	}

	dispose(): void {
		Object.defineProperty(vscode.window, 'state', this.#own);
		this.#event.dispose();
		this.#didChange.dispose();
	}
}

/** A window with the downloads that a test gives it. */
class Window {
	readonly clock = new ManualClock();
	readonly known = new Map<string, Download>();
	readonly memory = new Map<string, unknown>();
	readonly ordered: KeepOrder[] = [];
	readonly replans: (KeepPlan | undefined)[] = [];
	readonly untracked = new Set<TaskKey>();
	unkept: UnkeptResult[] = [];
	claims = 0;
	finishedAt = 0;
	readonly progress = new vscode.EventEmitter<TaskKey>();
	readonly parts: KeepingParts;

	constructor() {
		const id = ({ task, media }: DownloadId): string => `${task} ${media}`;
		const noEvent = (): Disposable => ({ dispose: () => undefined });
		const downloads: Partial<DownloadStore> = {
			get: (of) => this.known.get(id(of)),
			pending: () => [...this.known.values()].filter(({ state }) => state === 'queued' || state === 'running'),
			unkept: () => this.unkept,
			planOf: () => undefined,
			replan: (of) => {
				this.replans.push(of);
				return Promise.resolve();
			},
			claimExpiryNotice: () => Promise.resolve(++this.claims === 1),
		};
		const tasks = { get: (of: TaskKey) => (this.untracked.has(of) ? undefined : this.task(of)), hasResults: () => true };
		const window: WindowDownloads = {
			keep: (orders) => {
				this.ordered.push(...orders);
				return Promise.resolve(orders.length);
			},
			cancel: () => Promise.resolve(),
			progressOf: () => undefined,
			onDidChangeProgress: this.progress.event,
			onDidSettle: noEvent,
		};
		// What these parts do not need is left out.
		this.parts = {
			store: { tasks, changes: { onDidChange: noEvent }, downloads },
			downloads: window,
			plans: { plan: () => plan, planByHand: () => plan, folder: () => ({ folder: plan.folder, notices: [] }) },
			clock: this.clock,
			memory: {
				get: (name: string) => this.memory.get(name),
				update: (name: string, value: unknown) => {
					this.memory.set(name, value);
					return Promise.resolve();
				},
			},
			say: showMessage,
		} as unknown as KeepingParts;
	}

	task(of: TaskKey): FinishedTask {
		const name = of.split(' ')[1] ?? '';
		const results = [1, 2].map((n) => ({ kind: 'image', url: `https://media.kling.example/${n}.png` }) as const);
		return { key: of, ref: ref(name), name, status: 'succeeded', results, trackedAt: 0, finishedAt: this.finishedAt };
	}

	download(name: string, media: number, state: Download['state'], more: Partial<Download> = {}): Download {
		const download = { task: key(name), media, state, plan, attempts: 1, ...more };
		this.known.set(`${download.task} ${media}`, download);
		return download;
	}
}

describe('messages about keeping', () => {
	let messages: Messages;
	let window: Window;
	const texts = (): readonly string[] => messages.all.map(({ text }) => text);

	beforeEach(() => {
		messages = new Messages();
		window = new Window();
	});
	afterEach(() => messages.dispose());

	describe('of failures', () => {
		let failures: FailedDownloads;
		const fail = (name: string, media: number, reason: DownloadReason): void =>
			failures.note(window.download(name, media, 'failed', { reason }));

		beforeEach(() => {
			failures = new FailedDownloads(new KeepResults(window.parts), window.parts);
		});
		afterEach(() => failures.dispose());

		it('are one for each cause, not for each file, with what helps', async () => {
			fail('Fox', 0, { kind: 'diskFull', code: 'ENOSPC' });
			fail('Fox', 1, { kind: 'diskFull', code: 'ENOSPC' });
			fail('Owl', 0, { kind: 'webPage', message: 'Sign in' });
			fail('Elk', 0, { kind: 'cancelled' });
			await window.clock.advance(2999);
			assert.deepEqual(texts(), []);
			await window.clock.advance(1);
			assert.deepEqual(
				messages.all.map(({ severity, text, buttons }) => [severity, text, buttons]),
				[
					['warning', '2 results could not be kept. The disk is full.', ['Choose Folder…']],
					[
						'warning',
						'Owl, Image 1 of 2 could not be kept. media.kling.example returned a web page instead of the result: “Sign in”. This network may require sign-in.',
						['Open in Browser', 'Keep Again'],
					],
				],
			);
		});

		it('come again for the same cause only an hour after the last was answered', async () => {
			fail('Fox', 0, { kind: 'diskFull', code: 'ENOSPC' });
			await window.clock.advance(3000);
			fail('Fox', 1, { kind: 'diskFull', code: 'ENOSPC' });
			await window.clock.advance(2 * hourMs);
			assert.equal(messages.all.length, 1, 'it is still open');
			messages.all[0]?.close();
			fail('Fox', 1, { kind: 'diskFull', code: 'ENOSPC' });
			await window.clock.advance(hourMs - 1);
			assert.equal(messages.all.length, 1);
			await window.clock.advance(1);
			fail('Fox', 1, { kind: 'diskFull', code: 'ENOSPC' });
			await window.clock.advance(3000);
			assert.deepEqual(texts()[1], 'Fox, Image 2 of 2 could not be kept. The disk is full.');
		});

		it('are named in one window', async () => {
			const other = new FailedDownloads(new KeepResults(window.parts), window.parts);
			fail('Fox', 0, { kind: 'diskFull', code: 'ENOSPC' });
			await window.clock.advance(3000);
			// The other one gets the focus, and sees the same download wait.
			other.note(window.download('Fox', 0, 'failed', { reason: { kind: 'diskFull', code: 'ENOSPC' } }));
			other.note(window.download('Owl', 0, 'failed', { reason: { kind: 'digest' } }));
			await window.clock.advance(3000);
			other.dispose();
			assert.deepEqual(
				texts().map((text) => text.slice(0, text.indexOf('.') + 1)),
				['Fox, Image 1 of 2 could not be kept.', 'Owl, Image 1 of 2 could not be kept.'],
			);
		});

		it('leave out what a command has reported', async () => {
			const keeping = new KeepResults(window.parts);
			const waits = { kind: 'folderMissing', code: 'ENOENT' } as const;
			const later = { nextAt: window.clock.now() + hourMs, reason: waits };
			const download = window.download('Fox', 0, 'queued', later);
			await keeping.keep([{ task: download.task, media: 0, plan }]);
			const others = new FailedDownloads(keeping, window.parts);
			others.note(download);
			others.note(window.download('Owl', 0, 'queued', later));
			await window.clock.advance(3000);
			others.dispose();
			assert.deepEqual(
				texts().map((text) => text.slice(0, text.indexOf('.') + 1)),
				['Fox, Image 1 of 2 could not be kept.', 'Owl, Image 1 of 2 could not be kept.'],
			);
		});

		it('come of what a command has left to be tried again, or has failed for another reason since', async () => {
			const keeping = new KeepResults(window.parts);
			const later = (name: string, reason: DownloadReason): Download =>
				window.download(name, 0, 'queued', { nextAt: window.clock.now() + hourMs, reason });
			const orders = [
				later('Fox', { kind: 'unreachable', code: 'ENOTFOUND', message: 'x' }),
				later('Owl', { kind: 'folderMissing', code: 'ENOENT' }),
			];
			for (const { task, media } of orders) {
				await keeping.keep([{ task, media, plan }]);
			}
			const others = new FailedDownloads(keeping, window.parts);
			messages.clear();
			others.note(window.download('Fox', 0, 'failed', { reason: { kind: 'unreachable', code: 'ENOTFOUND', message: 'x' } }));
			others.note(window.download('Owl', 0, 'failed', { reason: { kind: 'linkGone' } }));
			await window.clock.advance(3000);
			others.dispose();
			assert.deepEqual(
				messages.all.map(({ text, buttons }) => [text.slice(0, text.indexOf('.') + 1), buttons]),
				[
					['Fox, Image 1 of 2 could not be kept.', ['Keep Again']],
					['Owl, Image 1 of 2 could not be kept.', []],
				],
			);
		});

		it('leave out what is tried again by then, what was cancelled, and whose task is not tracked any more; each is counted once', async () => {
			const full = { kind: 'diskFull', code: 'ENOSPC' } as const;
			for (const name of ['Fox', 'Fox', 'Owl', 'Elk', 'Hen', 'Bat']) {
				fail(name, 0, full);
			}
			window.download('Owl', 0, 'running', { reason: full });
			window.download('Elk', 0, 'failed', { reason: { kind: 'cancelled' } });
			window.known.delete(`${key('Hen')} 0`);
			window.untracked.add(key('Bat'));
			await window.clock.advance(3000);
			assert.deepEqual(texts(), ['Fox, Image 1 of 2 could not be kept. The disk is full.']);
		});

		it('say so where there is no such result any more', async () => {
			await assert.rejects(new KeepResults(window.parts).keep([{ task: key('Fox'), media: 7, plan }]), {
				name: 'UserError',
				message: 'There is no result to keep.',
			});
		});

		it('offer to keep all of them again', async () => {
			fail('Fox', 0, { kind: 'digest' });
			fail('Owl', 1, { kind: 'digest' });
			await window.clock.advance(3000);
			messages.all[0]?.press('Keep Again');
			await soon('both', () => window.ordered.length === 2);
			assert.deepEqual(window.ordered, [
				{ task: key('Fox'), media: 0, plan },
				{ task: key('Owl'), media: 1, plan },
			]);
		});
	});

	describe('of links that expire', () => {
		const expiring = (name: string, hours: number): UnkeptResult => ({
			task: key(name),
			media: 0,
			url: 'https://media.kling.example/1.png',
			expiresAt: window.clock.now() + hours * hourMs,
		});
		const warn = (): Promise<boolean> => warnOfExpiry(window.parts, new KeepResults(window.parts));

		beforeEach(() => {
			window.finishedAt = window.clock.now() - dayMs;
		});

		it('count what is lost within 48 hours, once a day over all windows', async () => {
			window.unkept = [expiring('Fox', 1), expiring('Owl', 48), expiring('Elk', 49), expiring('Hen', 0), expiring('Bat', -1)];
			assert.equal(await warn(), true);
			assert.deepEqual(
				messages.all.map(({ severity, text, buttons }) => [severity, text, buttons]),
				[['warning', '2 results are not kept, and their links expire within 48 hours.', ['Keep Now', 'Don’t Show Again']]],
			);
			assert.equal(await warn(), false);
			assert.equal(messages.all.length, 1);
			messages.all[0]?.press('Keep Now');
			await soon('both', () => window.ordered.length === 2);
			assert.deepEqual(
				window.ordered.map(({ task }) => task),
				[key('Fox'), key('Owl')],
			);
		});

		it('are not shown for a task that has just finished, nor claimed for nothing', async () => {
			window.finishedAt = window.clock.now() - hourMs + 1;
			window.unkept = [expiring('Fox', 1)];
			assert.deepEqual([await warn(), window.claims], [false, 0]);
			window.finishedAt--;
			assert.equal(await warn(), true);
			assert.equal(texts()[0], '1 result is not kept, and its link expires within 48 hours.');
		});

		it('wait for a window that has the focus', async () => {
			window.unkept = [expiring('Fox', 1)];
			const focus = new FocusOfWindow(false);
			const keeping = new LazyKeeping(window.parts, (error) => assert.fail(String(error)));
			try {
				await window.clock.advance(60_000);
				assert.deepEqual(texts(), []);
				focus.change(true);
				await messages.next(/^1 result is not kept, and its link expires within 48 hours\.$/);
				focus.change(false);
				focus.change(true);
				await window.clock.advance(hourMs - 60_001);
				assert.equal(window.claims, 1, 'once an hour, whatever the focus');
			} finally {
				keeping.dispose();
				focus.dispose();
			}
		});

		it('stop when the person wants that, and say how they come back', async () => {
			window.unkept = [expiring('Fox', 1)];
			await warn();
			messages.all[0]?.press('Don’t Show Again');
			await messages.next(/no longer warned before links expire\. “Kling: Keep All Results…” turns it on again\.$/);
			window.claims = 0;
			assert.equal(await warn(), false);
		});
	});

	it('are those of a setting that was changed while no window was open, in the first one that has the focus', async () => {
		const start = (): LazyKeeping => new LazyKeeping(window.parts, (error) => assert.fail(String(error)));
		const focus = new FocusOfWindow(false);
		const windows: LazyKeeping[] = [];
		try {
			windows.push(start());
			focus.change(true);
			const noted = [...window.memory];
			assert.equal(noted.length, 1, 'what is set at the very first start');
			const [[name, off] = assert.fail()] = noted;
			window.memory.set(name, { ...(off as object), keep: 'library' });
			focus.change(false);
			windows.push(start());
			assert.deepEqual(window.replans, []);
			focus.change(true);
			await messages.next(/^Results are no longer kept automatically\./);
			windows.push(start());
			focus.change(false);
			focus.change(true);
			assert.deepEqual([window.replans, [...window.memory], messages.all.length], [[plan], noted, 1], 'once, by one window');
			window.memory.set(name, { ...(off as object), fileName: '{id}' });
			windows.push(start());
			await soon('running tasks to get the other pattern', () => window.replans.length === 2);
			assert.equal(messages.all.length, 1, 'another pattern needs no message');
		} finally {
			windows.forEach((one) => one.dispose());
			focus.dispose();
		}
	});

	it('and progress have no link, whatever a file is called', async () => {
		let title: unknown;
		const progress = replace(vscode.window, 'withProgress', (options) => {
			title = (options as vscode.ProgressOptions).title;
			return Promise.resolve();
		});
		let done = (): void => assert.fail();
		const work = showingWork(
			window.clock,
			'Kling: Reading [Fox](command:kling.showLog).mp4…',
			() => new Promise<void>((resolve) => (done = resolve)),
		);
		await window.clock.advance(1000);
		progress.dispose();
		done();
		await work;
		assert.equal(title, 'Kling: Reading [Fox]\u200B(command:kling.showLog).mp4…');
	});

	describe('in the status bar', () => {
		it('count what is being saved, and say how far it is', async () => {
			let item: vscode.StatusBarItem | undefined;
			let isVisible = false;
			const create = vscode.window.createStatusBarItem.bind(vscode.window);
			const made = replace(vscode.window, 'createStatusBarItem', (id) => {
				item = create(String(id), vscode.StatusBarAlignment.Left, 49);
				item.show = () => void (isVisible = true);
				item.hide = () => void (isVisible = false);
				return item;
			});
			const stopped: Download[] = [];
			const focus = new FocusOfWindow(false);
			const saving = new SavingItem(window.parts, (download) => stopped.push(download));
			made.dispose();
			try {
				assert.equal(isVisible, false);
				const part = { path: '/home/ada/kling/1.part', total: 1000 };
				window.download('Fox', 0, 'running', { received: 500, part });
				window.download('Fox', 1, 'queued', { attempts: 0 });
				const waits = { kind: 'folderMissing', code: 'ENOENT' } as const;
				window.download('Owl', 0, 'queued', { nextAt: window.clock.now() + hourMs, reason: waits });
				const redraw = async (): Promise<void> => {
					window.progress.fire(key('Fox'));
					await window.clock.advance(100);
				};
				await redraw();
				assert.deepEqual(
					[isVisible, item?.text, item?.tooltip, item?.accessibilityInformation?.label, item?.command],
					[
						true,
						'$(cloud-download) Saving 2 results',
						'Saving 2 results, 25 %\nShow or Cancel',
						'Saving 2 results, 25 %',
						'kling.cancelSaving',
					],
				);
				assert.deepEqual(stopped, [], 'what a person must do is said where the person is');
				focus.change(true);
				await redraw();
				await redraw();
				assert.deepEqual(
					stopped.map(({ task }) => task),
					[key('Owl')],
					'once',
				);
				window.download('Fox', 0, 'kept');
				window.download('Fox', 1, 'running');
				await redraw();
				assert.deepEqual([item?.text, item?.accessibilityInformation?.label], ['$(cloud-download) Saving 1 result', 'Saving 1 result']);
				window.download('Fox', 1, 'kept');
				await redraw();
				assert.equal(isVisible, false);
			} finally {
				saving.dispose();
				focus.dispose();
			}
		});
	});
});

describe('the sentences of keeping', () => {
	it('say when a link expires, once that is near', () => {
		const rows: readonly (readonly [leftMs: number, text: string | undefined, nextLeftMs: number | undefined])[] = [
			[3 * dayMs + 1, undefined, 3 * dayMs],
			[3 * dayMs, 'link expires in 3 days', 2.5 * dayMs - 1],
			[2.5 * dayMs, 'link expires in 3 days', 2.5 * dayMs - 1],
			[2.5 * dayMs - 1, 'link expires in 2 days', 2 * dayMs - 1],
			[2 * dayMs, 'link expires in 2 days', 2 * dayMs - 1],
			[2 * dayMs - 1, 'link expires in 47 h', 47 * hourMs - 1],
			[hourMs, 'link expires in 1 h', hourMs - 1],
			[hourMs - 1, 'link expires within an hour', 0],
			[1, 'link expires within an hour', 0],
			[0, 'link expired', undefined],
		];
		for (const [left, text, next] of rows) {
			const [now, at] = [1_700_000_000_000, 1_700_000_000_000 + left];
			assert.deepEqual(
				[linkExpiryText(at, now), linkExpiryChangesAt(at, now)],
				[text, next === undefined ? undefined : at - next],
				`${left}`,
			);
		}
	});

	it('ask about finished results, with their size where it is known', () => {
		assert.deepEqual(
			[[undefined], [2_000_000], [undefined, undefined], [2_000_000, 1_500_000], [2_000_000, undefined, 1_500_000]].map(keepFinishedText),
			[
				'Keep 1 finished result too?',
				'Keep 1 finished result (2.0 MB) too?',
				'Keep 2 finished results too?',
				'Keep 2 finished results (3.5 MB) too?',
				'Keep 3 finished results (at least 3.5 MB) too?',
			],
		);
	});

	it('change when they say they do', () => {
		const at = 1_700_000_000_000;
		for (let now = at - 3 * dayMs; now < at;) {
			const next = linkExpiryChangesAt(at, now) ?? at;
			assert.equal(linkExpiryText(at, next - 1), linkExpiryText(at, now));
			assert.notEqual(linkExpiryText(at, next), linkExpiryText(at, now));
			now = next;
		}
	});

	it('count only results that are not kept', () => {
		const results = [1, 2].map((n) => ({ kind: 'video', url: `https://media.kling.example/${n}.mp4` }) as const);
		assert.equal(
			firstLinkExpiry({ results, updatedAt: 5 }, (index) => index === 0),
			5 + 30 * dayMs,
		);
		assert.equal(
			firstLinkExpiry({ results, updatedAt: 5 }, () => true),
			undefined,
		);
		assert.equal(
			firstLinkExpiry({ results }, () => false),
			undefined,
		);
	});

	it('have a reason for everything that can go wrong', () => {
		const reasons: Readonly<Record<DownloadReason['kind'], readonly [DownloadReason, string]>> = {
			linkRefused: [{ kind: 'linkRefused' }, 'The link was blocked: it is not https or points to a private network.'],
			tooManyRedirects: [{ kind: 'tooManyRedirects' }, 'Too many redirects from media.example.'],
			unreachable: [{ kind: 'unreachable', code: 'ENOTFOUND', message: 'x' }, 'Cannot connect to media.example (ENOTFOUND).'],
			expired: [
				{ kind: 'expired', httpStatus: 403 },
				'The result link has expired, and the API has no new one. Results are kept for at most 30 days.',
			],
			linkGone: [
				{ kind: 'linkGone', message: 'Request has expired.' },
				'The result link has expired, and the API has no new one. Response from media.example: “Request has expired”.',
			],
			wantsKey: [
				{ kind: 'wantsKey', why: 'elsewhere', httpStatus: 401 },
				'media.example requires a key for this link. The API key is sent only to api.example.',
			],
			server: [{ kind: 'server', httpStatus: 500 }, 'media.example responded with status 500.'],
			webPage: [{ kind: 'webPage' }, 'media.example returned a web page instead of the result; this network may require sign-in.'],
			document: [{ kind: 'document' }, 'media.example returned text instead of the result.'],
			playlist: [{ kind: 'playlist' }, 'media.example returned a playlist instead of the result.'],
			compressed: [{ kind: 'compressed' }, 'media.example returned compressed data instead of the result.'],
			empty: [{ kind: 'empty' }, 'media.example returned an empty file.'],
			unknownFormat: [{ kind: 'unknownFormat' }, 'media.example returned a file of unknown format, not a video, image or audio file.'],
			wrongKind: [{ kind: 'wrongKind', expected: 'image', found: 'video' }, 'media.example returned a file that is no image.'],
			truncated: [{ kind: 'truncated', received: 1 }, 'The connection to media.example was closed early.'],
			overlong: [{ kind: 'overlong' }, 'media.example sent more data than announced; the file may be damaged.'],
			tooLarge: [{ kind: 'tooLarge', most: 4 * 1024 ** 3 }, 'media.example sends a file of more than 4 GB.'],
			digest: [{ kind: 'digest' }, 'The file from media.example was damaged on its way: its digest differs.'],
			diskFull: [{ kind: 'diskFull', code: 'ENOSPC' }, 'The disk is full.'],
			notWritable: [{ kind: 'notWritable', code: 'EACCES' }, 'Cannot write the file to this location (EACCES).'],
			folderMissing: [{ kind: 'folderMissing', code: 'ENOENT' }, 'The folder does not exist any more, or its disk is not connected.'],
			cancelled: [{ kind: 'cancelled' }, 'Saving was cancelled.'],
		};
		for (const [reason, text] of Object.values(reasons)) {
			assert.equal(saveFailureText(reason, 'media.example', 'api.example'), `${text} Nothing was saved.`);
		}
	});
});
