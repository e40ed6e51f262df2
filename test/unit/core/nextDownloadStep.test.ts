import assert from 'node:assert/strict';
import type { Download, KeptFile } from '../../../src/core/download';
import type { DownloadProblem } from '../../../src/core/linkProblem';
import {
	nextDownloadStep,
	withRecord,
	type DownloadEvent,
	type DownloadFacts,
	type DownloadStep,
} from '../../../src/core/nextDownloadStep';
import { key } from '../../support/makers';

const [second, minute, hour, day] = [1_000, 60_000, 60 * 60_000, 24 * 60 * 60_000];
const now = Date.UTC(2026, 5, 1, 12);
const part = { path: '/results/cat-1.0a1b2c3d.part', validator: '"one"', total: 1_000 };
const file: KeptFile = { path: '/results/cat-1.mp4', size: 1_000, sha256: 'a'.repeat(64), format: 'mp4', keptAt: now };

function download(more: Partial<Download> = {}): Download {
	return { task: key('one'), media: 0, state: 'running', plan: { folder: '/results', fileName: '{name}-{n}' }, attempts: 0, ...more };
}

/** A link that lives for three days. With this random number, waits are as the table of traits says. */
const living: DownloadFacts = { now, random: 0.5, expiresAt: now + 3 * day, finishedAt: now - hour };
const expired: DownloadFacts = { ...living, expiresAt: now - minute };

/** An attempt that brought nothing. */
function failure(problem: DownloadProblem): DownloadEvent {
	return { kind: 'problem', problem, received: 0 };
}

/** What happens in words: `retry in 5 s`, `refresh`, `failed: linkGone, part removed`. */
function words(step: DownloadStep): string {
	switch (step.kind) {
		case 'refresh':
		case 'again':
			return step.kind;
		case 'settle': {
			const { state, nextAt, reason } = step.record;
			return state === 'queued' ? `retry in ${((nextAt ?? NaN) - now) / second} s` : `${state}: ${reason?.kind ?? 'nothing'}`;
		}
	}
}

/** What happens attempt after attempt when each fails the same way and each check shows the same link. */
function course(problem: DownloadProblem, facts: DownloadFacts, attempts: number): readonly string[] {
	const happened: string[] = [];
	let current = download();
	for (let attempt = 0; attempt < attempts; attempt++) {
		let step = nextDownloadStep(current, failure(problem), facts);
		if (step.kind === 'refresh') {
			happened.push('refresh');
			current = withRecord(current, step.record);
			step = nextDownloadStep(current, { kind: 'refreshed', isNew: false, problem }, facts);
		}
		happened.push(words(step));
		current = withRecord(current, step.record);
		if (current.state === 'failed') {
			break;
		}
	}
	return happened;
}

const network = ['retry in 5 s', 'retry in 10 s', 'retry in 20 s', 'retry in 40 s', 'retry in 80 s'];
const noResult = (kind: string) => ['refresh', 'retry in 60 s', `failed: ${kind}`];
const key401 = ['retry in 60 s', 'retry in 120 s', 'retry in 240 s', 'retry in 480 s', 'retry in 960 s'];
const folder = (kind: string) => ['retry in 30 s', 'retry in 60 s', 'retry in 120 s', `failed: ${kind}`];

