import { operationKey, sameOperation } from '../core/operation';
import type { ApiError, Problem } from '../core/problem';
import { isBelievedOfFinished, judge } from '../core/evidence';
import { lateResultsUntilMs, longestHoldMs, missesResults, resultWaits } from '../core/lateResults';
import { apiErrorTraits } from '../core/problemTraits';
import { agedBy, type Aged } from '../core/age';
import { nextLook } from '../core/schedule';
import type { Booking, FailedLook } from '../core/schedule';
import { isEnded } from '../core/task';
import type { ActiveTask, EndedTask, Sighting, Task, TaskKey } from '../core/task';
import { aliasAfterMs, provesOwnId } from '../core/taskIds';
import { failedOnceMore } from '../core/trouble';
import type { Failures, Trouble } from '../core/trouble';
import { Disposables } from '../core/disposables';
import { Emitter } from '../core/emitter';
import type { EngineParts } from './engineHost';
import { keepAlive, placeMs } from './lookPlaces';
import { paceOf } from './pace';
import type { Pace } from './ports/requestSlots';
import type { Claim, DueTerms, LookRecord, PollQueue } from './ports/pollQueue';
import type { Disposable, Event } from '../core/emitter';
import type { LookOutcome } from './ports/kling';
import type { PauseReason } from './ports/origins';
import { problemOf } from './problemOf';

/** A claim lives this long (ms) after its last renewal, as its place does: as long as a dead window can block a task. */
export const claimMs = placeMs;
/** What an error that nobody foresaw costs (ms). */
const unexpectedWaitMs = 60_000;
/** The loop never wakes sooner after finding nothing to claim (ms), so that it cannot spin. */
const shortestSleepMs = 250;
/** Nor later (ms) while something is booked: timers stand still while the machine sleeps, and clocks are set. */
const longestSleepMs = 5 * 60_000;
/** How long a person's look waits for another window's look at the same task (ms): a request's deadline and some. */
const patienceMs = 20_000;
const patienceTickMs = 1_000;
/** A booking is brought near for more than this (ms) only. */
const worthwhileMs = 3_000;
/** For so long (ms) after tracking a task's alias is sought sooner than the schedule would. */
const aliasSoughtMs = 10 * 60_000;
/** How often one look starts again because the key was replaced under it. */
const mostKeys = 3;

/** An origin's looks were paused, and this window is the one to say so. */
export interface Pause {
	readonly origin: string;
	readonly reason: PauseReason;
	/** The API's own words, where it said any. */
	readonly message?: string;
}

/**
 * How a look ended for the one who asked for it.
 * - `seen`: recorded; `task` is as it is now
 * - `failed`: `problem` says why; recorded if the task is active, and it goes on by itself when the cause is gone
 * - `busy`: another window has the task (or the task was changed meanwhile), and its look did not arrive in time
 * - `gone`: the task is not tracked
 * - `stopped`: the signal was aborted, or the poller is disposed
 * - `unexpected`: an error that is nobody's answer; already logged
 */
export type LookAnswer =
	| { readonly kind: 'seen'; readonly task: Task }
	| { readonly kind: 'failed'; readonly task: Task; readonly problem: Problem }
	| { readonly kind: 'busy' }
	| { readonly kind: 'gone' }
	| { readonly kind: 'stopped' }
	| { readonly kind: 'unexpected'; readonly error: unknown };

export interface LookOptions {
	/** Asked when an end is seen: whether anybody may tell it. False where it is the answer to a command, which claims its telling or leaves it to others soon. */
	readonly announce: () => boolean;
	readonly signal?: AbortSignal | undefined;
	/** The reservation under which the task was added: the look takes its place. */
	readonly reservation?: string | undefined;
}

type SeenOutcome = Extract<LookOutcome, { readonly ok: true }>;
type FailedOutcome = Extract<LookOutcome, { readonly ok: false }>;
/** Nothing was asked: no key is stored, or the editor's secret storage did not give it out. */
type Keyless = 'noKey' | { readonly keyUnreadable: string };

