import type { TaskSnapshot } from '../../../src/core/task';
import type { LoggedRequest } from '../../../src/simulator/requestLog';
import { leaseMs } from '../../../src/tracking/lease';
import type { Announcement, DiaryEntry, TaskInFile } from './diary';
import type { TraceLine } from './trace';
import type { Life } from './windowProcess';

/** The shortest interval of the schedule (core/schedule.ts), two seconds, with the maximum negative jitter; ms. */
const shortestIntervalMs = 2_000 * 0.85;

/** One life of a window and its trace. Times of lines, and `finishedAt`, are ms since 1970 by the windows' clock without its jumps. */
export interface LivedLife {
	readonly how: Exclude<Life['end'], undefined>['how'] | undefined;
	/** Undefined while it is running. */
	readonly finishedAt: number | undefined;
	/** The same by the windows' clock with its jumps. */
	readonly clockAtEnd: number | undefined;
	readonly lines: readonly TraceLine[];
}

/** One request in a window's trace. */
export interface TracedCheck {
	readonly id: string;
	readonly from: number;
	/** `cutOff`: its window was killed first. `inFlight`: not over yet. */
	readonly end: 'responded' | 'gaveUp' | 'cutOff' | 'inFlight';
	/** When it was over; Infinity while it is in flight. */
	readonly to: number;
	/** When its claim expired because it was not renewed in time. Meaningless if the clock jumps. */
	readonly claimedUntil: number;
}

/** All requests of some lives, with their claims from the file's diary. */
export function checksOf(lives: readonly LivedLife[], diary: readonly DiaryEntry[]): readonly TracedCheck[] {
	const claims = groupBy(
		diary.filter(({ what }) => what === 'claim'),
		({ id }) => id,
	);
	return lives.flatMap(({ lines, how, finishedAt = Infinity }) => {
		const finished = new Map(
			lines.flatMap((line) => (line.what === 'response' || line.what === 'gaveUp' ? [[line.check, line] as const] : [])),
		);
		return lines.flatMap((line): TracedCheck[] => {
			if (line.what !== 'check') {
				return [];
			}
			const { id, at: from, check } = line;
			const over = finished.get(check);
			const claimedUntil = claimEnd(claims.get(id) ?? [], from);
			if (over !== undefined) {
				return [{ id, from, end: over.what === 'response' ? 'responded' : 'gaveUp', to: over.at, claimedUntil }];
			}
			return [{ id, from, end: how === undefined ? 'inFlight' : 'cutOff', to: finishedAt, claimedUntil }];
		});
	});
}

/** When the claim of a check that started at `from` first expired because it was not renewed. */
function claimEnd(claims: readonly DiaryEntry[], from: number): number {
	const starts = [...groupBy(claims, ({ token: claimId }) => claimId).values()].filter(([first]) => (first?.until ?? 0) - leaseMs <= from);
	return (starts.at(-1) ?? []).reduce((end, { until }) => (until !== null && until - leaseMs <= end ? until : end), Infinity);
}

/**
 * Whether a check lasted longer than its claim: its window was stalled, or had no time to renew the claim. The result of such a check is
 * dropped, and another check may run meanwhile. Never happens on a machine with enough processor time.
 */
export function hasLapsed({ to, claimedUntil }: TracedCheck): boolean {
	return to > claimedUntil;
}

/** Requests about one task, in order; `at` by the windows' clock. */
export type TimedRequest = Pick<LoggedRequest, 'taskId'> & { readonly at: number };

/**
 * Checks of a task that came too soon after the previous one, one sentence each. A check with a response or an error must be followed by an
 * interval of the schedule; one that died with its window, by the rest of its claim's life; one that its closing window aborted, by
 * nothing. After an expired claim another check may follow immediately.
 */
export function checksTooSoon(requests: readonly TimedRequest[], checks: readonly TracedCheck[]): readonly string[] {
	const checksById = groupBy(checks, ({ id }) => id);
	return [...groupBy(requests, ({ taskId }) => taskId ?? '')].flatMap(([id, ofTask]) => {
		const noted = (checksById.get(id) ?? []).toSorted((a, b) => a.from - b.from);
		return ofTask.slice(1).flatMap((request, index) => {
			const before = ofTask[index]?.at ?? 0;
			// A window notes a check before it sends the request.
			const check = noted.findLast(({ from }) => from <= before);
			if (check === undefined) {
				return [`${id}: no window noted the check at ${before}`];
			}
			if (check.end === 'gaveUp') {
				return [];
			}
			const free = check.end === 'cutOff' ? check.claimedUntil : Math.min(before + shortestIntervalMs, check.claimedUntil);
			if (request.at >= free) {
				return [];
			}
			const since = (time: number) => Math.round(time - before);
			const story = noted.map(
				({ from, to, end, claimedUntil }) => `${since(from)} to ${since(to)} (${end}, claimed until ${since(claimedUntil)})`,
			);
			return [
				`${id}: a check (${check.end}), and the next ${since(request.at)} ms later, ${Math.round(free - request.at)} ms too soon. In ms from the first, its checks were noted ${story.join(', ')}; requests came at ${ofTask.map(({ at }) => since(at)).join(', ')}`,
			];
		});
	});
}

