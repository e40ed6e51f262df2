// What a host can do wrong, from the link to the disk: the outcome, what is left of the partial file, and that nothing else is touched.
// What disks and folders do is in disk.test.ts, names are in placeFile.test.ts.
import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import dns, { type LookupAddress } from 'node:dns';
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { PartialFile } from '../../../src/core/download';
import type { DownloadProblem } from '../../../src/core/linkProblem';
import { fetchFile, type FetchedFile } from '../../../src/results/fetchFile';
import { isLinkFaultName, linkFaultOrder, linkFaults, type LinkFaultName } from '../../../src/simulator/linkFaults';
import { mediaFolder } from '../../support/simulator';
import { apiKey, query, simulators, textAt, textToVideo } from '../simulator/harness';

const content = readFileSync(join(mediaFolder, 'dawn.mp4'));
const total = content.length;
const sha256Of = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');
/** As the simulator makes it. */
const validator = `"${sha256Of(content).slice(0, 32)}"`;
/** Bytes of an earlier attempt; zeros at their end would be requested again. */
const known = content.subarray(0, 1000).findLastIndex((byte) => byte !== 0) + 1;
/** Half of the file, and of what is requested of it when those bytes are known: their last one is requested again. */
const half = Math.floor(total / 2);
const halfOfRest = known - 1 + Math.floor((total - known + 1) / 2);

/** What comes of it, when nothing is there yet and when the first bytes are: the file, or the problem and how many bytes are left. */
type Outcome = 'the file' | 'another file' | { readonly problem: DownloadProblem; readonly left: number };
interface Row {
	readonly fresh: Outcome;
	/** `cut`: at most half of the rest has come. What waits to be read when a connection breaks is lost, as Node reads it. */
	readonly continued: Outcome | 'cut';
}

const takes = (fresh: 'the file' | 'another file', continued: 'the file' | 'another file' = fresh): Row => ({ fresh, continued });
/** What is there stays. */
const stays = (problem: DownloadProblem): Row => ({ fresh: { problem, left: 0 }, continued: { problem, left: known } });
/** What is there is not worth continuing. */
const removed = (problem: DownloadProblem): Row => ({ fresh: { problem, left: 0 }, continued: { problem, left: 0 } });
const cut = (problem: DownloadProblem): Row => ({ fresh: { problem, left: half }, continued: 'cut' });
const stalled: DownloadProblem = { kind: 'unreachable', code: 'ETIMEDOUT', message: 'ETIMEDOUT 300 ms' };

const rows: Readonly<Record<LinkFaultName, Row>> = {
	'range-ignored': takes('the file'),
	'changed-file': takes('another file'),
	// The range of another file is not taken, and the whole one is requested.
	'changed-rest': takes('another file', 'the file'),
	'416': takes('the file'),
	'cut-length': cut({ kind: 'truncated', received: half, total }),
	'cut-reset': cut({ kind: 'truncated', received: half, total }),
	'cut-chunks': cut({ kind: 'truncated', received: half }),
	stall: { fresh: { problem: stalled, left: half }, continued: { problem: stalled, left: halfOfRest } },
	silence: stays(stalled),
	endless: { fresh: { problem: { kind: 'tooLarge', most: 1_000_000 }, left: 0 }, continued: { problem: { kind: 'overlong' }, left: 0 } },
	// A range that is longer than announced is not taken, and the whole file is requested.
	overlong: { fresh: { problem: { kind: 'overlong' }, left: 0 }, continued: 'the file' },
	damaged: removed({ kind: 'digest' }),
	'wrong-kind': removed({ kind: 'wrongKind', expected: 'video', found: 'image' }),
	gzip: removed({ kind: 'compressed' }),
	empty: stays({ kind: 'empty' }),
	html: stays({ kind: 'webPage', message: 'Sign in to the network' }),
	json: stays({ kind: 'document', message: 'Failed to fetch video content' }),
	xml: stays({ kind: 'document', message: 'Try again.' }),
	playlist: stays({ kind: 'playlist' }),
	expired: stays({ kind: 'expired', httpStatus: 400, message: 'Request has expired.' }),
	'401': takes('the file'),
	'403': stays({ kind: 'expired', httpStatus: 403, message: 'This link is no longer valid.' }),
	'404': stays({ kind: 'expired', httpStatus: 404, message: '404 Not Found' }),
	'410': stays({ kind: 'expired', httpStatus: 410 }),
	'429': stays({ kind: 'server', httpStatus: 429, message: '429 Too Many Requests', retryAfterMs: 2000 }),
	'502': stays({ kind: 'server', httpStatus: 502, message: '502 Bad Gateway' }),
	'503': stays({ kind: 'server', httpStatus: 503, message: '503 Service Temporarily Unavailable', retryAfterMs: 2000 }),
	'redirect-loop': stays({ kind: 'tooManyRedirects' }),
	'redirect-http': stays({ kind: 'linkRefused' }),
	'redirect-file': stays({ kind: 'linkRefused' }),
	'redirect-private': stays({ kind: 'linkRefused' }),
};