/** An abort's reason: the claim went to another window, so the answer is not ours to write. */
const claimLost = new Error('The claim was lost');

/**
 * Looks at tasks when they are due: claims them, looks, records what was seen and books the next look.
 * One run at a time; each run books the next after it has settled; an error costs a wait, never the loop;
 * nothing booked, no timer.
 */
export class Poller implements Disposable {
	readonly #parts: EngineParts;
	readonly #own = new Disposables();
	readonly #didPause: Emitter<Pause>;
	readonly #flights = new Map<TaskKey, Promise<LookAnswer>>();
	readonly #closing = new AbortController();
	#started = false;
	/** The run in progress. */
	#run: Promise<void> | undefined;
	#wokenInRun = false;
	#timer: Disposable | undefined;
	#demo: string | undefined;
	/** The latest time a run saw; before the first run every booking is suspect. */
	#latest = Infinity;

	constructor(parts: EngineParts) {
		this.#parts = parts;
		this.#didPause = this.#own.own(new Emitter<Pause>(parts.log));
	}

	/** An origin was paused; fires in one window only. */
	get onDidPause(): Event<Pause> {
		return this.#didPause.event;
	}

	/** The token of the demo that this window runs: the only demo whose tasks are looked at here. */
	get demo(): string | undefined {
		return this.#demo;
	}

	set demo(token: string | undefined) {
		this.#demo = token;
		this.wake();
	}

	/** Begins to watch. Until then only what a person asks for is looked at. */
	start(): void {
		if (this.#started || this.#closed) {
			return;
		}
		this.#started = true;
		const { store } = this.#parts;
		// Any change: what another window booked may be due before our timer is.
		this.#own.own(store.changes.onDidChange(() => this.wake()));
		this.#own.own(store.changes.onDidChangeKeys(() => this.wake()));
		this.wake();
	}

	/** Something may be due: sees to it at once. Call it when the window gets the focus. */
	wake(): void {
		if (!this.#started || this.#closed) {
			return;
		}
		if (this.#run !== undefined) {
			this.#wokenInRun = true;
		} else {
			this.#sleep(0);
		}
	}

