import { closeSync, openSync, readFileSync, writeSync } from 'node:fs';
import * as v from 'valibot';
import type { ClockTerms } from './scaledClock';
import { steadyTime } from './scaledClock';

const ids = v.array(v.string());

/**
 * An event in a window.
 * - `check`, `response`, `gaveUp`: a request to the API starts; it returned; it was aborted. `check` counts them per window
 * - `claimed`: the window claimed an announcement; `announced`: it showed a notification; `handedBack`: claimed, and released when it
 *   closed
 * - `tracking`, `tracked`: the command starts; one per task (`isOwnResult`: its finish was the result of the command)
 * - `post`, `posted`: a create is being sent; its outcome. `post` counts them per window
 * - `trouble`: a warning or an error in its log
 * - `stall`: its event loop was blocked for `ms` of real time
 * - `memory`: in bytes, after a garbage collection; `peak`: the most since the last time
 * - `closed`: handles and files that are still open after everything was closed
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
	v.object({ what: v.literal('post'), post: v.number(), externalId: v.optional(v.string()) }),
	v.object({ what: v.literal('posted'), post: v.number(), kind: v.string() }),
	v.object({ what: v.literal('trouble'), level: v.picklist(['warning', 'error']), message: v.string() }),
	v.object({ what: v.literal('stall'), ms: v.number() }),
	v.object({ what: v.literal('memory'), rss: v.number(), heap: v.number(), peak: v.number() }),
	v.object({ what: v.literal('closed'), handles: v.array(v.string()), files: v.array(v.string()) }),
]);
const lineSchema = v.intersect([v.object({ at: v.number() }), eventSchema]);

export type TraceEvent = v.InferOutput<typeof eventSchema>;
/** An event with its time: ms since 1970 by the windows' clock without its jumps (see `steadyTime`). */
export type TraceLine = v.InferOutput<typeof lineSchema>;

/** The trace of one life of a window. Each line is written immediately: a killed process loses none. */
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
 * All lines of a trace, oldest first. An incomplete last line is left out.
 * @throws when the file is missing, or a line is invalid
 */
export function readTrace(path: string): readonly TraceLine[] {
	const lines = readFileSync(path, 'utf8').split('\n').slice(0, -1);
	return lines.map((line) => v.parse(lineSchema, JSON.parse(line)));
}
