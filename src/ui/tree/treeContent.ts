import { operations } from '../../core/operation';
import { isFinished, type Task, type TaskKey } from '../../core/task';
import { daysAt, finishedGroups, groupOf, operationGroup, type Days, type GroupId, type Grouping } from '../../core/taskGroup';
import { retentionMs } from '../../core/retention';
import type { CreationId } from '../../creation/creation';
import type { FinishedPart } from '../../tracking/ports/tasks';
import type { Stores } from '../../tracking/ports/stores';
import { slices } from '../slicedWork';
import { listedCreations } from './listedCreations';
import { matches, type TaskFilter } from './taskFilter';

/** How many finished tasks of a group are listed at first, and added by each "Show More". */
export const finishedPage = 200;
/** The most tasks that a filter by text, or by what is not saved, shows. */
const mostMatches = 1_000;

/** A filter that the lists of the store know. */
type ListFilter = Exclude<TaskFilter, { readonly kind: 'text' | 'unsaved' }>;

/** What the list is to show. */
export interface TreeWishes {
	readonly grouping: Grouping;
	readonly filter: TaskFilter | undefined;
	/** How many finished tasks of a group are listed, if not `finishedPage`. */
	readonly limits: ReadonlyMap<GroupId, number>;
	/** Tasks to list in any case. */
	readonly revealed: ReadonlySet<TaskKey>;
}

/** What is listed in a group, and how much it has. */
export interface Group {
	readonly id: GroupId;
	/** Creations without a task: before the tasks. */
	readonly creations: readonly CreationId[];
	readonly keys: readonly TaskKey[];
	/** How many tasks and creations. */
	readonly count: number;
}

/** What the list shows. */
export interface TreeContent {
	/** In the order of the list; none is empty. */
	readonly groups: readonly Group[];
	/** How many tasks the filter hides. */
	readonly hidden: number;
	/** The days by which the tasks are grouped. */
	readonly days: Days;
}

const order: readonly GroupId[] = [
	'found',
	'demo',
	'running',
	'attention',
	'today',
	'yesterday',
	'week',
	'older',
	...operations.map(operationGroup),
];

/**
 * Reads what the list shows, in slices. Active tasks are listed completely, finished ones page by page.
 * @param now ms since 1970
 */
export async function readContent(store: Stores, wishes: TreeWishes, now: number): Promise<TreeContent> {
	const days = daysAt(now);
	const content = new Content();
	for (const [id, group] of listedCreations(store.creations, wishes.grouping, wishes.filter)) {
		content.addCreation(group, id);
	}
	switch (wishes.filter?.kind) {
		case 'text':
			await readTasks(content, store, wishes, await store.search.find(wishes.filter.text, mostMatches), days);
			break;
		case 'unsaved':
			await readTasks(content, store, wishes, await unsavedTasks(store, now), days);
			break;
		default:
			await readLists(content, store, wishes, wishes.filter, days);
	}
	const { active, finished } = store.tasks.counts();
	const hidden = active + finished + store.creations.listed().length - content.count;
	for (const key of wishes.revealed) {
		if (!content.keys.has(key) && store.tasks.get(key) !== undefined) {
			content.add('found', [key]);
		}
	}
	return { groups: content.sorted(), hidden: Math.max(0, hidden), days };
}

/** Collects the tasks of each group. */
class Content {
	readonly keys = new Set<TaskKey>();
	/** How many tasks and creations the groups have. */
	count = 0;
	readonly #groups = new Map<GroupId, { readonly creations: CreationId[]; readonly keys: TaskKey[]; count: number }>();

	addCreation(groupId: GroupId, id: CreationId): void {
		const group = this.#group(groupId);
		group.creations.push(id);
		group.count++;
		this.count++;
	}

	/** @param count how many tasks are added, those that are not listed included */
	add(id: GroupId, keys: readonly TaskKey[], count = keys.length): void {
		if (count === 0) {
			return;
		}
		const group = this.#group(id);
		for (const key of keys) {
			// A task may move while the lists are read: it is listed once.
			if (!this.keys.has(key)) {
				this.keys.add(key);
				group.keys.push(key);
			}
		}
		group.count += count;
		this.count += count;
	}

