// One download in its own process, as results are kept: download.child <origin> <bytes> <partial file>. Sends what it cost.
import { readFileSync } from 'node:fs';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { setTimeout as sleep } from 'node:timers/promises';
import { fetchFile } from '../../src/results/fetchFile';
import { digestWorkerFile as digestProgram } from '../support/paths';

/** What a download costs the process that does it. */
export interface DownloadCost {
	readonly ms: number;
	/** The most memory that the process had, above what it had before; undefined where the system does not report it. */
	readonly peakBytes?: number;
	/** The longest time in which nothing else could run. */
	readonly stallMs: number;
}

/** How often the event loop is probed, ms. */
const resolution = 1;

async function main([origin = '', bytes = '', path = '']: readonly string[]): Promise<DownloadCost> {
	// What the first download of all needs once, code and connections, is no cost of this one: an extension host has had others.
	await fetchBytes(origin, '1000000', path);
	await sleep(300);
	const idle = process.memoryUsage.rss();
	const delays = monitorEventLoopDelay({ resolution });
	delays.enable();
	const start = performance.now();
	await fetchBytes(origin, bytes, path);
	const ms = performance.now() - start;
	delays.disable();
	const peak = peakRss();
	return { ms, ...(peak !== undefined && { peakBytes: peak - idle }), stallMs: delays.max / 1e6 - resolution };
}

async function fetchBytes(origin: string, bytes: string, path: string): Promise<void> {
	const { signal } = new AbortController();
	const outcome = await fetchFile({ url: `${origin}/${bytes}`, taskOrigin: origin, signal, part: { path }, digestProgram });
	if (!outcome.ok || outcome.size !== Number(bytes)) {
		throw new Error(JSON.stringify(outcome));
	}
}

/** The most memory that this process has had, bytes, as Linux reports it. */
function peakRss(): number | undefined {
	try {
		const kilobytes = /^VmHWM:\s*(\d+) kB/m.exec(readFileSync('/proc/self/status', 'utf8'))?.[1];
		return kilobytes === undefined ? undefined : Number(kilobytes) * 1024;
	} catch {
		return undefined;
	}
}

void main(process.argv.slice(2)).then((cost) => process.send?.(cost, () => process.exit(0)));
