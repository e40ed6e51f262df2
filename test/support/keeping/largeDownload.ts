import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import type { ServerResponse } from 'node:http';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { taskKey } from '../../../src/core/task';
import { TaskStore } from '../../../src/store/taskStore';
import { MemoryLog } from '../log';
import { scaledClock } from '../machine/scaledClock';
import { readTrace } from '../machine/trace';
import { WindowProcess } from '../machine/windowProcess';
import { mediaFile } from '../mediaHost';
import { storeWorkerFile as workerFile } from '../paths';
import { soon } from '../retry';
import { shownTask } from './shownTask';

const block = mediaFile('large', 1024 * 1024);

export interface LargeDownload {
	/** How much more memory (bytes) the window had at most than before. */
	readonly peakBytes: number;
	/** How long (real ms) it blocked at most, or was not scheduled. */
	readonly longestStallMs: number;
	readonly seconds: number;
	/** Whether the file has the size and the digest of what was sent. */
	readonly isRight: boolean;
}

/** One window keeps a result of so many blocks of 1 MiB. */
export async function keepLargeResult(blocks: number): Promise<LargeDownload> {
	const folder = mkdtempSync(join(tmpdir(), 'kling-large-'));
	const hash = createHash('sha256');
	let hasFinished = false;
	const server = createServer((request, response) => {
		// The link is that of the server's own origin.
		const origin = `http://${request.headers.host ?? ''}`;
		if (request.url === '/large.mp4') {
			void send(response, blocks, (bytes) => hash.update(bytes));
		} else {
			response
				.writeHead(200, { 'Content-Type': 'application/json' })
				.end(shownTask({ id: 'large', urls: hasFinished ? [`${origin}/large.mp4`] : undefined, now: Date.now() }));
		}
	});
	server.listen(0, '127.0.0.1');
	await once(server, 'listening');
	const address = server.address();
	const origin = `http://127.0.0.1:${typeof address === 'object' ? (address?.port ?? 0) : 0}`;
	const [directory, traces, keyFile] = [join(folder, 'store'), join(folder, 'traces'), join(folder, 'key')];
	writeFileSync(keyFile, 'sk-large-0123456789abcdef');
	mkdirSync(traces);
	const clock = { startAt: Date.now(), epoch: Date.now(), speed: 1, jumps: [] };
	const window = new WindowProcess('window', traces, { directory, keyFile, clock, limits: { maxConcurrent: 4, maxPerMinute: 2_000 } });
	const store = await TaskStore.open({ directory, clock: scaledClock(clock), log: new MemoryLog(), workerFile });
	try {
		const ref = { origin, action: 'videos', action2: 'text2video', id: 'large' };
		await store.tasks.add([{ ref, keep: { folder: join(folder, 'library'), fileName: 'large' } }], Date.now());
		await window.open();
		await window.obey({ do: 'weigh' });
		hasFinished = true;
		const startedAt = Date.now();
		await window.obey({ do: 'refresh' });
		const { file } = await soon(
			'the large result',
			() => store.downloads.of(taskKey(ref)).find(({ state }) => state === 'kept' || state === 'failed'),
			15 * 60_000,
		);
		const seconds = (Date.now() - startedAt) / 1_000;
		await window.obey({ do: 'weigh' });
		await window.close();
		const lines = window.lives.flatMap(({ trace }) => readTrace(trace));
		const weights = lines.flatMap((line) => (line.what === 'memory' ? [line] : []));
		return {
			peakBytes: (weights.at(-1)?.peak ?? 0) - (weights[0]?.rss ?? 0),
			longestStallMs: Math.max(0, ...lines.map((line) => (line.what === 'stall' ? line.ms : 0))),
			seconds,
			isRight: file?.size === blocks * block.length && file.sha256 === hash.digest('hex'),
		};
	} finally {
		await window.endForGood();
		await store.close();
		server.closeAllConnections();
		server.close();
		rmSync(folder, { recursive: true, force: true });
	}
}

async function send(response: ServerResponse, blocks: number, onBlock: (bytes: Buffer) => void): Promise<void> {
	response.on('error', () => undefined);
	response.setMaxListeners(0);
	response.writeHead(200, { 'Content-Type': 'video/mp4', 'Content-Length': blocks * block.length });
	for (let sent = 0; sent < blocks && !response.destroyed; sent++) {
		onBlock(block);
		if (!response.write(block)) {
			await Promise.race([once(response, 'drain'), once(response, 'close')]);
		}
	}
	response.end();
}