	/** Somebody is there who was not before: brings near what was booked for nobody, a page of the list at a time. Never rejects. */
	async attend(): Promise<void> {
		const { store, clock, log } = this.#parts;
		try {
			if (store.health.readOnly) {
				return;
			}
			let isFirst = true;
			for (const keys of store.tasks.keyPages('active')) {
				// Other extensions run between two pages.
				if (!isFirst) {
					await new Promise<void>((resolve) => void this.#own.own(clock.after(0, resolve)));
				}
				isFirst = false;
				if (this.#closed) {
					return;
				}
				const now = clock.now();
				const earlier = keys.flatMap((key) => this.#earlier(store.tasks.get(key), now) ?? []);
				if (earlier.length > 0) {
					await store.pollQueue.bringForward(earlier);
				}
			}
		} catch (error) {
			if (!this.#closed) {
				log.error('Bringing looks forward failed', error);
			}
		}
	}

	/** A task's booking for somebody who is there, where it is nearer than the one it has. */
	#earlier(task: Task | undefined, now: number): Parameters<PollQueue['bringForward']>[0][number] | undefined {
		// What was never seen, or not last time, is booked for other reasons.
		if (task?.lookedAt === undefined || task.nextLookAt === undefined || task.intervalMs === undefined || task.problem !== undefined) {
			return undefined;
		}
		if (isEnded(task) || task.verdict !== undefined || !this.#isOurs(task.demo)) {
			return undefined;
		}
		const booking = this.#book(task, task, undefined, task.lookedAt);
		// A little earlier may only be the dice.
		return 'at' in booking && booking.at < task.nextLookAt - worthwhileMs
			? { key: task.key, at: Math.max(booking.at, now), intervalMs: booking.intervalMs }
			: undefined;
	}

	/**
	 * A look that a person asked for: whatever is booked, and even if the origin is paused. Never rejects.
	 * Joins a look at the task that is in flight already, in this window or another.
	 */
	async lookNow(key: TaskKey, options: LookOptions): Promise<LookAnswer> {
		try {
			return await this.#lookNow(key, options);
		} catch (error) {
			return this.#answerTo(error, options.signal);
		}
	}

	/** Ends all looks in flight and gives their claims back; resolves when that is written. No further look begins. */
	async close(): Promise<void> {
		this.#closing.abort(new Error('The poller is closed'));
		this.#timer?.dispose();
		this.#timer = undefined;
		this.#own.dispose();
		await this.#run;
		await Promise.allSettled(this.#flights.values());
	}

	dispose(): void {
		void this.close();
	}

	/** Whether it was closed: what is asked for now comes to nothing. */
	get isClosed(): boolean {
		return this.#closed;
	}

	get #closed(): boolean {
		return this.#closing.signal.aborted;
	}

	#sleep(ms: number): void {
		this.#timer?.dispose();
		this.#timer = this.#parts.clock.after(ms, () => {
			this.#timer = undefined;
			this.#run = this.#goRound();
		});
	}

	async #goRound(): Promise<void> {
		let wait: number | undefined;
		try {
			wait = await this.#claimWhatIsDue();
		} catch (error) {
			if (!this.#closed) {
				this.#parts.log.error('Looking for due tasks failed', error);
			}
			wait = unexpectedWaitMs;
		}
		this.#run = undefined;
		if (this.#closed) {
			return;
		}
		if (this.#wokenInRun) {
			wait = 0;
		}
		this.#wokenInRun = false;
		if (wait !== undefined) {
			this.#sleep(wait);
		}
	}

	/** Starts looks at what is due. Resolves to the wait (ms) until the next run; undefined when nothing is booked. */
	async #claimWhatIsDue(): Promise<number | undefined> {
		const { store, clock } = this.#parts;
		if (store.health.readOnly) {
			return undefined;
		}
		await this.#mendTimes();
		const now = clock.now();
		const due = store.pollQueue.nextDueAt(now, this.#terms);
		if (due === undefined || due > now) {
			return due === undefined ? undefined : sleepUntil(due, now);
		}
		const claims = await store.pollQueue.claimDue({ ...this.#terms, now, until: now + claimMs });
		for (const claim of claims) {
			void this.#flyInBackground(claim);
		}
		const next = store.pollQueue.nextDueAt(now, this.#terms);
		return next === undefined ? undefined : sleepUntil(next, now);
	}

	get #terms(): DueTerms {
		return { boundsOf: this.#parts.boundsOf, demo: this.#demo };
	}

	/** Mends what a wrong clock wrote: at the first run, and when the clock was set back. */
	async #mendTimes(): Promise<void> {
		const now = this.#parts.clock.now();
		const suspect = now < this.#latest - 60_000;
		this.#latest = now;
		if (suspect) {
			await this.#parts.store.pollQueue.repairTimestamps(now);
		}
	}

	#isOurs(demo: string | undefined): boolean {
		return demo === undefined || demo === this.#demo;
	}

	async #flyInBackground(claim: Claim): Promise<void> {
		try {
			await this.#fly(claim, { announce: () => true }, 'held');
		} catch (error) {
			if (!this.#closed) {
				this.#parts.log.error('A look failed', error);
			}
		} finally {
			this.wake();
		}
	}

	async #lookNow(key: TaskKey, options: LookOptions): Promise<LookAnswer> {
		const { store, clock } = this.#parts;
		const before = store.tasks.get(key);
		if (before === undefined) {
			return { kind: 'gone' };
		}
		if (!this.#isOurs(before.demo)) {
			return { kind: 'busy' };
		}
		const deadline = clock.now() + patienceMs;
		for (;;) {
			const answer = await (this.#flights.get(key) ?? this.#begin(key, options));
			if (answer !== undefined && answer.kind !== 'busy' && answer.kind !== 'stopped') {
				return answer;
			}
			// Another window has it, or someone else stopped the look that we joined.
			await this.#tick(key, options.signal);
			store.changes.checkForOthers();
			const task = store.tasks.get(key);
			if (task === undefined) {
				return { kind: 'gone' };
			}
			if (task.lookedAt !== before.lookedAt) {
				return { kind: 'seen', task };
			}
			if (task.problem !== undefined && task.problem.at !== before.problem?.at) {
				return { kind: 'failed', task, problem: task.problem };
			}
			if (clock.now() >= deadline) {
				return { kind: 'busy' };
			}
		}
	}

	/** Begins a look that a person asked for, or joins one; undefined when another window has the task. */
	async #begin(key: TaskKey, options: LookOptions): Promise<LookAnswer | undefined> {
		const { store, clock, newToken } = this.#parts;
		this.#closing.signal.throwIfAborted();
		options.signal?.throwIfAborted();
		const now = clock.now();
		const claim = await store.pollQueue.claim(key, { now, until: now + claimMs, token: newToken(), reservation: options.reservation });
		return await (claim === undefined ? this.#flights.get(key) : this.#fly(claim, options, 'asked'));
	}

	/** Waits until the task changes, for a moment at most. Rejects with the signal's reason. */
	async #tick(key: TaskKey, signal: AbortSignal | undefined): Promise<void> {
		const over = new Disposables();
		const closing = this.#closing.signal;
		closing.throwIfAborted();
		signal?.throwIfAborted();
		try {
			await new Promise<void>((resolve) => {
				const done = () => resolve();
				over.own(this.#parts.clock.after(patienceTickMs, done));
				over.own(this.#parts.store.changes.onDidChange(({ keys }) => keys.has(key) && done()));
				for (const source of [closing, signal]) {
					source?.addEventListener('abort', done);
					over.own({ dispose: () => source?.removeEventListener('abort', done) });
				}
			});
		} finally {
			over.dispose();
		}
		closing.throwIfAborted();
		signal?.throwIfAborted();
	}

	/** One look with a claim. One that was asked for has no place at its API yet. Rejects only with what nobody foresaw; claim and place are gone afterwards. */
	#fly(claim: Claim, options: LookOptions, place: 'held' | 'asked'): Promise<LookAnswer> {
		const { key } = claim.task;
		const flight = this.#look(claim, options, place).finally(() => {
			if (this.#flights.get(key) === flight) {
				this.#flights.delete(key);
			}
			this.#parts.places.noteLeft();
		});
		this.#flights.set(key, flight);
		return flight;
	}

	async #look(claim: Claim, { announce, signal }: LookOptions, place: 'held' | 'asked'): Promise<LookAnswer> {
		const { clock, places } = this.#parts;
		const { task, token } = claim;
		const over = new Disposables();
		const abort = new AbortController();
		for (const source of [this.#closing.signal, signal]) {
			if (source === undefined) {
				continue;
			}
			const follow = () => abort.abort(source.reason);
			if (source.aborted) {
				follow();
			}
			source.addEventListener('abort', follow);
			over.own({ dispose: () => source.removeEventListener('abort', follow) });
		}
		over.own(this.#keepClaim(claim, () => abort.abort(claimLost)));
		try {
			if (place === 'asked') {
				await places.take(task.ref.origin, token, abort.signal);
			}
			abort.signal.throwIfAborted();
			const outcome = await this.#ask(task, abort.signal);
			abort.signal.throwIfAborted();
			over.dispose();
			return await this.#settle(claim, outcome, announce);
		} catch (error) {
			over.dispose();
			const stopped = abort.signal.aborted;
			const overtaken = stopped && abort.signal.reason === claimLost;
			await this.#release(claim, stopped || isEnded(task) ? task.nextLookAt : clock.now() + unexpectedWaitMs);
			if (overtaken) {
				return this.#overtaken(task.key);
			}
			if (stopped) {
				return { kind: 'stopped' };
			}
			throw error;
		}
	}

	/** Renews a claim and its place while its look waits and is in flight. */
	#keepClaim(claim: Claim, onLost: () => void): Disposable {
		const { store, clock, log } = this.#parts;
		let over = false;
		// A renewal that fails is no loss: the record at the end decides whether the claim still holds.
		const renewal = keepAlive(clock, log, async () => {
			const kept = await store.pollQueue.renew(claim, clock.now() + claimMs);
			if (!kept && !over) {
				onLost();
			}
			return kept;
		});
		return {
			dispose: () => {
				over = true;
				renewal.dispose();
			},
		};
	}

	/** Asks the API with the origin's key, again if the key was replaced meanwhile. Pauses the origin when there is none, or when it was refused twice. */
	async #ask({ ref, externalTaskId, alias }: Task, signal: AbortSignal): Promise<LookOutcome | Keyless> {
		const { api } = this.#parts;
		for (let attempt = 1; ; attempt++) {
			const vault = await this.#readKey(ref.origin);
			signal.throwIfAborted();
			if ('keyUnreadable' in vault) {
				return vault;
			}
			const { key } = vault;
			if (key === undefined) {
				if ((await this.#pause(ref.origin, 'noKey', key)) || attempt === mostKeys) {
					return 'noKey';
				}
				continue;
			}
			const outcome = await api.query(ref, key, signal, { externalTaskId, alias: alias?.isSure === true ? alias.id : undefined });
			if (outcome.ok || outcome.error.kind !== 'auth') {
				const taken = outcome.ok ? 'sure' : apiErrorTraits[outcome.error.kind].keyTaken;
				if (taken !== 'unsaid') {
					await this.#accept(ref.origin, key, taken === 'sure');
				}
				return outcome;
			}
			if ((await this.#refuse(ref.origin, key, outcome.error.message)) || attempt === mostKeys) {
				return outcome;
			}
		}
	}

	/** The origin's key as the vault gives it, or why it does not. */
	async #readKey(origin: string): Promise<{ readonly key: string | undefined } | { readonly keyUnreadable: string }> {
		try {
			return { key: await this.#parts.keys.get(origin) };
		} catch (error) {
			return { keyUnreadable: error instanceof Error ? error.message : String(error) };
		}
	}

	/** The API refused a key (`used`): the first time its other checks wait for one that decides. False when the key in the vault is another by now. */
	async #refuse(origin: string, used: string, message: string): Promise<boolean> {
		const { keys, store, clock } = this.#parts;
		if ((await keys.get(origin)) !== used) {
			return false;
		}
		if ((await store.origins.noteRefusal(origin, clock.now())) === 'decided') {
			return await this.#pause(origin, 'auth', used, message);
		}
		return true;
	}

	/**
	 * Pauses an origin for the key that was missing or refused (`used`), and tells it if this window is the one to.
	 * False when the key in the vault is another by now: then nothing is wrong with that one yet.
	 */
	async #pause(origin: string, reason: PauseReason, used: string | undefined, message?: string): Promise<boolean> {
		const { keys, store, clock } = this.#parts;
		if ((await keys.get(origin)) !== used) {
			return false;
		}
		const tell = await store.origins.pause(origin, reason, clock.now());
		const current = await keys.get(origin);
		if (current !== used) {
			// Replaced while we wrote: its "key was set" may have come before our pause, so say it again.
			await store.origins.noteKey(origin, current !== undefined, clock.now());
			return false;
		}
		if (tell) {
			this.#didPause.fire({ origin, reason, ...(message !== undefined && { message }) });
		}
		return true;
	}

	/**
	 * The API took a key (`used`): the doubt about it is over, and so is a pause of its origin, unless the key was removed or replaced meanwhile.
	 * @param isSure whether a pause may end by it, which is told again if it begins again
	 */
	async #accept(origin: string, used: string, isSure: boolean): Promise<void> {
		const { keys, store, clock } = this.#parts;
		const isPaused = store.origins.paused().has(origin);
		if ((!isPaused && !store.origins.isDoubted(origin)) || (await keys.get(origin)) !== used) {
			return;
		}
		if (!isPaused) {
			await store.origins.noteAcceptance(origin);
		} else if (isSure) {
			await store.origins.noteKey(origin, true, clock.now());
		}
	}

	/** Writes what a look brought, or gives the claim back where there is nothing to write. */
	async #settle(claim: Claim, outcome: LookOutcome | Keyless, announce: () => boolean): Promise<LookAnswer> {
		const { store, clock } = this.#parts;
		const { task: before } = claim;
		const { key } = before;
		const now = clock.now();
		const current = store.tasks.get(key);
		if (current === undefined) {
			// Untracked, or its file cannot be read at the moment: it stays due, for whoever can.
			await store.pollQueue.release(claim, before.nextLookAt);
			return { kind: 'gone' };
		}
		if (!sameOperation(current.ref, before.ref)) {
			// The answer is about an operation that a person has corrected since.
			await store.pollQueue.release(claim, isEnded(current) ? undefined : now);
			return { kind: 'busy' };
		}
		if (outcome === 'noKey') {
			await store.pollQueue.release(claim, before.nextLookAt);
			return { kind: 'failed', task: store.tasks.get(key) ?? before, problem: { kind: 'noKey', failures: 1, at: now } };
		}
		if ('keyUnreadable' in outcome) {
			return await this.#settleUnreadableKey(claim, outcome.keyUnreadable, now);
		}
		const pace = paceOf(outcome, this.#parts.dice());
		if (!outcome.ok) {
			return await this.#settleFailure(claim, outcome, pace, now);
		}
		return isEnded(before)
			? await this.#settleEnded(claim, before, outcome, pace, now)
			: await this.#settleActive(claim, before, outcome, pace, announce, now);
	}

	async #settleActive(
		claim: Claim,
		before: ActiveTask,
		{ sighting, body }: SeenOutcome,
		pace: Pace | undefined,
		announce: () => boolean,
		now: number,
	): Promise<LookAnswer> {
		const judgement = judge(before.verdict, sighting, now);
		const base = { key: before.key, token: claim.token, at: now, sighting, body, ...(pace && { pace }) };
		if (judgement.kind === 'finished') {
			const lacks = missesResults(sighting);
			const holdMs = Math.max(lacks ? longestHoldMs : 0, announce() ? 0 : claimMs);
			return await this.#record(before, {
				...base,
				...(lacks && { nextLookAt: now + (resultWaits[0] ?? 0) }),
				...(holdMs > 0 && { holdUntil: now + holdMs }),
				announce: true,
			});
		}
		const booking = this.#book(before, agedBy(before, sighting, now), undefined, now);
		const at = judgement.kind === 'doubted' ? judgement.confirmAt : aliasDueAt(before, sighting, now);
		return await this.#record(before, {
			...base,
			// An end in doubt is checked once more, however old the task is.
			...(at !== undefined && (judgement.kind === 'doubted' || ('at' in booking && at < booking.at))
				? { nextLookAt: at, ...('at' in booking && booking.intervalMs !== undefined && { intervalMs: booking.intervalMs }) }
				: { ...inRecord(booking), ...(isTooOld(booking) && { problem: tooOldAt(now) }) }),
			announce: false,
		});
	}

	/** A finished task seen again: fresh links, results that came later, a correction. */
	async #settleEnded(
		claim: Claim,
		before: EndedTask,
		{ sighting, body }: SeenOutcome,
		pace: Pace | undefined,
		now: number,
	): Promise<LookAnswer> {
		const awaitsResults = before.nextLookAt !== undefined;
		const base = {
			key: before.key,
			token: claim.token,
			at: now,
			sighting,
			body,
			...(pace && { pace }),
			announce: false,
		};
		if (awaitsResults && !isBelievedOfFinished(before, sighting)) {
			// It says nothing of the results: no check was made for them. The telling waits on as it was booked.
			return await this.#record(before, {
				...base,
				...this.#bookResults(before, { kind: 'malformed', retryable: true }, before.endedAt, now),
				holdUntil: now,
			});
		}
		const results =
			sighting.status === before.status && sighting.results.length < before.results.length ? before.results : sighting.results;
		// A response that brings no more and says nothing of how many there will be leaves open whether that was all.
		const saysNoMore = sighting.expectedResults === undefined && results.length <= before.results.length;
		const lacks = awaitsResults && (missesResults({ ...sighting, results }) || (sighting.status === before.status && saysNoMore));
		// A person may ask before the next check is due.
		const isDue = before.nextLookAt !== undefined && now >= before.nextLookAt;
		const checks = (before.resultChecks ?? 0) + (isDue ? 1 : 0);
		const wait = resultWaits[checks];
		return await this.#record(before, {
			...base,
			...(lacks && wait !== undefined && { nextLookAt: isDue ? now + wait : before.nextLookAt, holdUntil: now }),
		});
	}

	/**
	 * Books the next check for results after one that brought nothing of them; none where none is awaited, or no longer.
	 * @param since ms since 1970: for so long nothing was brought
	 */
	#bookResults(
		before: EndedTask,
		error: Pick<ApiError, 'kind' | 'retryable' | 'retryAfterMs'>,
		since: number,
		now: number,
	): { readonly failures: Failures; readonly nextLookAt?: number } {
		const { trouble, failures } = failedOnceMore(error, before.failures, undefined);
		const booking = this.#bookFailure(before, error, trouble, failures, now);
		// While the network is away nobody was asked.
		const goesOn = before.nextLookAt !== undefined && (!apiErrorTraits[error.kind].isAnswer || now - since < lateResultsUntilMs);
		return { failures, ...(goesOn && 'at' in booking && { nextLookAt: booking.at }) };
	}

	async #settleFailure(claim: Claim, { error, body }: FailedOutcome, pace: Pace | undefined, now: number): Promise<LookAnswer> {
		const { store, log } = this.#parts;
		const { task: before, token } = claim;
		log.info(
			`A look at ${before.ref.id} (${operationKey(before.ref)}) failed: ${error.kind}${error.httpStatus === undefined ? '' : `, HTTP ${error.httpStatus}`}${error.code === undefined ? '' : `, code ${error.code}`}`,
		);
		const base = { key: before.key, token, at: now, ...(pace && { pace }) };
		if (isEnded(before)) {
			// Nothing is wrong with a task that has ended: the failure is the asker's alone, and the API's pace everybody's.
			const problem = problemOf(error, 1, now);
			const written = await store.pollQueue.record({
				...base,
				problem,
				...this.#bookResults(before, error, before.lookedAt ?? before.endedAt, now),
			});
			return written === undefined ? this.#overtaken(before.key) : { kind: 'failed', task: written.after, problem };
		}
		const { trouble, failures } = failedOnceMore(error, before.failures, before.problem?.kind);
		const problem = problemOf(error, failures[trouble], now);
		const booking = this.#bookFailure(before, error, trouble, failures, now);
		const written = await store.pollQueue.record({
			...base,
			failures,
			...(body !== undefined && { body }),
			problem: isTooOld(booking) ? tooOldAt(now) : problem,
			...inRecord(booking),
		});
		return written === undefined ? this.#overtaken(before.key) : { kind: 'failed', task: written.after, problem };
	}

	/** The editor did not give the key out: said in the row, and tried again as other passing trouble is. */
	async #settleUnreadableKey(claim: Claim, message: string, now: number): Promise<LookAnswer> {
		const { store, log } = this.#parts;
		const { task: before, token } = claim;
		log.warn(`The key of ${before.ref.origin} could not be read: ${message}`);
		const { trouble, failures } = failedOnceMore({ kind: 'server', retryable: true }, before.failures, before.problem?.kind);
		const problem: Problem = { kind: 'keyUnreadable', failures: failures[trouble], at: now, message };
		const booking = this.#book(before, before, { kind: 'unreachable', trouble, failures: failures[trouble] }, now);
		const nextLookAt = isEnded(before)
			? before.nextLookAt && Math.max(before.nextLookAt, now + unexpectedWaitMs)
			: 'at' in booking
				? booking.at
				: undefined;
		const written = await store.pollQueue.record({
			key: before.key,
			token,
			at: now,
			failures,
			problem,
			...(nextLookAt !== undefined && { nextLookAt }),
		});
		return written === undefined ? this.#overtaken(before.key) : { kind: 'failed', task: written.after, problem };
	}

	async #record(before: Task, look: LookRecord): Promise<LookAnswer> {
		const written = await this.#parts.store.pollQueue.record(look);
		return written === undefined ? this.#overtaken(before.key) : { kind: 'seen', task: written.after };
	}

	/** @param seen what is known of the task's age */
	#book({ ref, intervalMs, lookedAt }: Task, seen: Aged, failure: FailedLook | undefined, now: number): Booking {
		const { store, clock, laws, dice } = this.#parts;
		const { trackedAt, createdAt, serverAheadMs } = seen;
		return nextLook(
			{ trackedAt, createdAt, serverAheadMs, intervalMs, isSeen: lookedAt !== undefined, law: laws.of(ref) },
			failure,
			now,
			store.attention.current(clock.now()),
			dice(),
		);
	}

	/** Books the check after a failed one; what refused a key goes with the check that decides about it. */
	#bookFailure(
		before: Task,
		{ kind, retryAfterMs }: Pick<ApiError, 'kind' | 'retryAfterMs'>,
		trouble: Trouble,
		failures: Failures,
		now: number,
	): Booking {
		const isDoubted = kind === 'auth' && this.#parts.store.origins.isDoubted(before.ref.origin);
		return this.#book(before, before, { kind, trouble, failures: failures[trouble], retryAfterMs, isDoubted }, now);
	}

	/** The claim was lost, so this look is dropped: what another window saw counts. */
	#overtaken(key: TaskKey): LookAnswer {
		return { kind: this.#parts.store.tasks.get(key) === undefined ? 'gone' : 'busy' };
	}

	/** Gives a claim back when its look came to nothing; if even that fails it expires by itself. */
	async #release(claim: Claim, nextLookAt: number | undefined): Promise<void> {
		try {
			await this.#parts.store.pollQueue.release(claim, nextLookAt);
		} catch (error) {
			if (!this.#closed) {
				this.#parts.log.warn(`A claim could not be released: ${String(error)}`);
			}
		}
	}

	#answerTo(error: unknown, signal: AbortSignal | undefined): LookAnswer {
		if (this.#closed || signal?.aborted === true) {
			return { kind: 'stopped' };
		}
		this.#parts.log.error('A look failed', error);
		return { kind: 'unexpected', error };
	}
}

