import type { Fault } from '../../../src/simulator/faults';
import { Draw } from '../machine/draw';
import type { Moment } from '../machine/fate';
import { moments } from '../machine/fate';

const second = 1_000;

/** What the three APIs do with external IDs: one simulator each. */
export const modes = ['honoured', 'ignored', 'stripped'] as const;
export type Mode = (typeof modes)[number];

/** What a request creates. */
const subjects = ['video', 'image', 'imageToVideo'] as const;
export type Subject = (typeof subjects)[number];

/** A step of the plan. Indexes of windows begin with 0, spans are ms of the windows' time. */
type CreationHappening =
	/** A person presses Run in a window, on the request of this number, for `takes` tasks. */
	| {
			readonly what: 'press';
			readonly window: number;
			readonly mode: Mode;
			readonly request: number;
			readonly subject: Subject;
			readonly takes: number;
	  }
	/** The next `times` POSTs to an API get a fault. */
	| { readonly what: 'fault'; readonly mode: Mode; readonly name: string; readonly fault: Fault; readonly times: number }
	/** The next search for a task at an API gets a fault. */
	| { readonly what: 'searchFault'; readonly mode: Mode; readonly name: string; readonly fault: Fault }
	/** An API cannot be connected to for a time. */
	| { readonly what: 'refuse'; readonly mode: Mode; readonly lastsMs: number }
	/** A window is killed when it passes a moment the next time, and opened again after the span. */
	| { readonly what: 'doom'; readonly window: number; readonly moment: Moment; readonly lastsMs: number }
	/** The same, at once. */
	| { readonly what: 'kill'; readonly window: number; readonly lastsMs: number };

/** A step with its time: ms of the windows' time after the start. */
export type CreationStep = CreationHappening & { readonly at: number };

export interface CreationPlan {
	/** By time. */
	readonly steps: readonly CreationStep[];
	/** How many creations were asked for. */
	readonly count: number;
	/** From then on nothing happens to windows and APIs. */
	readonly calmFrom: number;
}

/**
 * The steps of a run, the same for the same arguments.
 * @param faults by name, what can happen to a POST
 * @param searchFaults by name, what can happen to a search
 * @param count of creations
 * @param everyMs how often one is asked for, on the average
 */
export function creationPlan(
	seed: number,
	count: number,
	everyMs: number,
	windows: number,
	faults: Readonly<Record<string, Fault>>,
	searchFaults: Readonly<Record<string, Fault>>,
): CreationPlan {
	const draw = new Draw(seed);
	const starts = 5 * second;
	const steps: CreationStep[] = [];
	const window = () => draw.whole(windows);
	const everyWindow = Array.from({ length: windows }, (_, index) => index);
	let request = 0;
	let left = count;
	for (let at = starts; left > 0; at += draw.between(0.2, 1.8) * everyMs) {
		const press = { what: 'press', mode: draw.one(modes), request: ++request, subject: draw.one(subjects) } as const;
		const kind = draw.whole(5);
		if (kind === 0 && left >= 2 && windows > 1) {
			// Two windows run the same request at once.
			const [one = 0, other = 0] = draw.shuffled(everyWindow);
			steps.push({ at, ...press, window: one, takes: 1 }, { at, ...press, window: other, takes: 1 });
			left -= 2;
		} else {
			const takes = kind === 1 ? Math.min(3, left) : 1;
			steps.push({ at, ...press, window: window(), takes });
			left -= takes;
		}
	}
	const ends = starts + count * everyMs;

	/** All kinds of faults before any is repeated, one for every other creation. */
	const deck = draw.deck(Object.entries(faults));
	for (let index = 0; index < count / 2; index++) {
		const [name, fault] = deck();
		steps.push({ at: draw.between(starts, ends), what: 'fault', mode: draw.one(modes), name, fault, times: 1 });
	}
	const searchDeck = draw.deck(Object.entries(searchFaults));
	for (let index = 0; index < count / 6; index++) {
		const [name, fault] = searchDeck();
		steps.push({ at: draw.between(starts, ends), what: 'searchFault', mode: draw.one(modes), name, fault });
	}
	for (const at of draw.times(starts, ends, 20 * second, 50 * second)) {
		steps.push({ at, what: 'refuse', mode: draw.one(modes), lastsMs: draw.between(2, 10) * second });
	}
	const momentDeck = draw.deck(moments);
	for (let index = 0; index < Math.max(moments.length, (ends - starts) / (10 * second)); index++) {
		steps.push({
			at: draw.between(starts, ends),
			what: 'doom',
			window: window(),
			moment: momentDeck(),
			lastsMs: draw.between(0, 10) * second,
		});
	}
	for (const at of draw.times(starts, ends, 15 * second, 45 * second)) {
		steps.push({ at, what: 'kill', window: window(), lastsMs: draw.between(0, 15) * second });
	}
	return { steps: steps.sort((a, b) => a.at - b.at), count, calmFrom: ends + 20 * second };
}
