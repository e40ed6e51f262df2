// One person's machine for a suite of end-to-end tests: opened before, closed after.
import type { Simulator } from '../../src/simulator/simulator';
import type { SurroundingsOptions } from './surroundings';
import { Surroundings } from './surroundings';
import type { Workbench } from './ui';

export interface JourneyOptions extends SurroundingsOptions {
	/** Whether the person has set an API key already. Default true. */
	readonly hasKey?: boolean;
	/** Runs before the window opens, such as to write files into its folder. */
	readonly prepare?: (around: Surroundings) => void | Promise<void>;
}

/** What a suite works with. */
export interface Journey {
	readonly around: Surroundings;
	readonly simulator: Simulator;
	/** The first window. */
	readonly workbench: Workbench;
}

/**
 * Registers the hooks of a suite, to be called where it is described: before its tests a machine with one window, after each failed one
 * screenshots of all windows, after the last one everything is closed.
 * @param options or what resolves to them when the suite starts
 * @param begin gets what was opened, and does the rest of what precedes the tests
 */
export function journey(options: JourneyOptions | (() => Promise<JourneyOptions>), begin: (opened: Journey) => void | Promise<void>): void {
	let around: Surroundings | undefined;
	before(async () => {
		const { hasKey = true, prepare, ...terms } = typeof options === 'function' ? await options() : options;
		around = await Surroundings.start(terms);
		try {
			await prepare?.(around);
			const workbench = await around.open();
			if (hasKey) {
				await around.setKey(workbench);
			}
			await begin({ around, simulator: around.simulator, workbench });
		} catch (error) {
			await around.shots('failed-before');
			throw error;
		}
	});
	afterEach(async function () {
		if (this.currentTest?.state === 'failed') {
			await around?.shots(`failed-${this.currentTest.fullTitle().replace(/\W+/g, '-')}`);
		}
	});
	after(() => around?.stop());
}