/** A booking as fields of a record; none when checks stop. */
function inRecord(booking: Booking): { readonly nextLookAt?: number; readonly intervalMs?: number } {
	return 'at' in booking ? { nextLookAt: booking.at, ...(booking.intervalMs !== undefined && { intervalMs: booking.intervalMs }) } : {};
}

function isTooOld(booking: Booking): boolean {
	return !('at' in booking) && booking.stopped === 'tooOld';
}

function tooOldAt(at: number): Problem & { readonly kind: 'tooOld' } {
	return { kind: 'tooOld', failures: 1, at };
}

/**
 * When to ask again about a task that a response named by another ID, so that a second one can make that ID its alias; undefined when it has not, or lately. Only of a task
 * that was tracked lately: an API that names its tasks otherwise does so from the first response on, and one that mixes them up for days is not asked every minute.
 */
function aliasDueAt({ alias, timesNamedItself = 0, trackedAt }: Task, { foreignId }: Sighting, now: number): number | undefined {
	if (foreignId === undefined || timesNamedItself >= provesOwnId || alias?.isSure === true || now - trackedAt > aliasSoughtMs) {
		return undefined;
	}
	const at = (alias?.id === foreignId ? alias.since : now) + aliasAfterMs;
	return at > now ? at : undefined;
}

/** A wait (ms) within the loop's bounds. */
function sleepUntil(due: number, now: number): number {
	return Math.min(Math.max(due - now, shortestSleepMs), longestSleepMs);
}
