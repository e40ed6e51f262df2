import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import type { CreateApi } from '../../src/creation/ports/createApi';
import { CreateBench, type CreatingWindow } from '../support/createBench';
import { soon } from '../support/retry';
import { measured } from './lists';
import type { Table } from './table';

/** How many creates are timed. */
const runs = 60;
/** Bytes of a file whose Base64 has 40 MB. */
const fileBytes = 30_000_000;

/** A server in a thread of its own, so that its work is no stall of the client's: it reads everything and accepts. */
const sink = `const { createServer } = require('node:http');
const { parentPort } = require('node:worker_threads');
const server = createServer((request, response) => {
	request.resume().on('end', () => response.end('{"code":0,"message":"SUCCEED","data":{"task_id":"task-1","task_status":"submitted"}}'));
});
server.listen(0, '127.0.0.1', () => parentPort.postMessage(server.address().port));`;

/** Times of creates: from planning to the first byte with the share of the disk, and the longest stall while a large body is sent. */
export async function measureCreations(): Promise<{ readonly tables: readonly Table[]; readonly facts: Record<string, number> }> {
	const { first, flush } = await measureFirstByte();
	const large = await measureLargeBody();
	const [firstMs, flushMs] = [median(first), median(flush)];
	const facts = {
		firstByteMs: round(firstMs),
		firstByteMs95: round(share(first, 0.95)),
		flushMs: round(flushMs),
		largeBodyStallMs: round(large.stall),
		largeBodyMs: round(large.ms),
	};
	const rows = [
		['from planning to the first byte, median', `${round(firstMs)} ms`],
		['the same, 95 of 100', `${round(share(first, 0.95))} ms`],
		['of it the sync of the journal, median', `${round(flushMs)} ms (${Math.round((100 * flushMs) / firstMs)} %)`],
		['a body of 40 MB, from planning to the response', `${round(large.ms)} ms`],
		['longest stall of the thread meanwhile', `${round(large.stall)} ms`],
	];
	return { tables: [{ title: `Creating (${runs} creates, one at a time)`, head: ['what', 'time'], rows }], facts };
}

async function measureFirstByte(): Promise<{ readonly first: readonly number[]; readonly flush: readonly number[] }> {
	const [first, flush]: [number[], number[]] = [[], []];
	let plannedAt = 0;
	const bench = await CreateBench.start();
	try {
		const window = await bench.window(bench.simulator.origin, {
			createApi: (real) =>
				withCreate(real, (question, ...rest) =>
					real.create({ ...question, chunks: noticed(question.chunks, () => first.push(performance.now() - plannedAt)) }, ...rest),
				),
			creations: (real) => ({
				flush: async () => {
					const before = performance.now();
					await real.flush();
					flush.push(performance.now() - before);
				},
			}),
		});
		for (let run = 0; run < runs; run++) {
			plannedAt = performance.now();
			await settled(window, await window.plan({ prompt: { kind: 'string', value: `fox ${run}` } }));
		}
	} finally {
		await bench.close();
	}
	return { first, flush };
}

async function measureLargeBody(): Promise<{ readonly ms: number; readonly stall: number }> {
	const thread = new Worker(sink, { eval: true });
	const [port] = (await once(thread, 'message')) as [number];
	const bench = await CreateBench.start();
	try {
		const window = await bench.window(`http://127.0.0.1:${port}`);
		const file = await window.keep(randomBytes(fileBytes));
		const image = { kind: 'media', path: './a.png', facts: { kind: 'image', type: 'png', ...file, width: 1, height: 1 } } as const;
		return await measured(async () => settled(window, await window.plan({ image })));
	} finally {
		await bench.close();
		await thread.terminate();
	}
}

async function settled({ store }: CreatingWindow, [creation]: Awaited<ReturnType<CreatingWindow['plan']>>): Promise<void> {
	await soon('it is accepted', () => creation !== undefined && store.creations.get(creation.id)?.state === 'accepted', 120_000);
}

function withCreate(real: CreateApi, create: CreateApi['create']): CreateApi {
	return {
		create,
		queryByExternalId: (...terms) => real.queryByExternalId(...terms),
		findInList: (...terms) => real.findInList(...terms),
	};
}

/** Calls back when the first chunk is read: the connection is open, and it is written next. */
async function* noticed(chunks: AsyncIterable<Uint8Array>, onFirst: () => void): AsyncGenerator<Uint8Array> {
	onFirst();
	yield* chunks;
}

function share(values: readonly number[], part: number): number {
	const sorted = values.toSorted((a, b) => a - b);
	return sorted[Math.min(sorted.length - 1, Math.floor(part * sorted.length))] ?? NaN;
}

function median(values: readonly number[]): number {
	return share(values, 0.5);
}

function round(ms: number): number {
	return Math.round(ms * 10) / 10;
}
