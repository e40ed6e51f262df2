import type { Simulator } from '../../../src/simulator/simulator';
import { cleanSlate, setKey, suiteSimulator, type Parts } from '../../support/extension';
import { Messages } from './messages';

/** What a test of commands works with. */
export interface Slate {
	/** Of the running extension, which tracks nothing and has the key of the offline Kling. */
	readonly parts: Parts;
	readonly simulator: Simulator;
	/** What the extension shows instead of messages. */
	readonly messages: Messages;
}

/** Registers the hooks of a suite, to be called where it is described: a slate before each test, its messages shown again after it. */
export function eachSlate(apiKey: string, begin: (slate: Slate) => void | Promise<void>): void {
	const suite = suiteSimulator(apiKey);
	let messages: Messages | undefined;
	beforeEach(async () => {
		const parts = await cleanSlate();
		const simulator = suite.get();
		await setKey(simulator.origin, apiKey);
		messages = new Messages();
		await begin({ parts, simulator, messages });
	});
	afterEach(() => messages?.dispose());
}
