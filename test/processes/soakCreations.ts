import { createFaults, searchFaults } from '../support/creations/faultsOfCreates';
import { creationPlan } from '../support/creations/creationPlan';
import { CreationRun } from '../support/creations/creationRun';
import { reportOf } from '../support/creations/creationReport';
import { brokenGuarantees } from '../support/creations/creationGuarantees';

const creations = 500;
const windows = 3;
const speed = 20;
/** How often one is asked for, ms of the windows' time. */
const everyMs = 5_000;

/**
 * npm run soak -- --only creations: three windows create tasks while they are killed and responses are lost. Prints how many creates were
 * accepted per external ID, and what became of the creations. Sets the exit code to 1 if a guarantee was broken.
 */
export async function soakCreations(seed: number): Promise<void> {
	const plan = creationPlan(seed, creations, everyMs, windows, createFaults, searchFaults);
	console.log(`Seed ${seed}: ${creations} creations at speed ${speed}, ${plan.steps.length} steps.`);
	const run = await CreationRun.start({ seed, plan, speed, windows });
	let isWhole = false;
	try {
		await run.run();
		const evidence = await run.evidence();
		const broken = [...brokenGuarantees(evidence), ...run.problems(), ...(await run.leaks()).map((leak) => `the API key is in ${leak}`)];
		isWhole = broken.length === 0;
		console.log(['', '| | |', '|---|---|', ...reportOf(evidence, run).map(([what, value]) => `| ${what} | ${value} |`), ''].join('\n'));
		for (const sentence of broken) {
			console.error(`Broken: ${sentence}`);
		}
	} finally {
		if (!isWhole) {
			console.error(
				`Replay with: npm run soak -- --only creations --seed ${seed}\nThe windows' traces and the database are in ${run.folder}`,
			);
			process.exitCode = 1;
		}
		await run.close({ keepFiles: !isWhole });
	}
}
