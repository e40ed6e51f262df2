import { brokenDownloads } from '../support/keeping/downloadGuarantees';
import { downloadPlan, faultNames } from '../support/keeping/downloadPlan';
import { DownloadRun } from '../support/keeping/downloadRun';
import { keepLargeResult } from '../support/keeping/largeDownload';
import { downloadMoments } from '../support/machine/fate';

const results = 200;
const windows = 3;
const speed = 20;
/** How often one is there, ms of the windows' time. */
const everyMs = 10_000;
/** The blocks (MiB) of a result of 4 GB, and how much memory (bytes) more than before its window may have. */
const [largeBlocks, mostMemory] = [3_815, 40 * 1024 * 1024];

/**
 * npm run soak -- --only downloads: three windows keep results from a host that misbehaves, while they are killed; then one window keeps a
 * result of 4 GB. Prints what came of it. Sets the exit code to 1 if a guarantee was broken.
 */
export async function soakDownloads(seed: number): Promise<void> {
	const plan = downloadPlan(seed, results, everyMs, windows);
	console.log(`Seed ${seed}: ${results} results of ${plan.tasks.length} tasks at speed ${speed}, ${plan.steps.length} steps.`);
	const run = await DownloadRun.start({ plan, speed, windows });
	let isWhole = false;
	try {
		await run.run();
		const broken = [...(await brokenDownloads(run)), ...run.problems(), ...(await run.leaks()).map((leak) => `the API key is in ${leak}`)];
		const { kills, deaths, host } = run;
		print([
			[
				'results',
				`${plan.count}, with ${plan.tasks.flatMap((task) => task.results.flatMap(({ faults }) => faults)).length} faults of ${faultNames.length} kinds`,
			],
			[
				'requests of files',
				`${host.requests.length}, ${host.requests.filter(({ range }) => range !== undefined).length} of them for a rest`,
			],
			['most files at once', `${host.mostAtOnce}`],
			['windows killed', `${kills}, at the moments: ${countedBy(deaths, downloadMoments)}`],
			['longest stall of a window', `${run.longestStall()} ms`],
		]);
		const large = await keepLargeResult(largeBlocks);
		const megabytes = Math.round(large.peakBytes / 2 ** 20);
		print([
			[
				'a result of 4 GB',
				`${large.seconds.toFixed(0)} s, ${megabytes} MiB of memory above idle, longest stall ${large.longestStallMs} ms`,
			],
		]);
		if (!large.isRight) {
			broken.push('the result of 4 GB is not what was sent');
		}
		if (large.peakBytes > mostMemory) {
			broken.push(`a result of 4 GB took ${megabytes} MiB`);
		}
		isWhole = broken.length === 0;
		for (const sentence of broken) {
			console.error(`Broken: ${sentence}`);
		}
	} finally {
		if (!isWhole) {
			console.error(
				`Replay with: npm run soak -- --only downloads --seed ${seed}\nThe files, traces and the database are in ${run.folder}`,
			);
			process.exitCode = 1;
		}
		await run.close({ keepFiles: !isWhole });
	}
}

function print(lines: readonly (readonly [what: string, value: string])[]): void {
	console.log(['', '| | |', '|---|---|', ...lines.map(([what, value]) => `| ${what} | ${value} |`), ''].join('\n'));
}

function countedBy(items: readonly string[], kinds: readonly string[]): string {
	return kinds.map((kind) => `${kind} ${items.filter((item) => item === kind).length}`).join(', ');
}
