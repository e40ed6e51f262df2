// One person's machine for a suite of end-to-end tests: opened before, closed after or handed on.
import { setTimeout as delay } from 'node:timers/promises';
import type { Simulator } from '../../src/simulator/simulator';
import type { SurroundingsOptions } from './surroundings';
import { Surroundings } from './surroundings';
import type { Workbench } from './ui';

export interface JourneyOptions extends SurroundingsOptions {
	/** Whether the person has set an API key already. Default true. */
	readonly hasKey?: boolean;
	/** Runs before the window opens, such as to write files into its folder. */
	readonly prepare?: (around: Surroundings) => void | Promise<void>;
	/** Whether the machine, which must be one of its own, may be handed on to a suite that shares. Default false. */
	readonly handsOn?: boolean;
}

/** What a suite works with. */
export interface Journey {
	readonly around: Surroundings;
	readonly simulator: Simulator;
	/** The first window. */
	readonly workbench: Workbench;
}

/** The machine that a suite has left to the next one in the same process. Each file is a bundle with a copy of this module: they meet here. */
const left: { machine?: Surroundings | undefined } = ((globalThis as { machineLeftByJourney?: object }).machineLeftByJourney ??= {});
// The hooks of the file's root run when all suites have ended.
after(() => takeLeft()?.stop());

/**
 * Registers the hooks of a suite, to be called where it is described: before its tests a machine with one window, after each failed one
 * screenshots of all windows, after the last one everything is closed.
 * @param options or what resolves to them when the suite starts
 * @param begin gets what was opened, and does the rest of what precedes the tests
 */
export function journey(options: JourneyOptions | (() => Promise<JourneyOptions>), begin: (opened: Journey) => void | Promise<void>): void {
	register(typeof options === 'function' ? options : () => options, begin, false);
}

/**
 * The same for a suite that needs no machine of its own, at most an offline Kling of its own. If the suite before it in the same process
 * shared its machine too and all tests there passed, that machine is renewed, which costs a third of opening one.
 */
export function sharedJourney(
	options: Pick<JourneyOptions, 'simulator' | 'hasKey'>,
	begin: (opened: Journey) => void | Promise<void>,
): void {
	register(() => options, begin, true);
}

function register(
	optionsOf: () => JourneyOptions | Promise<JourneyOptions>,
	begin: (opened: Journey) => void | Promise<void>,
	isShared: boolean,
): void {
	let around: Surroundings | undefined;
	let isHandedOn = isShared;
	before(async function () {
		this.timeout(this.timeout() + mostOpeningMs + (isShared ? mostRenewingMs : 0));
		const { hasKey = true, prepare, handsOn = isShared, ...terms } = await optionsOf();
		isHandedOn = handsOn;
		around = takeLeft();
		let workbench = isShared ? await renewed(around, terms) : undefined;
		if (around === undefined || workbench === undefined) {
			await around?.stop();
			around = await Surroundings.start(terms);
		}
		try {
			await prepare?.(around);
			workbench ??= await around.open();
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
	after(async function () {
		const tests: Mocha.Test[] = [];
		this.test?.parent?.eachTest((test) => void tests.push(test));
		if (isHandedOn && tests.every(({ state }) => state === 'passed')) {
			left.machine = around;
		} else {
			await around?.stop();
		}
	});
}

function takeLeft(): Surroundings | undefined {
	const { machine } = left;
	left.machine = undefined;
	return machine;
}

/** Several times what they take. */
const mostOpeningMs = 60_000;
const mostRenewingMs = 30_000;

/** @returns its window, or undefined when another machine is needed: one that cannot be renewed is no fault of the suite that comes next. */
async function renewed(around: Surroundings | undefined, options: SurroundingsOptions): Promise<Workbench | undefined> {
	try {
		return await Promise.race([around?.renew(options), timeUp()]);
	} catch (error) {
		console.warn('The machine of the suite before could not be renewed, so another one is opened:', error);
		await around?.shots('failed-to-renew');
		return undefined;
	}
}

async function timeUp(): Promise<never> {
	await delay(mostRenewingMs, undefined, { ref: false });
	throw new Error(`It took longer than ${mostRenewingMs} ms`);
}
