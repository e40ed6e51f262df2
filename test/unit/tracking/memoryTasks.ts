import { isEnded, isEndedStatus, taskKey } from '../../../src/core/task';
import type { ActiveTask, EndedTask, Sighting, Task, TaskFacts, TaskKey } from '../../../src/core/task';
import { Emitter } from '../../../src/core/emitter';
import type { Claim, ClaimTerms, Event, Log, LookRecord, NewTask, PauseReason, TaskCounts, Tasks, TasksChange } from '../../../src/tracking/ports';

interface Row {
	task: Task;
	removed: boolean;
	claim: { token: string; until: number } | undefined;
	body: { body: string; at: number } | undefined;
}

interface Change {
	readonly keys: readonly TaskKey[];
	readonly structure: boolean;
	readonly keySet: boolean;
}

/** What the windows of a test share. */
export class MemoryFile {
	readonly rows = new Map<TaskKey, Row>();
	readonly paused = new Map<string, PauseReason>();
	/** Ends that want telling, and whether someone has claimed it. */
	readonly announcements = new Map<TaskKey, boolean>();
	readonly changes: Change[] = [];
}

/** `Tasks` without a disk, one instance per window: as strict about claims and announcements as the real one. */
export class MemoryTasks implements Tasks {
	readonly #file: MemoryFile;
	readonly #didChange: Emitter<TasksChange>;
	readonly #didChangeKeys: Emitter<void>;
	#seen: number;
	readOnly = false;
	/** Methods that fail as long as they are in here. */
	readonly broken = new Set<'claimDue' | 'record' | 'release' | 'renew' | 'nextDueAt' | 'claim' | 'claimAnnouncement' | 'checkForOthers'>();

	constructor(file: MemoryFile, log: Log) {
		this.#file = file;
		this.#didChange = new Emitter(log);
		this.#didChangeKeys = new Emitter(log);
		this.#seen = file.changes.length;
	}

	get onDidChange(): Event<TasksChange> {
		return this.#didChange.event;
	}

	get onDidChangeKeys(): Event<void> {
		return this.#didChangeKeys.event;
	}

	get(key: TaskKey): Task | undefined {
		const row = this.#file.rows.get(key);
		return row === undefined || row.removed ? undefined : this.#shown(row);
	}

	active(): readonly ActiveTask[] {
		return this.#visible()
			.filter((task): task is ActiveTask => !isEnded(task))
			.reverse();
	}

	ended(limit: number): readonly EndedTask[] {
		return this.#visible()
			.filter(isEnded)
			.sort((one, other) => other.endedAt - one.endedAt)
			.slice(0, limit);
	}

	counts(): TaskCounts {
		const ended = this.ended(Infinity);
		return { active: this.active().length, ended: ended.length, unviewed: ended.filter(({ viewedAt }) => viewedAt === undefined).length };
	}

	rawAnswer(key: TaskKey): { readonly body: string; readonly at: number } | undefined {
		return this.#file.rows.get(key)?.body;
	}