/** What five attempts lead to while the link lives. */
const courses: readonly (readonly [DownloadProblem, readonly string[]])[] = [
	[{ kind: 'unreachable', code: 'ECONNREFUSED', message: 'refused' }, network],
	[{ kind: 'server', httpStatus: 500 }, network],
	[{ kind: 'server', httpStatus: 503 }, network],
	[{ kind: 'server', httpStatus: 429 }, network],
	[{ kind: 'server', httpStatus: 408 }, network],
	[{ kind: 'server', httpStatus: 425 }, network],
	[{ kind: 'server', httpStatus: 400, message: 'bad' }, noResult('server')],
	[{ kind: 'server', httpStatus: 403, message: 'hotlink' }, noResult('server')],
	[{ kind: 'server', httpStatus: 416 }, noResult('server')],
	[{ kind: 'webPage', message: 'Sign in' }, network],
	[{ kind: 'truncated', received: 10, total: 1_000 }, network],
	[{ kind: 'overlong' }, ['refresh', 'retry in 10 s', 'retry in 20 s', 'failed: overlong']],
	[{ kind: 'digest' }, ['refresh', 'retry in 10 s', 'retry in 20 s', 'failed: digest']],
	[{ kind: 'linkRefused' }, noResult('linkRefused')],
	[{ kind: 'tooManyRedirects' }, noResult('tooManyRedirects')],
	[{ kind: 'document', message: '{}' }, noResult('document')],
	[{ kind: 'playlist' }, noResult('playlist')],
	[{ kind: 'compressed' }, noResult('compressed')],
	[{ kind: 'empty' }, noResult('empty')],
	[{ kind: 'unknownFormat' }, noResult('unknownFormat')],
	[{ kind: 'wrongKind', expected: 'video', found: 'image' }, noResult('wrongKind')],
	[{ kind: 'tooLarge', most: 4 * 2 ** 30 }, ['failed: tooLarge']],
	[{ kind: 'expired', httpStatus: 403, message: 'Request has expired' }, ['refresh', 'failed: linkGone']],
	[{ kind: 'expired', httpStatus: 404 }, ['refresh', 'failed: linkGone']],
	[{ kind: 'wantsKey', why: 'noKey', httpStatus: 401 }, key401],
	[{ kind: 'wantsKey', why: 'refused', httpStatus: 401 }, key401],
	[{ kind: 'wantsKey', why: 'elsewhere', httpStatus: 401 }, noResult('wantsKey')],
	[{ kind: 'diskFull', code: 'ENOSPC' }, ['retry in 120 s', 'retry in 240 s', 'retry in 480 s', 'retry in 960 s', 'retry in 1800 s']],
	[{ kind: 'notWritable', code: 'EACCES' }, folder('notWritable')],
	[{ kind: 'folderMissing', code: 'ENOENT' }, folder('folderMissing')],
];

