import * as v from 'valibot';
import { applySnapshot } from '../../../src/core/applySnapshot';
import { learnDurations } from '../../../src/core/durationModel';
import { countFailure } from '../../../src/core/failureClass';
import { nextPoll, type FailedCheck } from '../../../src/core/schedule';
import { isFinished, taskKey, type ActiveTask, type Task } from '../../../src/core/task';
import { namedId } from '../../../src/api/carriers';
import { parseJson } from '../../../src/api/json';
import { levelsOf, readResponse } from '../../../src/api/response';

/** `seen`: the task's last status and its age in words (`processing, 4 min old`); absent or `never`: no response has shown it. */
const responsesFile = v.object({
	seen: v.optional(v.string()),
	responses: v.pipe(v.array(v.object({ http: v.number(), body: v.unknown() })), v.minLength(1)),
});

const now = Date.UTC(2026, 5, 1, 12);
const unitsMs: Readonly<Record<string, number>> = { s: 1_000, min: 60_000, h: 3_600_000, d: 86_400_000 };

/**
 * Polls a task through its responses, each when the schedule books it. `stopped`: polling ended before the last response, or it left an
 * active task without a booking.
 */
export function pollThrough(file: unknown, origin: string): { readonly stopped: boolean; readonly says: string } {
	const { seen, responses } = v.parse(responsesFile, file);
	const bodies = responses.map(({ body }) => (typeof body === 'string' ? body : JSON.stringify(body)));
	const id = bodies.map((body) => namedId(levelsOf(parseJson(body), { id: '' }))).find((named) => named !== undefined) ?? '0';
	let task: Task = startingTask(id, origin, seen ?? 'never');
	let at = now;
	let last: FailedCheck['kind'] | undefined;
	for (const [index, { http }] of responses.entries()) {
		const read = readResponse(http, bodies[index] ?? '', {}, { id, origin });
		let failure: FailedCheck | undefined;
		let confirmAt: number | undefined;
		if (read.ok) {
			const applied = applySnapshot(task, read.snapshot, at);
			task = applied.task;
			confirmAt = applied.confirmAt;
			if (isFinished(task)) {
				const stopped = index < responses.length - 1;
				return { stopped, says: `${task.status} at response ${index + 1} of ${responses.length}` };
			}
		} else {
			const { failureClass, failures } = countFailure(read.error, task.failures, last);
			failure = { kind: read.error.kind, failureClass, failures: failures[failureClass], retryAfterMs: read.error.retryAfterMs };
			task = { ...task, failures };
		}
		last = failure?.kind;
		const { trackedAt, createdAt, serverAheadMs, intervalMs, lastCheckedAt } = task;
		const booking = nextPoll(
			{ trackedAt, createdAt, serverAheadMs, intervalMs, isFound: lastCheckedAt !== undefined, model: learnDurations([], 319, 'video') },
			failure,
			at,
			{ focused: true, visible: false },
			0.5,
		);
		if (confirmAt === undefined && 'stopped' in booking) {
			return { stopped: true, says: `${booking.stopped} at response ${index + 1} of ${responses.length}` };
		}
		if ('at' in booking) {
			task = { ...task, ...(booking.intervalMs !== undefined && { intervalMs: booking.intervalMs }) };
			at = confirmAt ?? booking.at;
		} else {
			at = confirmAt ?? at;
		}
	}
	return { stopped: false, says: `still ${task.status}` };
}

function startingTask(id: string, origin: string, seen: string): ActiveTask {
	const ref = { origin, action: 'videos', action2: 'text2video', id };
	if (seen.startsWith('never')) {
		return { key: taskKey(ref), ref, status: 'unknown', trackedAt: now, results: [] };
	}
	const [, word, count, unit = ''] = /^(submitted|processing|unknown), (\d+) (s|min|h|d)[a-z]* old$/.exec(seen) ?? [];
	const ageMs = Number(count) * (unitsMs[unit] ?? NaN);
	if (word === undefined || Number.isNaN(ageMs)) {
		throw new Error(`"seen" is not like "processing, 4 min old": ${seen}`);
	}
	const bornAt = now - ageMs;
	return {
		key: taskKey(ref),
		ref,
		status: word === 'submitted' || word === 'processing' ? word : 'unknown',
		rawStatus: word,
		trackedAt: bornAt,
		createdAt: bornAt,
		lastCheckedAt: now,
		intervalMs: 10_000,
		results: [],
	};
}