/** Claims that were taken while another claim on the task was valid, one sentence each. For a machine whose clock never jumps. */
export function claimsTakenAlive(diary: readonly DiaryEntry[]): readonly string[] {
	const reservations = new Set(diary.flatMap(({ what, token: claimId }) => (what === 'reserve' ? [claimId] : [])));
	const alive = new Map<string, DiaryEntry>();
	return diary.flatMap((entry) => {
		const { what, id, token: claimId, until } = entry;
		if (what === 'free' || what === 'deleted') {
			alive.delete(id);
		}
		if (what !== 'claim' && what !== 'reserve') {
			return [];
		}
		const before = alive.get(id);
		alive.set(id, entry);
		if (before === undefined || before.token === claimId || reservations.has(before.token)) {
			return [];
		}
		const taken = (until ?? 0) - leaseMs;
		return taken >= (before.until ?? 0) ? [] : [`${id}: claimed ${(before.until ?? 0) - taken} ms before an earlier claim was over`];
	});
}

/** The announcements of finished tasks, by the file and by the windows' traces. */
export interface AnnouncementReport {
	/** Finished tasks that need an announcement. */
	readonly wanted: number;
	/** Those that a window announced, in a notification or as the result of the command that tracked them. */
	readonly announced: number;
	/** Of these, the command results. */
	readonly commandResults: number;
	/** Announced more than once, or claimed while another window had the claim. */
	readonly twice: readonly string[];
	/** Never claimed. */
	readonly unclaimed: readonly string[];
	/** Claimed by a window that was killed before it announced them. */
	readonly lostInKills: readonly string[];
	/** Claimed and never announced, although no kill explains it. */
	readonly lost: readonly string[];
}

/**
 * @param slackMs the maximum time (ms of the windows' clock) between a window's decision to claim an announcement and its note; a kill
 *   within that time explains a missing note
 */
export function announcementReportOf(
	announcements: readonly Announcement[],
	diary: readonly DiaryEntry[],
	lives: readonly LivedLife[],
	slackMs: number,
): AnnouncementReport {
	const lines = lives.flatMap((life) => life.lines);
	const commandResults = lines.flatMap((line) => (line.what === 'tracked' && line.isOwnResult ? [line.id] : []));
	const announced = counted([...commandResults, ...lines.flatMap((line) => (line.what === 'announced' ? line.ids : []))]);
	const count = (what: DiaryEntry['what']) => counted(diary.flatMap((entry) => (entry.what === what ? [entry.id] : [])));
	const [announcementReport, returned] = [count('telling'), count('returned')];
	const killed = lives.filter(({ how }) => how === 'killed');
	const diedWith = new Set(killed.flatMap((life) => life.lines.flatMap((line) => (line.what === 'claimed' ? [line.id] : []))));
	const isExplained = ({ id, claimed_at: at }: Announcement) =>
		diedWith.has(id) || killed.some(({ clockAtEnd = 0 }) => at !== null && at <= clockAtEnd && clockAtEnd <= at + slackMs);
	const unannounced = announcements.filter(({ id, claimed_at: at }) => at !== null && !announced.has(id));
	return {
		wanted: announcements.length,
		announced: announced.size,
		commandResults: commandResults.length,
		twice: [
			...[...announced].flatMap(([id, times]) => (times > 1 ? [id] : [])),
			...[...announcementReport].flatMap(([id, times]) => (times > 1 + (returned.get(id) ?? 0) ? [id] : [])),
			...count('toldAgain').keys(),
		],
		unclaimed: announcements.flatMap(({ id, claimed_at: at }) => (at === null ? [id] : [])),
		lostInKills: unannounced.filter(isExplained).map(({ id }) => id),
		lost: unannounced.filter((one) => !isExplained(one)).map(({ id }) => id),
	};
}

/** Finished tasks without an announcement. */
export function unannouncedTasks(tasks: readonly TaskInFile[], announcements: readonly Announcement[]): readonly string[] {
	const wanted = new Set(announcements.map(({ id }) => id));
	return tasks.filter(({ id, finished_at: at }) => at !== null && !wanted.has(id)).map(({ id }) => id);
}

/** The difference between the file and the simulator for a finished task; undefined when there is none. */
export function wrongFinish(task: TaskInFile | undefined, truth: TaskSnapshot): string | undefined {
	if (task === undefined) {
		return 'it is not in the file';
	}
	const results: unknown = JSON.parse(task.results ?? '[]');
	const inFile = {
		status: task.status,
		message: task.message ?? undefined,
		results: Array.isArray(results) ? results.length : undefined,
		finishedAt: truth.updatedAt === undefined ? undefined : task.finished_at,
	};
	const inTruth = { status: truth.status, message: truth.message, results: truth.results.length, finishedAt: truth.updatedAt };
	const [one, other] = [JSON.stringify(inFile), JSON.stringify(inTruth)];
	return one === other ? undefined : `${task.id} is ${one} in the file, and ${other} in the simulator`;
}

function groupBy<T, K>(items: readonly T[], of: (item: T) => K): Map<K, T[]> {
	const groups = new Map<K, T[]>();
	for (const item of items) {
		const group = groups.get(of(item));
		if (group === undefined) {
			groups.set(of(item), [item]);
		} else {
			group.push(item);
		}
	}
	return groups;
}

function counted(names: readonly string[]): Map<string, number> {
	const counts = new Map<string, number>();
	for (const name of names) {
		counts.set(name, (counts.get(name) ?? 0) + 1);
	}
	return counts;
}