	sorted(): readonly Group[] {
		const rank = (id: GroupId): number => (order.includes(id) ? order.indexOf(id) : order.length);
		return [...this.#groups]
			.map(([id, { creations, keys, count }]) => ({ id, creations, keys, count: Math.max(count, creations.length + keys.length) }))
			.filter(({ count }) => count > 0)
			.sort((a, b) => rank(a.id) - rank(b.id) || (a.id < b.id ? -1 : 1));
	}

	#group(id: GroupId): { readonly creations: CreationId[]; readonly keys: TaskKey[]; count: number } {
		const group = this.#groups.get(id) ?? { creations: [], keys: [], count: 0 };
		this.#groups.set(id, group);
		return group;
	}
}

/** Tasks with a result that is not kept and may still be: queued ones, and the last finished ones. */
async function unsavedTasks(store: Stores, now: number): Promise<readonly TaskKey[]> {
	const pause = slices();
	const keys = new Set(store.downloads.pending().map(({ task }) => task));
	for (const { task } of store.downloads.unkept(now - retentionMs)) {
		if (keys.size >= mostMatches) {
			break;
		}
		keys.add(task);
		await pause();
	}
	return [...keys];
}

/** These tasks. */
async function readTasks(content: Content, store: Stores, { grouping }: TreeWishes, keys: readonly TaskKey[], days: Days): Promise<void> {
	const pause = slices();
	const tasks: Task[] = [];
	for (const key of keys) {
		const task = store.tasks.get(key);
		if (task !== undefined) {
			tasks.push(task);
		}
		await pause();
	}
	const rank = (task: Task): number => (isFinished(task) ? task.finishedAt : Number.MAX_SAFE_INTEGER);
	for (const task of tasks.sort((a, b) => rank(b) - rank(a) || b.trackedAt - a.trackedAt)) {
		content.add(groupOf(task, grouping, days), [task.key]);
	}
}

async function readLists(
	content: Content,
	store: Stores,
	{ grouping, limits }: TreeWishes,
	filter: ListFilter | undefined,
	days: Days,
): Promise<void> {
	const pause = slices();
	const owned = store.tasks.demoKeys().filter((key) => {
		const task = store.tasks.get(key);
		return task !== undefined && matches(task, filter);
	});
	content.add('demo', owned);
	if (filter === undefined || filter.kind === 'running') {
		for (const page of store.tasks.activeEntries()) {
			for (const { key, operation, needsAttention } of page) {
				content.add(
					grouping === 'none' ? 'all' : grouping === 'operation' ? operationGroup(operation) : needsAttention ? 'attention' : 'running',
					[key],
				);
			}
			await pause();
		}
	}
	if (filter?.kind === 'running') {
		return;
	}
	// What is left for the last group by time, or for the only group, is known without counting it: it may be nearly all.
	let left = finishedTotal(store, filter);
	const parts = finishedParts(store, grouping, days);
	for (const { id, ...part } of parts) {
		const wanted: FinishedPart = filter === undefined ? part : { ...part, only: filter.kind };
		const limit = limits.get(id) ?? finishedPage;
		const isLast = grouping !== 'operation' && id === parts.at(-1)?.id;
		const count = isLast && left !== undefined ? left : store.tasks.countFinished(wanted);
		left = left === undefined ? undefined : Math.max(0, left - count);
		await pause();
		const keys: TaskKey[] = [];
		for (const page of count === 0 ? [] : store.tasks.finishedKeys(wanted)) {
			keys.push(...page.slice(0, limit - keys.length));
			if (keys.length >= limit) {
				break;
			}
			await pause();
		}
		content.add(id, keys, count);
	}
}

/** How many finished tasks match a filter, if the store keeps count of them. */
function finishedTotal(store: Stores, filter: ListFilter | undefined): number | undefined {
	const [all, demo] = [store.tasks.counts(), store.tasks.demoCounts()];
	return filter === undefined ? all.finished - demo.finished : filter.kind === 'unviewed' ? all.unviewed - demo.unviewed : undefined;
}

function finishedParts(store: Stores, grouping: Grouping, days: Days): readonly (FinishedPart & { readonly id: GroupId })[] {
	switch (grouping) {
		case 'time':
			return finishedGroups(days);
		case 'operation':
			return store.tasks.finishedOperations().map((operation) => ({ id: operationGroup(operation), operation }));
		case 'none':
			return [{ id: 'all' }];
	}
}

/** Whether two groups show the same. */
export function isSameGroup(a: Group, b: Group): boolean {
	return a.count === b.count && isSameList(a.creations, b.creations) && isSameList(a.keys, b.keys);
}

function isSameList(a: readonly string[], b: readonly string[]): boolean {
	return a.length === b.length && a.every((one, index) => one === b[index]);
}