describe('nextDownloadStep', () => {
	for (const [problem, expected] of courses) {
		it(`leads ${JSON.stringify(problem)} to ${expected.join(', ')}`, () => {
			assert.deepEqual(course(problem, living, 5), expected);
		});
	}

	it('has a course of every kind', () => {
		const kinds = new Set(courses.map(([{ kind }]) => kind));
		assert.equal(kinds.size, 20);
	});

	it('checks once for another link when the link has expired by its own date, then says that it is gone', () => {
		const kinds: readonly DownloadProblem[] = [
			{ kind: 'unreachable', code: 'ENOTFOUND', message: 'no' },
			{ kind: 'server', httpStatus: 500, message: 'broken' },
			{ kind: 'diskFull', code: 'ENOSPC' },
		];
		assert.deepEqual(
			kinds.map((problem) => course(problem, expired, 5)),
			kinds.map(() => ['refresh', 'failed: linkGone']),
		);
	});

	it('waits longer and longer, and for at most 15 minutes; for at most 6 hours if each attempt costs a whole download', () => {
		const wait = (problem: DownloadProblem, attempts: number): string =>
			words(nextDownloadStep(download({ attempts }), failure(problem), living));
		assert.equal(wait({ kind: 'server', httpStatus: 500 }, 50), 'retry in 900 s');
		assert.equal(wait({ kind: 'truncated', received: 1 }, 50), 'retry in 21600 s');
		assert.equal(wait({ kind: 'wantsKey', why: 'noKey', httpStatus: 401 }, 50), 'retry in 3600 s');
	});

	it('spreads the waits by a fifth', () => {
		const problem: DownloadProblem = { kind: 'server', httpStatus: 500 };
		const at = (random: number) => words(nextDownloadStep(download(), failure(problem), { ...living, random }));
		assert.deepEqual([at(0), at(0.75)], ['retry in 4 s', 'retry in 5.5 s']);
	});

	it('leaves a host alone for as long as it wants', () => {
		const wait = (retryAfterMs: number): string =>
			words(nextDownloadStep(download(), failure({ kind: 'server', httpStatus: 429, retryAfterMs }), living));
		assert.deepEqual([wait(1 * second), wait(90 * second), wait(hour)], ['retry in 5 s', 'retry in 90 s', 'retry in 3600 s']);
	});

	it('tries a last time five minutes before the link expires', () => {
		const facts: DownloadFacts = { ...living, expiresAt: now + 15 * minute };
		assert.equal(
			words(nextDownloadStep(download({ attempts: 50 }), failure({ kind: 'server', httpStatus: 500 }), facts)),
			'retry in 600 s',
		);
		const late: DownloadFacts = { ...living, expiresAt: now + 5 * minute };
		assert.equal(words(nextDownloadStep(download({ attempts: 50 }), failure({ kind: 'server', httpStatus: 500 }), late)), 'retry in 900 s');
	});

	it('takes 404 for a file that has not arrived yet, in the first two minutes after its task finished', () => {
		const problem: DownloadProblem = { kind: 'expired', httpStatus: 404 };
		assert.equal(words(nextDownloadStep(download(), failure(problem), { ...living, finishedAt: now - minute })), 'retry in 20 s');
		assert.equal(
			words(nextDownloadStep(download(), failure({ ...problem, httpStatus: 403 }), { ...living, finishedAt: now - minute })),
			'refresh',
		);
		assert.equal(words(nextDownloadStep(download(), failure(problem), { ...living, finishedAt: now - 2 * minute })), 'refresh');
	});

	it('tries at once with another link, and only once more without further bytes', () => {
		const problem: DownloadProblem = { kind: 'expired', httpStatus: 403, message: 'Request has expired' };
		const refresh = nextDownloadStep(download(), failure(problem), living);
		const again = nextDownloadStep(withRecord(download(), refresh.record), { kind: 'refreshed', isNew: true, problem }, living);
		assert.deepEqual(again, { kind: 'again', record: { state: 'running', attempts: 1, reason: problem, isRefreshed: true } });
		assert.deepEqual(nextDownloadStep(withRecord(download(), again.record), failure(problem), living), {
			kind: 'settle',
			record: { state: 'failed', attempts: 2, reason: { kind: 'linkGone', message: 'Request has expired' }, isRefreshed: true },
			removePart: true,
		});
	});

	it('checks for another link when one expires, though a check for another reason was made', () => {
		const problem: DownloadProblem = { kind: 'expired', httpStatus: 403 };
		for (const reason of [{ kind: 'document' }, { kind: 'digest' }] as const) {
			const before = download({ attempts: 1, isRefreshed: true, reason });
			const refresh = nextDownloadStep(before, failure(problem), living);
			assert.equal(words(refresh), 'refresh');
			const same = nextDownloadStep(withRecord(before, refresh.record), { kind: 'refreshed', isNew: false, problem }, living);
			assert.equal(words(same), 'failed: linkGone');
			const again = nextDownloadStep(withRecord(before, refresh.record), { kind: 'refreshed', isNew: true, problem }, living);
			assert.equal(words(again), 'again');
			assert.equal(words(nextDownloadStep(withRecord(before, again.record), failure(problem), living)), 'failed: linkGone');
		}
	});

	/** Bytes that an attempt brings; the attempts that count after seven, and the wait in seconds. */
	const progresses: readonly (readonly [number, { readonly attempts: number; readonly wait: number }])[] = [
		[-400, { attempts: 8, wait: 640 }],
		[0, { attempts: 8, wait: 640 }],
		[1, { attempts: 8, wait: 640 }],
		[256 * 1024 - 1, { attempts: 8, wait: 640 }],
		[256 * 1024, { attempts: 1, wait: 5 }],
		[50_000_000, { attempts: 1, wait: 5 }],
	];
	for (const [bytes, { attempts, wait }] of progresses) {
		it(`counts ${attempts} attempts after one that brought ${bytes} bytes`, () => {
			const received = 400 + bytes;
			const cut: DownloadProblem = { kind: 'truncated', received, total: 100_000_000 };
			const before = download({ attempts: 7, received: 400, part, isRefreshed: true });
			assert.deepEqual(nextDownloadStep(before, { kind: 'problem', problem: cut, part, received }, living), {
				kind: 'settle',
				record: { state: 'queued', attempts, nextAt: now + wait * second, reason: cut, part, received },
				removePart: false,
			});
		});
	}

	it('asks for another link again once a link has brought a byte', () => {
		const before = download({ attempts: 1, received: 400, part, isRefreshed: true, reason: { kind: 'expired', httpStatus: 403 } });
		const after = (problem: DownloadProblem, received: number): string =>
			words(nextDownloadStep(before, { kind: 'problem', problem, part, received }, living));
		assert.deepEqual(
			[399, 400, 401].map((received) => after({ kind: 'digest' }, received)),
			['retry in 20 s', 'retry in 20 s', 'refresh'],
		);
		assert.equal(after({ kind: 'expired', httpStatus: 403 }, 401), 'refresh');
	});

	it('checks once more when a new link expires before the network let it be tried', () => {
		const gone: DownloadProblem = { kind: 'expired', httpStatus: 403 };
		const down: DownloadProblem = { kind: 'unreachable', code: 'ENETDOWN', message: 'down' };
		const refresh = nextDownloadStep(download(), failure(gone), living);
		const again = nextDownloadStep(withRecord(download(), refresh.record), { kind: 'refreshed', isNew: true, problem: gone }, living);
		const waits = nextDownloadStep(withRecord(download(), again.record), failure(down), living);
		assert.deepEqual([words(again), words(waits)], ['again', 'retry in 10 s']);
		// Hours later, by the response or by the link's own date.
		for (const [problem, facts] of [
			[gone, living],
			[down, expired],
		] as const) {
			const before = withRecord(download(), waits.record);
			const second = nextDownloadStep(before, failure(problem), facts);
			assert.equal(words(second), 'refresh');
			const renewed = nextDownloadStep(withRecord(before, second.record), { kind: 'refreshed', isNew: true, problem }, facts);
			assert.equal(words(renewed), 'again');
			// Without an attempt that had to wait, one check is enough: an API that gives dead links is not asked for ever.
			assert.equal(words(nextDownloadStep(withRecord(before, renewed.record), failure(problem), facts)), 'failed: linkGone');
		}
	});

	it('asks a host that sends a few bytes each time 20 times a day at most, not 17,000 times', () => {
		let current = download();
		let at = now;
		let asked = 0;
		for (; at < now + day; asked++) {
			const received = 10 * (asked + 1);
			const problem: DownloadProblem = { kind: 'truncated', received, total: 1_000_000 };
			const { record } = nextDownloadStep(current, { kind: 'problem', problem, part, received }, { ...living, now: at });
			current = withRecord(current, record);
			at = record.nextAt ?? assert.fail();
		}
		assert.ok(asked <= 20, String(asked));
	});

	it('gives up only what has failed in the same way before, and is slower after other failures', () => {
		const problem: DownloadProblem = { kind: 'document', message: '{}' };
		const after = (more: Partial<Download>) => words(nextDownloadStep(download({ isRefreshed: true, ...more }), failure(problem), living));
		assert.equal(after({ attempts: 3, reason: { kind: 'server', httpStatus: 503 } }), 'retry in 480 s');
		assert.equal(after({ attempts: 30, reason: { kind: 'server', httpStatus: 503 } }), 'retry in 900 s');
		assert.equal(after({ attempts: 1, reason: { kind: 'expired', httpStatus: 403 } }), 'retry in 120 s');
		assert.equal(after({ attempts: 30, reason: { kind: 'empty' } }), 'failed: document');
		// A check shows the same link.
		const busy = download({ attempts: 3, reason: { kind: 'server', httpStatus: 503 } });
		const refresh = nextDownloadStep(busy, failure(problem), living);
		const next = nextDownloadStep(withRecord(busy, refresh.record), { kind: 'refreshed', isNew: false, problem }, living);
		assert.deepEqual([words(refresh), words(next)], ['refresh', 'retry in 480 s']);
	});

	it('keeps the bytes while it tries, and no longer', () => {
		const before = download({ part, received: 400 });
		const stopped: DownloadEvent = { kind: 'problem', problem: { kind: 'server', httpStatus: 500 }, part, received: 400 };
		const retried = nextDownloadStep(before, stopped, living);
		assert.deepEqual([retried.record.part, retried.record.received], [part, 400]);
		const gone = nextDownloadStep(before, { kind: 'noLink' }, living);
		assert.deepEqual(gone, { kind: 'settle', record: { state: 'failed', attempts: 0, reason: { kind: 'linkGone' } }, removePart: true });
		// The disk, or what the server sent, took the bytes.
		const spoiled = nextDownloadStep(before, failure({ kind: 'diskFull', code: 'ENOSPC' }), living);
		assert.deepEqual([spoiled.record.part, spoiled.record.received], [undefined, undefined]);
	});

	it('never gives up a whole file for the disk, or for a link that has expired', () => {
		const whole = { path: part.path, verified: { size: 1_000, sha256: 'a'.repeat(64), format: 'mp4' } } as const;
		const after = (problem: DownloadProblem, more: Partial<Download> = {}) =>
			nextDownloadStep(
				download({ part: whole, received: 1_000, ...more }),
				{ kind: 'problem', problem, part: whole, received: 1_000 },
				expired,
			);
		assert.equal(words(after({ kind: 'diskFull', code: 'ENOSPC' })), 'retry in 120 s');
		assert.equal(words(after({ kind: 'folderMissing', code: 'ENOENT' })), 'retry in 30 s');
		const missing: DownloadProblem = { kind: 'folderMissing', code: 'ENOENT' };
		assert.deepEqual(after(missing, { attempts: 3, reason: missing }), {
			kind: 'settle',
			record: { state: 'failed', attempts: 4, reason: missing, part: whole, received: 1_000 },
			removePart: false,
		});
	});

	it('leaves what there is of a file to a person who can make room for it', () => {
		const readOnly: DownloadProblem = { kind: 'notWritable', code: 'EROFS' };
		const before = download({ attempts: 3, reason: readOnly, part, received: 400 });
		const step = nextDownloadStep(before, { kind: 'problem', problem: readOnly, part, received: 400 }, living);
		assert.deepEqual(step, {
			kind: 'settle',
			record: { state: 'failed', attempts: 4, reason: readOnly, part, received: 400 },
			removePart: false,
		});
	});

	it('waits for a check that is not possible, until the API does not know the task any more', () => {
		const problem: DownloadProblem = { kind: 'expired', httpStatus: 403 };
		const after = (more: Partial<Download>, facts: Partial<DownloadFacts>) =>
			words(nextDownloadStep(download(more), { kind: 'notRefreshed', problem }, { ...expired, ...facts }));
		assert.equal(after({ attempts: 1 }, {}), 'retry in 60 s');
		assert.equal(after({ attempts: 20 }, {}), 'retry in 3600 s');
		assert.equal(after({ attempts: 20 }, { finishedAt: now - 31 * day }), 'failed: linkGone');
		const unknown: DownloadFacts = { now, random: 0.5, expiresAt: now - minute };
		assert.equal(words(nextDownloadStep(download({ attempts: 9 }), { kind: 'notRefreshed', problem }, unknown)), 'retry in 3600 s');
		assert.equal(words(nextDownloadStep(download({ attempts: 10 }), { kind: 'notRefreshed', problem }, unknown)), 'failed: linkGone');
	});

	it('is over when the file is kept', () => {
		const before = download({ attempts: 3, part, received: 400, isRefreshed: true, reason: { kind: 'digest' } });
		assert.deepEqual(nextDownloadStep(before, { kind: 'kept', file }, living), {
			kind: 'settle',
			record: { state: 'kept', attempts: 0, file },
			removePart: false,
		});
	});

	it('keeps knowing the file that was kept before and is missing', () => {
		const before = download({ file: { ...file, missingSince: now - day } });
		assert.deepEqual(nextDownloadStep(before, failure({ kind: 'server', httpStatus: 500 }), living).record.file, before.file);
		assert.deepEqual(nextDownloadStep(before, { kind: 'noLink' }, living).record.file, before.file);
	});

	it('tries again after an error that no problem describes, without hurry', () => {
		assert.equal(words(nextDownloadStep(download(), { kind: 'unexpected' }, living)), 'retry in 60 s');
		assert.equal(words(nextDownloadStep(download({ attempts: 30 }), { kind: 'unexpected' }, living)), 'retry in 900 s');
	});
});
