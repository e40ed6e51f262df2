// Downloads a large result on loopback, with our download and with curl.
import { fork, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Worker } from 'node:worker_threads';
import type { Table } from './table';

const bytes = 500_000_000;
const rounds = 3;

/** The server runs in its own thread. */
const program = `
const { createServer } = require('node:http');
const { parentPort } = require('node:worker_threads');
// Each piece begins like an MP4 file: anything else is refused.
const chunk = Buffer.alloc(256 * 1024, 'x').fill('0000001866747970', 0, 8, 'hex');
createServer((_, response) => {
	response.writeHead(200, { 'Content-Type': 'video/mp4', 'Content-Length': ${bytes} });
	let left = ${bytes};
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

/** One download: its duration (ms), and the peak memory of its process (MB; undefined where the system does not report it). */
interface Run {
	readonly ms: number;
	readonly memory: number | undefined;
}

/** The speed of the fastest round and the highest peak memory, in alternating rounds. */
export async function compareDownload(): Promise<{ readonly table: Table; readonly facts: Readonly<Record<string, number>> }> {
	if (spawnSync('curl', ['--version']).status !== 0) {
		throw new Error('This part needs curl: install it (Debian: apt-get install curl).');
	}
	const folder = mkdtempSync(join(tmpdir(), 'kling-download-'));
	const server = new Worker(program, { eval: true });
	try {
		const port: unknown = (await once(server, 'message'))[0];
		const url = `http://127.0.0.1:${String(port)}/clip.mp4`;
		const target = (name: string) => join(folder, name);
		const [oursRuns, curlRuns]: [Run[], Run[]] = [[], []];
		for (let round = 0; round < rounds; round++) {
			oursRuns.push(await measured(() => fork(join(__dirname, 'download.child.js'), [url, target('ours')], { execArgv: [] })));
			curlRuns.push(await measured(() => spawn('curl', ['--silent', '--output', target('curl'), url], { stdio: 'ignore' })));
			for (const name of ['ours', 'curl']) {
				if (statSync(target(name)).size !== bytes) {
					throw new Error(`${name} is not whole`);
				}
				rmSync(target(name));
			}
		}
		const fastest = (runs: readonly Run[]) => Math.min(...runs.map(({ ms }) => ms));
		const memory = (runs: readonly Run[]) => Math.max(...runs.map((run) => run.memory ?? Number.NaN));
		const rate = (ms: number) => (bytes / 1_000 / ms).toFixed(0);
		const [ours, curl] = [fastest(oursRuns), fastest(curlRuns)];
		return {
			table: {
				title: `download of ${bytes / 1e6} MB on loopback, in the fastest of ${rounds} rounds; ours is on the disk then (fsync), curl’s may not be`,
				head: ['', 'MB/s', 'peak memory of the process, MB'],
				rows: [
					['ours (with Node itself)', rate(ours), memory(oursRuns).toFixed(0)],
					['curl', rate(curl), memory(curlRuns).toFixed(0)],
					['ours ÷ curl', (curl / ours).toFixed(2), ''],
				],
			},
			facts: { speedToCurl: curl / ours, peakMemoryMb: memory(oursRuns) },
		};
	} finally {
		await server.terminate();
		rmSync(folder, { recursive: true, force: true });
	}
}

async function measured(start: () => ReturnType<typeof spawn>): Promise<Run> {
	const started = performance.now();
	const child = start();
	let memory: number | undefined;
	const sampler = setInterval(() => {
		memory = Math.max(memory ?? 0, peakOf(child.pid) ?? 0) || undefined;
	}, 10);
	const code: unknown = (await once(child, 'exit'))[0];
	clearInterval(sampler);
	if (code !== 0) {
		throw new Error(`a download failed: ${String(code)}`);
	}
	return { ms: performance.now() - started, memory };
}

/** The peak memory of a process, MB, as Linux reports it. */
function peakOf(pid: number | undefined): number | undefined {
	const file = `/proc/${pid ?? 0}/status`;
	if (!existsSync(file)) {
		return undefined;
	}
	try {
		const kilobytes = /^VmHWM:\s*(\d+) kB/m.exec(readFileSync(file, 'utf8'))?.[1];
		return kilobytes === undefined ? undefined : Number(kilobytes) / 1024;
	} catch {
		return undefined; // it has just ended
	}
}
