import assert from 'node:assert/strict';
import type { Download } from '../../../../src/core/download';
import { canKeepAgain, isKeepable, keepingOf, keepingTags } from '../../../../src/ui/keptFiles/keeping';
import { download, keptFile } from '../../../support/keptFiles';

const gone = { kind: 'linkGone' } as const;
const full = { kind: 'diskFull', code: 'ENOSPC' } as const;
const missing = { file: keptFile({ missingSince: 5 }) };

describe('how far results are kept', () => {
	interface Case {
		readonly what: string;
		readonly downloads: readonly Download[];
		readonly results?: number;
		/** Whether the API may still give a link; true. */
		readonly hasLink?: boolean;
		/** State, count, kept, missing, percent or reason. */
		readonly is: string;
		readonly tags: string;
	}
	const cases: readonly Case[] = [
		{ what: 'nothing was to be kept', downloads: [], is: 'nothing', tags: '' },
		{ what: 'queued', downloads: [download('queued')], is: 'waiting 1, kept 0', tags: 'saving' },
		{
			what: 'queued: why the first that was tried waits',
			downloads: [download('queued'), download('queued', { media: 1, reason: full }), download('kept', { media: 2 })],
			results: 3,
			is: 'waiting 2, kept 1, diskFull',
			tags: 'kept saving keepAgain',
		},
		{ what: 'running, nothing known yet', downloads: [download('running')], is: 'saving 1, kept 0', tags: 'saving' },
		{
			what: 'running in another window',
			downloads: [download('running', { received: 430, part: { path: '/p', total: 1000 } })],
			is: 'saving 1, kept 0, 43 %',
			tags: 'saving',
		},
		{
			what: 'running, of a length that the server did not announce',
			downloads: [download('running', { received: 430, part: { path: '/p' } })],
			is: 'saving 1, kept 0',
			tags: 'saving',
		},
		{
			what: 'complete, not verified yet',
			downloads: [download('running', { received: 1000, part: { path: '/p', total: 1000 } })],
			is: 'saving 1, kept 0, 99 %',
			tags: 'saving',
		},
		{
			what: 'waiting for another attempt',
			downloads: [download('queued', { reason: full, nextAt: 900_000 })],
			is: 'waiting 1, kept 0, diskFull',
			tags: 'saving keepAgain',
		},
		{ what: 'kept', downloads: [download('kept')], is: 'kept 1, kept 1', tags: 'kept' },
		{ what: 'kept, one of two', downloads: [download('kept')], results: 2, is: 'kept 1, kept 1', tags: 'kept' },
		{ what: 'missing', downloads: [download('kept', missing)], is: 'missing 1, kept 0, missing 1', tags: 'keepAgain missing' },
		{
			what: 'missing, and the link is gone by its age',
			downloads: [download('kept', missing)],
			hasLink: false,
			is: 'missing 1, kept 0, missing 1',
			tags: 'missing',
		},
		{
			what: 'missing, and the link is gone by a check',
			downloads: [download('failed', { reason: gone, ...missing })],
			is: 'failed 1, kept 0, missing 1, linkGone',
			tags: 'missing',
		},
		{ what: 'failed', downloads: [download('failed', { reason: full })], is: 'failed 1, kept 0, diskFull', tags: 'keepAgain' },
		{ what: 'cancelled', downloads: [download('failed', { reason: { kind: 'cancelled' } })], is: 'nothing', tags: '' },
		{ what: 'gone', downloads: [download('failed', { reason: gone })], is: 'failed 1, kept 0, linkGone', tags: '' },
		{
			what: 'two gone, one that may be tried again',
			downloads: [
				download('failed', { reason: gone }),
				download('failed', { media: 1, reason: full }),
				download('failed', { media: 2, reason: gone }),
			],
			results: 3,
			is: 'failed 3, kept 0, diskFull',
			tags: 'keepAgain',
		},
		{
			what: 'one of each state: what runs comes first',
			downloads: [
				download('kept'),
				download('kept', { media: 1, ...missing }),
				download('failed', { media: 2, reason: gone }),
				download('queued', { media: 3 }),
				download('running', { media: 4, received: 1, part: { path: '/p', total: 2 } }),
			],
			results: 5,
			is: 'saving 1, kept 1, missing 1',
			tags: 'kept saving keepAgain missing',
		},
		{
			what: 'kept, missing and failed: what failed comes first',
			downloads: [download('kept'), download('kept', { media: 1, ...missing }), download('failed', { media: 2, reason: gone })],
			results: 3,
			is: 'failed 1, kept 1, missing 1, linkGone',
			tags: 'kept keepAgain missing',
		},
	];
	for (const { what, downloads, results = 1, hasLink = true, is, tags } of cases) {
		it(what, () => {
			const keeping = keepingOf(downloads, results, hasLink);
			const shown =
				keeping === undefined
					? 'nothing'
					: [
							`${keeping.state} ${keeping.count}`,
							`kept ${keeping.kept}`,
							keeping.missing === 0 ? undefined : `missing ${keeping.missing}`,
							keeping.percent === undefined ? undefined : `${keeping.percent} %`,
							keeping.reason?.kind,
						]
							.filter((part) => part !== undefined)
							.join(', ');
			assert.deepEqual([shown, keepingTags(keeping).join(' ')], [is, tags]);
		});
	}

	it('leaves something to keep where a result was never to be kept, or no longer', () => {
		const rows: readonly (readonly [downloads: readonly Download[], results: number, is: boolean])[] = [
			[[], 1, true],
			[[download('failed', { reason: { kind: 'cancelled' } })], 1, true],
			[[download('kept')], 2, true],
			[[download('kept'), download('failed', { media: 1, reason: full })], 3, true],
			[[download('kept')], 1, false],
			[[download('queued')], 1, false],
			[[download('kept'), download('running', { media: 1 })], 3, false],
			[[download('kept'), download('failed', { media: 1, reason: full })], 2, false],
			[[download('kept'), download('kept', { media: 1, ...missing }), download('failed', { media: 2, reason: gone })], 3, false],
		];
		assert.deepEqual(
			rows.map(([downloads, results]) => isKeepable(keepingOf(downloads, results, true))),
			rows.map(([, , is]) => is),
		);
	});

	it('prefers what this window knows of a download that it runs', () => {
		const running = download('running', { received: 100, part: { path: '/p', total: 1000 } });
		assert.equal(keepingOf([running], 1, true, () => ({ received: 560, total: 1000 }))?.percent, 56);
		assert.equal(keepingOf([running], 1, true, () => undefined)?.percent, 10);
	});

	it('offers to keep again what failed, waits or is missing, but not behind a link that is gone', () => {
		const whole = { path: '/p', verified: { size: 1, sha256: 'ab', format: 'mp4' } } as const;
		const all: readonly (readonly [Download, whileLinkLives: boolean, afterwards: boolean])[] = [
			[download('queued'), false, false],
			[download('queued', { reason: full }), true, false],
			[download('queued', { reason: full, part: whole }), true, true],
			[download('running', { reason: full }), false, false],
			[download('kept'), false, false],
			[download('kept', missing), true, false],
			[download('failed', { reason: full }), true, false],
			[download('failed', { reason: full, part: whole }), true, true],
			[download('failed', { reason: gone }), false, false],
			[download('failed', { reason: { kind: 'cancelled' } }), true, false],
		];
		assert.deepEqual(
			all.map(([one]) => [canKeepAgain(one, true), canKeepAgain(one, false)]),
			all.map(([, lives, afterwards]) => [lives, afterwards]),
		);
	});
});
