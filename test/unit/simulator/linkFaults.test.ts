// Each fault of a result's link by name, as the extension's own reader of links sees it.
import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import type { LinkProblem } from '../../../src/core/linkProblem';
import { isLinkFaultName, linkFaultOrder, linkFaults, type LinkFaultName } from '../../../src/simulator/linkFaults';
import { usage } from '../../../src/simulator/commandLine';
import { mediaFolder } from '../../support/simulator';
import { readAll, type Read } from '../results/reads';
import { apiKey, query, simulators, textAt, textToVideo } from './harness';

const content = readFileSync(path.join(mediaFolder, 'dawn.mp4'));
const half = Math.floor(content.length / 2);
const digest = (body: Buffer | string): string => createHash('sha256').update(body).digest('hex').slice(0, 16);

/** What came of it: the file from somewhere on, or the problem and how many bytes came before it. */
type Outcome =
	{ readonly from: number; readonly file: 'the file' | 'another file' } | { readonly problem: LinkProblem; readonly received: number };

const not = (problem: LinkProblem, received = 0): Outcome => ({ problem, received });
const theFile = (from = 0): Outcome => ({ from, file: 'the file' });
const another = (from = 0): Outcome => ({ from, file: 'another file' });
const cut = (total?: number): Outcome => not({ kind: 'truncated', received: half, ...(total !== undefined && { total }) }, half);
const stalled: LinkProblem = { kind: 'unreachable', code: 'ETIMEDOUT', message: 'ETIMEDOUT 300 ms' };

/** The whole file is requested; where a part is known, its rest. */
const outcomes: Readonly<Record<LinkFaultName, { readonly whole: Outcome; readonly rest?: Outcome }>> = {
	'range-ignored': { whole: theFile(), rest: theFile() },
	'changed-file': { whole: another(), rest: another() },
	'changed-rest': { whole: another(), rest: theFile() },
	'416': { whole: theFile(), rest: theFile() },
	'cut-length': { whole: cut(content.length) },
	'cut-reset': { whole: cut(content.length) },
	'cut-chunks': { whole: cut() },
	stall: { whole: not(stalled, half) },
	silence: { whole: not(stalled) },
	endless: { whole: not({ kind: 'tooLarge', most: 1_000_000 }) },
	overlong: { whole: not({ kind: 'overlong' }, content.length - 1) },
	damaged: { whole: another() },
	'wrong-kind': { whole: not({ kind: 'wrongKind', expected: 'video', found: 'image' }) },
	gzip: { whole: not({ kind: 'compressed' }) },
	empty: { whole: not({ kind: 'empty' }) },
	html: { whole: not({ kind: 'webPage', message: 'Sign in to the network' }) },
	json: { whole: not({ kind: 'document', message: 'Failed to fetch video content' }) },
	xml: { whole: not({ kind: 'document', message: 'Try again.' }) },
	playlist: { whole: not({ kind: 'playlist' }) },
	expired: { whole: not({ kind: 'expired', httpStatus: 400, message: 'Request has expired.' }) },
	'401': { whole: theFile(), rest: theFile(1000) },
	'403': { whole: not({ kind: 'expired', httpStatus: 403, message: 'This link is no longer valid.' }) },
	'404': { whole: not({ kind: 'expired', httpStatus: 404, message: '404 Not Found' }) },
	'410': { whole: not({ kind: 'expired', httpStatus: 410 }) },
	'429': { whole: not({ kind: 'server', httpStatus: 429, message: '429 Too Many Requests', retryAfterMs: 2000 }) },
	'502': { whole: not({ kind: 'server', httpStatus: 502, message: '502 Bad Gateway' }) },
	'503': { whole: not({ kind: 'server', httpStatus: 503, message: '503 Service Temporarily Unavailable', retryAfterMs: 2000 }) },
	'redirect-loop': { whole: not({ kind: 'tooManyRedirects' }) },
	'redirect-http': { whole: not({ kind: 'linkRefused' }) },
	'redirect-file': { whole: not({ kind: 'linkRefused' }) },
	'redirect-private': { whole: not({ kind: 'linkRefused' }) },
};

function outcomeOf(read: Read): Outcome {
	if ('problem' in read) {
		// How much of an endless body arrived is chance.
		return read.problem.kind === 'tooLarge' ? not(read.problem) : read;
	}
	const isRight = digest(Buffer.from(read.body, 'latin1')) === digest(content.subarray(read.start));
	return { from: read.start, file: isRight ? 'the file' : 'another file' };
}

describe('a fault of a result’s link', () => {
	const start = simulators();
	const linkOf = async (): Promise<{ readonly simulator: Awaited<ReturnType<typeof start>>; readonly url: string }> => {
		const simulator = await start();
		const id = simulator.create(textToVideo, { durationMs: 0 });
		return { simulator, url: textAt(await query(simulator, textToVideo, id), 'data.task_result.videos.0.url') };
	};
	const common = {
		signal: new AbortController().signal,
		expected: 'video',
		maxBytes: 1_000_000,
		apiKey: () => Promise.resolve(apiKey),
	} as const;

	for (const name of Object.keys(outcomes).filter(isLinkFaultName)) {
		it(`${name} (${linkFaults[name].says})`, async () => {
			const { simulator, url } = await linkOf();
			const { whole, rest } = outcomes[name];
			const stallMs = 'problem' in whole && whole.problem === stalled ? 300 : 5000;
			simulator.faults.next(linkFaultOrder(name));
			const question = { ...common, url, taskOrigin: simulator.origin, stallMs };
			assert.deepEqual(outcomeOf(await readAll(question)), whole);
			assert.deepEqual(outcomeOf(await readAll(question)), theFile(), 'then the host behaves');
			if (rest !== undefined) {
				simulator.faults.next(linkFaultOrder(name));
				const validator = `"${createHash('sha256').update(content).digest('hex').slice(0, 32)}"`;
				const resume = { at: 1000, validator, total: content.length, head: content.subarray(0, 1000) };
				assert.deepEqual(outcomeOf(await readAll({ ...question, resume })), rest);
			}
			assert.equal(
				simulator.faults.take({ on: 'result', method: 'GET', path: '/', taskId: undefined }),
				undefined,
				'nothing is left of it',
			);
		});
	}

	it('is one of those that the command line lists', () => {
		for (const [name, { says }] of Object.entries(linkFaults)) {
			assert.ok(usage.includes(`${name.padEnd(17)}${says}`), name);
		}
	});

	it('is of the task that it is ordered for', async () => {
		const { simulator, url } = await linkOf();
		simulator.faults.next(linkFaultOrder('json', '1'));
		assert.deepEqual(outcomeOf(await readAll({ ...common, url, taskOrigin: simulator.origin })), theFile());
	});
});
