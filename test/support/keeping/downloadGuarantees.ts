import { readdir, readFile } from 'node:fs/promises';
import { basename, dirname } from 'node:path';
import * as v from 'valibot';
import { sha256Of } from '../mediaHost';
import type { DownloadRun } from './downloadRun';

const sidecarSuffix = '.kling-result.json';
const sidecarSchema = v.object({
	task: v.object({ id: v.string() }),
	result: v.object({ index: v.number() }),
	file: v.object({ sha256: v.string(), size: v.number() }),
});

/** A window whose claim expired while it was not scheduled may send a request more, for a moment (real ms). */
const blockedMs = 150;

/**
 * Whether every result is kept exactly once, with the right content.
 * @returns a sentence for each broken guarantee
 */
export async function brokenDownloads(run: DownloadRun): Promise<readonly string[]> {
	const broken: string[] = [];
	const results = (await run.downloads()).flatMap(({ task, downloads }) =>
		task.results.map((result, index) => ({ id: task.id, index, result, download: downloads.find(({ media }) => media === index) })),
	);
	const files = new Map(
		await Promise.all((await readdir(run.library)).map(async (name) => [name, await readFile(`${run.library}/${name}`)] as const)),
	);
	const known = new Set<string>();
	for (const { id, index, result, download } of results) {
		const label = `result ${index + 1} of ${id}`;
		const file = download?.file;
		if (download?.state !== 'kept' || file === undefined) {
			broken.push(`${label} is ${download?.state ?? 'not queued'}: ${JSON.stringify(download?.reason)}`);
			continue;
		}
		const name = basename(file.path);
		const bytes = dirname(file.path) === run.library ? files.get(name) : undefined;
		if (known.has(name)) {
			broken.push(`${label} has the file of another result`);
		}
		known.add(name);
		if (bytes === undefined) {
			broken.push(`${label} has no file`);
			continue;
		}
		const digest = sha256Of(bytes);
		if (digest !== file.sha256 || bytes.length !== file.size) {
			broken.push(`${label} has other content than is recorded`);
		}
		if (!result.versions.some((version) => sha256Of(version) === digest)) {
			broken.push(`${label} is none of the files that were behind its link`);
		}
		const sidecar = files.get(`${name}${sidecarSuffix}`);
		known.add(`${name}${sidecarSuffix}`);
		if (sidecar === undefined) {
			broken.push(`${label} has no sidecar`);
			continue;
		}
		const { task, result: origin, file: content } = v.parse(sidecarSchema, JSON.parse(sidecar.toString()));
		if (task.id !== id || origin.index !== index || content.sha256 !== digest) {
			broken.push(`${label} has the sidecar of another file`);
		}
	}
	// Also a second copy, and what is left of an attempt.
	broken.push(...[...files.keys()].filter((name) => !known.has(name)).map((name) => `${name} is in the folder`));
	if (run.host.mostAtOnce > 2 && run.longestStall() < blockedMs) {
		broken.push(`${run.host.mostAtOnce} downloads ran at once`);
	}
	if (run.host.requests.some(({ authorization }) => authorization !== undefined)) {
		broken.push('the API key was sent to the host of the results');
	}
	return broken;
}
