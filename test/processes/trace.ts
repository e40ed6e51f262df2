import { closeSync, openSync, readFileSync, writeSync } from 'node:fs';
import * as v from 'valibot';
import type { ClockTerms } from './scaledClock';
import { steadyTime } from './scaledClock';

const ids = v.array(v.string());

/**
 * What a window does.
 * - `check`, `response`, `gaveUp`: a request to the API begins; it brought something; it was aborted. `check` counts them in their window
 * - `claimed`: an end is this window's to tell; `announced`: a message about ends; `handedBack`: claimed, and left to others when it closed
 * - `tracking`, `tracked`: the command begins; each task (`isOwnResult`: its end was the answer to the command)
 * - `failureClass`: a warning or an error of its log
 * - `stall`: its event loop stood still for `ms` of real time
 * - `memory`: in bytes, after a collection
 * - `closed`: what is still open after everything was closed: kinds of handles, and files
 */
const eventSchema = v.variant('what', [
	v.object({ what: v.literal('check'), check: v.number(), id: v.string() }),
	v.object({ what: v.literal('response'), check: v.number() }),
	v.object({ what: v.literal('gaveUp'), check: v.number() }),
	v.object({ what: v.literal('claimed'), id: v.string() }),
	v.object({ what: v.literal('announced'), ids }),
	v.object({ what: v.literal('handedBack'), ids }),
	v.object({ what: v.literal('tracking'), ids }),
	v.object({ what: v.literal('tracked'), id: v.string(), isOwnResult: v.boolean() }),
	v.object({ what: v.literal('trouble'), level: v.picklist(['warning', 'error']), message: v.string() }),
	v.object({ what: v.literal('stall'), ms: v.number() }),
	v.object({ what: v.literal('memory'), rss: v.number(), heap: v.number() }),
	v.object({ what: v.literal('closed'), handles: v.array(v.string()), files: v.array(v.string()) }),
]);
const lineSchema = v.intersect([v.object({ at: v.number() }), eventSchema]);

export type TraceEvent = v.InferOutput<typeof eventSchema>;
/** An event and its time: ms since 1970 by the windows' clock, leaps not counted (see `steadyTime`). */
export type TraceLine = v.InferOutput<typeof lineSchema>;

/** The file in which one life of a window notes what it does, each line before anything else happens: a killed process loses none. */
export class TraceFile {
	readonly #file: number;
	readonly #terms: ClockTerms;

	constructor(path: string, terms: ClockTerms) {
		this.#file = openSync(path, 'a');
		this.#terms = terms;
	}

	note(event: TraceEvent): void {
		writeSync(this.#file, `${JSON.stringify({ at: steadyTime(this.#terms, Date.now()), ...event })}\n`);
	}

	close(): void {
		closeSync(this.#file);
	}
}

/**
 * All lines of a trace, oldest first. A last one that the kill cut off is left out.
 * @throws when the file is missing, or a line is none of ours
 */
export function readTrace(path: string): readonly TraceLine[] {
	const lines = readFileSync(path, 'utf8').split('\n').slice(0, -1);
	return lines.map((line) => v.parse(lineSchema, JSON.parse(line)));
}