describe('a file whose host', () => {
	const start = simulators();
	type Simulator = Awaited<ReturnType<typeof start>>;
	let folder: string;
	let part: string;
	beforeEach(async () => {
		folder = await mkdtemp(join(tmpdir(), 'bad-input-'));
		part = join(folder, 'dawn.0123abcd.part');
		await writeFile(join(folder, 'dawn.mp4'), 'of somebody else');
	});
	afterEach(() => rm(folder, { recursive: true }));

	async function linkOf(): Promise<{ readonly simulator: Simulator; readonly url: string }> {
		const simulator = await start();
		const id = simulator.create(textToVideo, { durationMs: 0 });
		return { simulator, url: textAt(await query(simulator, textToVideo, id), 'data.task_result.videos.0.url') };
	}
	const fetchPart = (url: string, taskOrigin: string, known: PartialFile, stallMs: number): Promise<FetchedFile> =>
		fetchFile({
			url,
			taskOrigin,
			part: known,
			expected: 'video',
			maxBytes: 1_000_000,
			stallMs,
			apiKey: () => Promise.resolve(apiKey),
			signal: new AbortController().signal,
		});

	/** The outcome, after a look at the disk: only the partial file may differ from before. */
	async function outcomeOf(fetched: FetchedFile): Promise<Outcome> {
		assert.equal(await readFile(join(folder, 'dawn.mp4'), 'utf8'), 'of somebody else');
		const others = (await readdir(folder)).filter((name) => name !== 'dawn.mp4');
		if (!fetched.ok) {
			const { problem, received: left, validator: stillKnown } = fetched;
			assert.ok(left !== undefined, 'the disk is there');
			assert.deepEqual(others, left > 0 ? ['dawn.0123abcd.part'] : []);
			if (left > 0) {
				assert.equal(stillKnown, validator);
				assert.ok((await readFile(part)).equals(content.subarray(0, left)), 'what is left is the beginning of the file');
			}
			return { problem, left };
		}
		assert.deepEqual(others, ['dawn.0123abcd.part']);
		const bytes = await readFile(part);
		assert.deepEqual(fetched, { ok: true, size: bytes.length, sha256: sha256Of(bytes), format: 'mp4' });
		return bytes.equals(content) ? 'the file' : 'another file';
	}

	for (const name of Object.keys(rows).filter(isLinkFaultName)) {
		const { fresh, continued } = rows[name];
		const inWords = (outcome: Outcome | 'cut'): string =>
			typeof outcome === 'string' ? outcome : `${outcome.problem.kind}, ${String(outcome.left)} bytes left`;
		it(`sends ${linkFaults[name].says} (${name}): ${inWords(fresh)}; with a part: ${inWords(continued)}`, async () => {
			const { simulator, url } = await linkOf();
			const stallMs = typeof fresh === 'object' && fresh.problem === stalled ? 300 : 10_000;
			const order = linkFaultOrder(name);

			simulator.faults.next(order);
			assert.deepEqual(await outcomeOf(await fetchPart(url, simulator.origin, { path: part }, stallMs)), fresh);

			await writeFile(part, content.subarray(0, known));
			simulator.faults.next(order);
			const started: PartialFile = { path: part, validator, total };
			const outcome = await outcomeOf(await fetchPart(url, simulator.origin, started, stallMs));
			if (continued === 'cut') {
				assert.ok(typeof outcome === 'object' && outcome.problem.kind === 'truncated', JSON.stringify(outcome));
				assert.equal(outcome.problem.total, total);
				assert.ok(outcome.left >= known && outcome.left <= halfOfRest, String(outcome.left));
			} else {
				assert.deepEqual(outcome, continued);
			}

			assert.equal(await outcomeOf(await fetchPart(url, simulator.origin, started, 10_000)), 'the file', 'then the host behaves');
		});
	}

	it('leads to a name that resolves to this machine: linkRefused, the part stays', async () => {
		const { simulator, url } = await linkOf();
		const { lookup } = dns;
		const asked: unknown[] = [];
		Object.assign(dns, {
			lookup: (name: string, _options: unknown, reply: (error: null, addresses: readonly LookupAddress[]) => void) => {
				asked.push(name);
				reply(null, [{ address: '127.0.0.1', family: 4 }]);
			},
		});
		try {
			simulator.faults.next({
				fault: { kind: 'redirect', status: 302, location: 'https://rebinding.example/a.mp4' },
				match: { on: 'result' },
			});
			await writeFile(part, content.subarray(0, known));
			const fetched = await fetchPart(url, simulator.origin, { path: part, validator, total }, 10_000);
			assert.deepEqual(await outcomeOf(fetched), { problem: { kind: 'linkRefused' }, left: known });
			assert.deepEqual(asked, ['rebinding.example']);
		} finally {
			Object.assign(dns, { lookup });
		}
	});

	for (const status of [500, 503, 504]) {
		it(`responds with ${status} and no Retry-After: server, the part stays`, async () => {
			const { simulator, url } = await linkOf();
			simulator.faults.next({ fault: { kind: 'body', status, body: 'busy', type: 'text/plain' }, match: { on: 'result' } });
			await writeFile(part, content.subarray(0, known));
			const fetched = await fetchPart(url, simulator.origin, { path: part, validator, total }, 10_000);
			assert.deepEqual(await outcomeOf(fetched), { problem: { kind: 'server', httpStatus: status, message: 'busy' }, left: known });
		});
	}
});
