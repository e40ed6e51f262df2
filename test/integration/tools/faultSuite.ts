import type { Simulator } from '../../../src/simulator/simulator';
import { startSimulator } from '../../support/simulator';
import { apiKey, FaultBench, type FaultBenchOptions } from './faultBench';
import { Messages } from './messages';

/** What a suite of faults starts benches with. */
export interface FaultSuite {
	/** The suite's simulator; without faults and logged requests when a test begins. */
	readonly simulator: Simulator;
	/** Starts the bench of the running test; the one before it in the same test is stopped. */
	start(options?: FaultBenchOptions): Promise<FaultBench>;
}

/** Registers the hooks of a suite of faults, to be called where it is described: whatever was started is stopped after each test. */
export function faultSuite(): FaultSuite {
	let simulator: Simulator;
	let messages: Messages;
	let bench: FaultBench | undefined;
	before(async () => {
		simulator = await startSimulator(apiKey);
	});
	after(() => simulator.close());
	beforeEach(() => {
		messages = new Messages();
	});
	afterEach(async () => {
		await bench?.stop();
		bench = undefined;
		messages.dispose();
		simulator.faults.clear();
		simulator.requests.clear();
	});
	return {
		get simulator() {
			return simulator;
		},
		async start(options = {}) {
			await bench?.stop();
			bench = await FaultBench.start(simulator, messages, options);
			return bench;
		},
	};
}
