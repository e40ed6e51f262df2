// Downloads a large result on loopback, as results are kept and with curl.
import { fork, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, fsyncSync, mkdtempSync, openSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Worker } from 'node:worker_threads';
import type { DownloadCost } from './download.child';
import type { Table } from './table';

const bytes = 500_000_000;
const rounds = 5;

/** The server runs in its own thread. */
const program = `
const { createServer } = require('node:http');
const { parentPort } = require('node:worker_threads');
// Each piece begins like an MP4 file: anything else is refused.
const chunk = Buffer.alloc(256 * 1024, 'x').fill('0000001866747970', 0, 8, 'hex');
createServer(({ url }, response) => {
	let left = Number(url.slice(1));
	response.writeHead(200, { 'Content-Type': 'video/mp4', 'Content-Length': left });
	const more = () => {
		while (left > 0) {
			const part = left < chunk.length ? chunk.subarray(0, left) : chunk;
			left -= part.length;
			if (!response.write(part)) return void response.once('drain', more);
		}
		response.end();
	};
	more();
}).listen(0, '127.0.0.1', function () { parentPort.postMessage(this.address().port); });
`;

/**
 * Our download of a result that is kept, hashed and on the disk, beside `curl` with an fsync, in alternating rounds. Both write to the same
 * disk.
 */
export async function compareDownload(): Promise<{ readonly table: Table; readonly facts: Readonly<Record<string, number>> }> {
	if (spawnSync('curl', ['--version']).status !== 0) {
		throw new Error('This part needs curl: install it (Debian: apt-get install curl).');
	}
	const folder = mkdtempSync(join(tmpdir(), 'kling-download-'));
	const server = new Worker(program, { eval: true });
	try {
		const port: unknown = (await once(server, 'message'))[0];
		const origin = `http://127.0.0.1:${String(port)}`;
		const url = `${origin}/${bytes}`;
		const costs: DownloadCost[] = [];
		const curlMs: number[] = [];
		for (let round = 0; round < rounds; round++) {
			costs.push(await whole(join(folder, 'ours'), (file) => ours(origin, file)));
			curlMs.push(await whole(join(folder, 'curl'), (file) => curl(url, file)));
		}
		const oursMs = Math.min(...costs.map(({ ms }) => ms));
		const ratio = Math.min(...curlMs) / oursMs;
		const memory = Math.max(...costs.map(({ peakBytes }) => peakBytes ?? Number.NaN)) / 1e6;
		const stall = Math.max(...costs.map(({ stallMs }) => stallMs));
		const rate = (ms: number): string => (bytes / 1_000 / ms).toFixed(0);
		const each = (found: readonly number[]): string => found.map((ms) => rate(ms)).join(', ');
		return {
			table: {
				title: `download of ${bytes / 1e6} MB on loopback to the disk, ${rounds} rounds each; memory and stall are the worst of all rounds`,
				head: ['', 'fastest, MB/s', 'each round, MB/s', 'peak memory above idle, MB', 'longest stall, ms'],
				rows: [
					['ours: SHA-256, fsync', rate(oursMs), each(costs.map(({ ms }) => ms)), memory.toFixed(0), stall.toFixed(0)],
					['curl, then fsync', rate(Math.min(...curlMs)), each(curlMs), '', ''],
					[
						'ours ÷ curl',
						ratio.toFixed(2),
						costs.map(({ ms }, round) => ((curlMs[round] ?? Number.NaN) / ms).toFixed(2)).join(', '),
						'',
						'',
					],
				],
			},
			facts: { speedToCurlWithFsync: ratio, peakMemoryAboveIdleMb: memory, longestStallMs: stall },
		};
	} finally {
		await server.terminate();
		rmSync(folder, { recursive: true, force: true });
	}
}

/** Checks that a download is whole, and removes it. */
async function whole<T>(file: string, run: (file: string) => Promise<T>): Promise<T> {
	const result = await run(file);
	if (statSync(file).size !== bytes) {
		throw new Error(`${file} is not whole`);
	}
	rmSync(file);
	return result;
}

async function ours(origin: string, file: string): Promise<DownloadCost> {
	const child = fork(join(__dirname, 'download.child.js'), [origin, String(bytes), file], { execArgv: [] });
	const [[cost]] = (await Promise.all([once(child, 'message'), once(child, 'exit')])) as [[DownloadCost], unknown];
	return cost;
}

/** Its duration with that of its fsync, ms. */
async function curl(url: string, file: string): Promise<number> {
	const start = performance.now();
	const child = spawn('curl', ['--silent', '--output', file, url], { stdio: 'ignore' });
	const code: unknown = (await once(child, 'exit'))[0];
	const written = openSync(file, 'r');
	fsyncSync(written);
	closeSync(written);
	if (code !== 0) {
		throw new Error(`curl failed: ${String(code)}`);
	}
	return performance.now() - start;
}