	pausedOrigins(): ReadonlyMap<string, PauseReason> {
		return new Map(this.#file.paused);
	}

	async add(tasks: readonly NewTask[], now: number, claim?: ClaimTerms): Promise<{ readonly added: readonly TaskKey[]; readonly known: readonly TaskKey[] }> {
		await this.#turn();
		const added = new Set<TaskKey>();
		const known = new Set<TaskKey>();
		for (const { ref, name, demo } of tasks) {
			const key = taskKey(ref);
			const row = this.#file.rows.get(key);
			if (added.has(key)) continue;
			if (row !== undefined && !row.removed) {
				known.add(key);
				continue;
			}
			const task: Task = row?.task ?? {
				key,
				ref,
				status: 'submitted',
				trackedAt: now,
				results: [],
				nextLookAt: now,
				...(name !== undefined && { name }),
				...(demo !== undefined && { demo }),
			};
			this.#file.rows.set(key, { task, removed: false, claim: claim && { token: claim.token, until: claim.until }, body: row?.body });
			added.add(key);
		}
		this.#wrote([...added], true);
		return { added: [...added], known: [...known] };
	}

	async rename(key: TaskKey, name: string | undefined): Promise<void> {
		await this.#turn();
		this.#change(key, (task) => ({ ...without(task, 'name'), ...(name !== undefined && { name }) }));
		this.#wrote([key], false);
	}

	async changeOperation(key: TaskKey, action: string, action2: string, now: number): Promise<void> {
		await this.#turn();
		this.#change(key, (task) => ({ ...without(task, 'problem'), ref: { ...task.ref, action, action2 } }));
		const row = this.#file.rows.get(key);
		if (row !== undefined && !isEnded(row.task)) row.task = { ...row.task, nextLookAt: now };
		this.#wrote([key], false);
	}

	async remove(keys: readonly TaskKey[]): Promise<void> {
		await this.#turn();
		for (const key of keys) {
			const row = this.#file.rows.get(key);
			if (row !== undefined) row.removed = true;
		}
		this.#wrote(keys, true);
	}

	async restore(keys: readonly TaskKey[]): Promise<void> {
		await this.#turn();
		for (const key of keys) {
			const row = this.#file.rows.get(key);
			if (row !== undefined) row.removed = false;
		}
		this.#wrote(keys, true);
	}

	async removeEnded(): Promise<readonly TaskKey[]> {
		const keys = this.ended(Infinity)
			.filter(({ demo }) => demo === undefined)
			.map(({ key }) => key);
		await this.remove(keys);
		return keys;
	}

	async markViewed(keys: readonly TaskKey[] | 'all', now: number): Promise<void> {
		await this.#turn();
		const wanted = keys === 'all' ? this.ended(Infinity).map(({ key }) => key) : keys;
		for (const key of wanted) this.#change(key, (task) => (isEnded(task) ? { ...task, viewedAt: task.viewedAt ?? now } : task));
		this.#wrote(wanted, false);
	}

	async forgetEverything(): Promise<void> {
		await this.#turn();
		this.#file.rows.clear();
		this.#file.announcements.clear();
		this.#wrote([], true);
	}

	async claimDue(terms: {
		readonly now: number;
		readonly until: number;
		readonly newToken: () => string;
		readonly limit: number;
		readonly demo: string | undefined;
	}): Promise<readonly Claim[]> {
		await this.#turn('claimDue');
		return [...this.#file.rows.values()]
			.filter((row) => this.#claimableAt(row, terms.now, terms.demo) <= terms.now)
			.sort((one, other) => (one.task.nextLookAt ?? 0) - (other.task.nextLookAt ?? 0))
			.slice(0, terms.limit)
			.map((row) => this.#take(row, { ...terms, token: terms.newToken() }));
	}

	async claim(key: TaskKey, terms: ClaimTerms): Promise<Claim | undefined> {
		await this.#turn('claim');
		const row = this.#file.rows.get(key);
		if (row === undefined || row.removed || (row.claim !== undefined && row.claim.until > terms.now)) return undefined;
		return this.#take(row, terms);
	}

	async renew(claim: Claim, _now: number, until: number): Promise<boolean> {
		await this.#turn('renew');
		const row = this.#held(claim.task.key, claim.token);
		if (row?.claim !== undefined) row.claim.until = until;
		return row !== undefined;
	}

	async release(claim: Claim, nextLookAt: number | undefined): Promise<void> {
		await this.#turn('release');
		const row = this.#held(claim.task.key, claim.token);
		if (row === undefined) return;
		row.claim = undefined;
		this.#change(claim.task.key, (task) => ({ ...without(task, 'nextLookAt'), ...(nextLookAt !== undefined && { nextLookAt }) }));
		this.#wrote([claim.task.key], false);
	}

	async record(look: LookRecord): Promise<{ readonly before: Task; readonly after: Task } | undefined> {
		await this.#turn('record');
		const row = this.#held(look.key, look.token);
		if (row === undefined || row.removed) return undefined;
		const before = row.task;
		const kept: Task = {
			...without(before, 'problem', 'nextLookAt'),
			...(look.problem !== undefined && { problem: look.problem }),
			...(look.intervalMs !== undefined && { intervalMs: look.intervalMs }),
		};
		const after = look.sighting === undefined ? kept : seen(kept, look.sighting, look.at);
		row.task = isEnded(after) || look.nextLookAt === undefined ? after : { ...after, nextLookAt: look.nextLookAt };
		row.claim = undefined;
		if (look.body !== undefined) row.body = { body: look.body, at: look.at };
		const ended = isEnded(after) && !isEnded(before);
		if (ended && look.announce && !this.#file.announcements.has(look.key)) this.#file.announcements.set(look.key, false);
		this.#wrote([look.key], ended);
		return { before, after: this.#shown(row) };
	}

	nextDueAt(now: number, demo: string | undefined): number | undefined {
		this.#mayBreak('nextDueAt');
		const due = Math.min(...[...this.#file.rows.values()].map((row) => this.#claimableAt(row, now, demo)));
		return Number.isFinite(due) ? due : undefined;
	}

	async pauseOrigin(origin: string, reason: PauseReason): Promise<boolean> {
		await this.#turn();
		const tell = !this.#file.paused.has(origin);
		this.#file.paused.set(origin, reason);
		this.#wrote([], true);
		return tell;
	}

	async noteKey(origin: string, present: boolean, now: number): Promise<void> {
		await this.#turn();
		const wasPaused = this.#file.paused.delete(origin);
		if (!present) this.#file.paused.set(origin, 'noKey');
		for (const row of present ? this.#file.rows.values() : []) {
			const { task } = row;
			if (task.ref.origin !== origin || isEnded(task)) continue;
			const kind = task.problem?.kind;
			if (kind === 'notFound') row.task = { ...task, nextLookAt: now };
			else if (wasPaused || kind === 'auth') {
				row.task = { ...without(task, 'problem'), nextLookAt: now };
			}
		}
		this.#wrote([], true, true);
	}

	pendingAnnouncements(): readonly TaskKey[] {
		return [...this.#file.announcements].flatMap(([key, claimed]) => (claimed || this.get(key) === undefined ? [] : [key]));
	}

	async claimAnnouncement(key: TaskKey): Promise<boolean> {
		await this.#turn('claimAnnouncement');
		if (this.#file.announcements.get(key) !== false) return false;
		this.#file.announcements.set(key, true);
		return true;
	}

	keepDemo(): Promise<void> {
		throw new Error('Not needed here');
	}

	async endDemo(demo: string): Promise<void> {
		await this.#turn();
		for (const [key, { task }] of this.#file.rows) if (task.demo === demo) this.#file.rows.delete(key);
		this.#wrote([], true);
	}

	removeDeadDemos(): Promise<number | undefined> {
		throw new Error('Not needed here');
	}

	checkForOthers(): void {
		this.#mayBreak('checkForOthers');
		const news = this.#file.changes.slice(this.#seen);
		this.#seen = this.#file.changes.length;
		if (news.length === 0) return;
		this.#didChange.fire({ keys: new Set(news.flatMap(({ keys }) => keys)), structure: news.some(({ structure }) => structure) });
		if (news.some(({ keySet }) => keySet)) this.#didChangeKeys.fire();
	}

	/** Writes wait for the lock: they never happen in the caller's own turn. */
	async #turn(method?: typeof this.broken extends Set<infer M> ? M : never): Promise<void> {
		await new Promise((resolve) => setImmediate(resolve));
		if (method !== undefined) this.#mayBreak(method);
	}

	#mayBreak(method: typeof this.broken extends Set<infer M> ? M : never): void {
		if (this.broken.has(method)) throw new Error(`${method} is broken`);
	}

	/** Notes a change for all windows; this one hears of it now, with what it had not heard of yet. */
	#wrote(keys: readonly TaskKey[], structure: boolean, keySet = false): void {
		this.#file.changes.push({ keys, structure, keySet });
		const broken = this.broken.delete('checkForOthers');
		this.checkForOthers();
		if (broken) this.broken.add('checkForOthers');
	}

	#visible(): Task[] {
		return [...this.#file.rows.values()].filter(({ removed }) => !removed).map((row) => this.#shown(row));
	}

	#shown({ task }: Row): Task {
		const reason = this.#file.paused.get(task.ref.origin);
		if (reason === undefined || isEnded(task)) return task;
		return { ...task, problem: task.problem?.kind === reason ? task.problem : { kind: reason, failures: 1, at: 0 } };
	}

	/** When a row can be claimed without being asked for; Infinity for never. */
	#claimableAt({ task, removed, claim }: Row, now: number, demo: string | undefined): number {
		if (removed || task.nextLookAt === undefined || this.#file.paused.has(task.ref.origin)) return Infinity;
		if (task.demo !== undefined && task.demo !== demo) return Infinity;
		return claim !== undefined && claim.until > now ? Math.max(task.nextLookAt, claim.until) : task.nextLookAt;
	}

	#take(row: Row, { token, until }: ClaimTerms): Claim {
		row.claim = { token, until };
		return { task: this.#shown(row), token };
	}

	#held(key: TaskKey, token: string): Row | undefined {
		const row = this.#file.rows.get(key);
		return row?.claim?.token === token ? row : undefined;
	}

	#change(key: TaskKey, how: (task: Task) => Task): void {
		const row = this.#file.rows.get(key);
		if (row !== undefined) row.task = how(row.task);
	}
}

function without(task: Task, ...facts: ('problem' | 'nextLookAt' | 'name')[]): Task {
	const rest = { ...task };
	if (facts.includes('problem')) delete rest.problem;
	if (facts.includes('nextLookAt')) delete rest.nextLookAt;
	if (facts.includes('name')) delete rest.name;
	return rest;
}

function seen(task: Task, sighting: Sighting, at: number): Task {
	const { status, rawStatus, results, message, progress, createdAt, updatedAt } = sighting;
	if (isEnded(task) && !isEndedStatus(status)) return { ...task, lookedAt: at };
	const facts: TaskFacts = {
		...task,
		lookedAt: at,
		rawStatus,
		results,
		...(message !== undefined && { message }),
		...(progress !== undefined && { progress }),
		...(createdAt !== undefined && { createdAt }),
		...(updatedAt !== undefined && { updatedAt }),
	};
	return isEndedStatus(status) ? { ...facts, status, endedAt: isEnded(task) ? task.endedAt : (updatedAt ?? at) } : { ...facts, status };
}
