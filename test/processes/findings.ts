import type { TaskSnapshot } from '../../src/core/task';
import type { LoggedRequest } from '../../src/simulator/requestLog';
import { leaseMs } from '../../src/tracking/lease';
import type { Announcement, DiaryEntry, TaskInFile } from './diary';
import type { TraceLine } from './trace';
import type { Life } from './windowProcess';

/** The shortest interval of the schedule (core/schedule.ts), two seconds, with the earliest jitter; ms. */
const shortestIntervalMs = 2_000 * 0.85;

/** One life of a window and what it noted. Times of lines, and `finishedAt`, are ms since 1970 by the windows' clock, leaps not counted. */
export interface LivedLife {
	readonly how: Exclude<Life['end'], undefined>['how'] | undefined;
	/** Undefined while it lives. */
	readonly finishedAt: number | undefined;
	/** The same as the windows' clock said, its leaps counted. */
	readonly clockAtEnd: number | undefined;
	readonly lines: readonly TraceLine[];
}

/** One request as its window noted it. */
export interface TracedCheck {
	readonly id: string;
	readonly from: number;
	/** `cutOff`: its window was killed first. `inFlight`: not over yet. */
	readonly end: 'responded' | 'gaveUp' | 'cutOff' | 'inFlight';
	/** When it was over; Infinity while it flies. */
	readonly to: number;
	/** When its claim ended, or would have, because nobody had renewed it in time. By a clock that leaps it means nothing. */
	readonly claimedUntil: number;
}

/** All requests of some lives, with their claims as the file's diary tells them. */
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

/** When the claim under which a look began at `from` ended for the first time because nobody had renewed it. */
function claimEnd(claims: readonly DiaryEntry[], from: number): number {
	const starts = [...groupBy(claims, ({ token: claimId }) => claimId).values()].filter(([first]) => (first?.until ?? 0) - leaseMs <= from);
	return (starts.at(-1) ?? []).reduce((end, { until }) => (until !== null && until - leaseMs <= end ? until : end), Infinity);
}

/**
 * Whether a look lasted longer than its claim: its window stood still, or found no time to renew it. Such a look is dropped, and another one may be made meanwhile. Never on a
 * machine that has time for its processes.
 */
export function hasLapsed({ to, claimedUntil }: TracedCheck): boolean {
	return to > claimedUntil;
}

/** The most spans that cover one moment. A span does not cover its end. */
export function mostAtOnce(spans: readonly (readonly [from: number, to: number])[]): number {
	const steps = spans
		.flatMap(([from, to]) => [[from, 1] as const, [to, -1] as const])
		.sort(([one, up], [other, down]) => one - other || up - down);
	let now = 0;
	return steps.reduce((most, [, step]) => Math.max(most, (now += step)), 0);
}

/** The most times within any `ms`. */
export function mostWithin(times: readonly number[], ms: number): number {
	const sorted = [...times].sort((a, b) => a - b);
	let first = 0;
	return sorted.reduce((most, time, index) => {
		while (time - (sorted[first] ?? time) >= ms) {
			first++;
		}
		return Math.max(most, index - first + 1);
	}, 0);
}

/** Requests about one task, in order; `at` by the windows' clock. */
export type TimedRequest = Pick<LoggedRequest, 'taskId'> & { readonly at: number };

/**
 * Looks at one task that came too soon after the one before, one sentence each. A look that was answered, or failed, is followed by an interval of the schedule; one that
 * died with its window, by the rest of its claim's life; one that its closing window gave up, by another at once. Where a claim lapsed, another look may follow.
 */
export function checksTooSoon(requests: readonly TimedRequest[], checks: readonly TracedCheck[]): readonly string[] {
	const checksById = groupBy(checks, ({ id }) => id);
	return [...groupBy(requests, ({ taskId }) => taskId ?? '')].flatMap(([id, ofTask]) => {
		const noted = (checksById.get(id) ?? []).toSorted((a, b) => a.from - b.from);
		return ofTask.slice(1).flatMap((request, index) => {
			const before = ofTask[index]?.at ?? 0;
			// A window notes a look before it sends the request.
			const check = noted.findLast(({ from }) => from <= before);
			if (check === undefined) {
				return [`${id}: nobody noted the look of ${before}`];
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
				`${id}: a look (${check.end}), and the next ${since(request.at)} ms later, ${Math.round(free - request.at)} ms too soon. In ms from the first, its looks were noted ${story.join(', ')}; requests came at ${ofTask.map(({ at }) => since(at)).join(', ')}`,
			];
		});
	});
}

/** Claims that were taken while another one on the task lived, one sentence each. For a machine whose clock never leaps. */
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

/** What became of the ends that want telling, by the file and by what the windows noted. */
export interface AnnouncementReport {
	/** Ends that want telling. */
	readonly wanted: number;
	/** Those that a window told, in a message or as the answer to the command that tracked them. */
	readonly announced: number;
	/** Of these, the answers. */
	readonly commandResults: number;
	/** Told more than once, or claimed for telling while another window had it. */
	readonly twice: readonly string[];
	/** Claimed by nobody. */
	readonly unclaimed: readonly string[];
	/** Claimed by a window that was killed before it told them. */
	readonly lostInKills: readonly string[];
	/** Claimed and never told, though no kill explains it. */
	readonly lost: readonly string[];
}

/**
 * @param slackMs how long (ms of the windows' clock) the claim of a telling may take from the window's decision to its note; a kill within that time explains why there is no note
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

/** Ends that do not want telling. */
export function unannouncedTasks(tasks: readonly TaskInFile[], announcements: readonly Announcement[]): readonly string[] {
	const wanted = new Set(announcements.map(({ id }) => id));
	return tasks.filter(({ id, finished_at: at }) => at !== null && !wanted.has(id)).map(({ id }) => id);
}

/** How the file differs from the truth about a task that has ended; undefined when it does not. */
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
	return one === other ? undefined : `${task.id} is ${one} in the file, and in truth ${other}`;
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
