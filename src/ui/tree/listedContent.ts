import { groupOf, type GroupId, type Grouping } from '../../core/taskGroup';
import type { TaskKey } from '../../core/task';
import type { Clock } from '../../tracking/ports/host';
import type { Stores } from '../../tracking/ports/stores';
import { isSettled, type RowDownloads } from '../keptFiles/keeping';
import { listedCreations } from './listedCreations';
import type { ContentDifference, ListedRows } from './listedRows';
import type { TaskFilter } from './taskFilter';
import { finishedPage, readContent, type TreeContent } from './treeContent';

/** How many revealed tasks the group of found tasks keeps. */
const mostRevealed = 50;

export interface ListedContentParts {
	readonly store: Stores;
	readonly clock: Pick<Clock, 'now'>;
	readonly downloads: Pick<RowDownloads, 'of'>;
	/** Gets what is listed from then on. */
	readonly rows: ListedRows;
	/** The rows were listed anew. @param difference from before; undefined: they were listed for the first time */
	readonly onRead: (content: TreeContent, difference: ContentDifference | undefined) => void;
}

/** What is to be listed, by the choices of the person, and when it is read from the store: once for all who ask while it is being read. */
export class ListedContent {
	readonly #parts: ListedContentParts;
	readonly #limits = new Map<GroupId, number>();
	/** Tasks to reveal, latest last: each is listed even if it is in no page, or hidden by the filter. */
	readonly #revealed = new Set<TaskKey>();
	#grouping: Grouping = 'time';
	#filter: TaskFilter | undefined;
	#isStale = true;
	#reading: Promise<void> | undefined;

	constructor(parts: ListedContentParts) {
		this.#parts = parts;
	}

	/** Whether the rows may differ from the store. */
	get isStale(): boolean {
		return this.#isStale;
	}

	get filter(): TaskFilter | undefined {
		return this.#filter;
	}

	set filter(filter: TaskFilter | undefined) {
		this.#filter = filter;
		this.#revealed.clear();
		this.#isStale = true;
	}

	set grouping(grouping: Grouping) {
		this.#grouping = grouping;
		this.#isStale = true;
	}

	/** The store has changed: the rows are read again when they are asked for next. */
	invalidate(): void {
		this.#isStale = true;
	}

	/** Lists the next page of a group's finished tasks. */
	showMore(group: GroupId): void {
		this.#limits.set(group, (this.#limits.get(group) ?? finishedPage) + finishedPage);
		this.#isStale = true;
	}

	/** Lists a task that is in no listed page, or hidden by the filter. */
	reveal(key: TaskKey): void {
		this.#revealed.add(key);
		for (const old of [...this.#revealed].slice(0, -mostRevealed)) {
			this.#revealed.delete(old);
		}
		this.#isStale = true;
	}

	/** Reads the content if it is stale. */
	async read(): Promise<void> {
		if (this.#isStale || this.#reading !== undefined) {
			this.#reading ??= this.#readUntilFresh().finally(() => (this.#reading = undefined));
			await this.#reading;
		}
	}

	/**
	 * Whether a task now belongs to another group, or is hidden or shown by the filter, without having entered or left the list: only its
	 * problem, its operation or its downloads changed.
	 */
	isMisplaced(key: TaskKey): boolean {
		const { rows, store } = this.#parts;
		const group = rows.get(key)?.group;
		if (this.#filter?.kind === 'unsaved' && rows.has(key) === this.#isSaved(key)) {
			return true;
		}
		const task = group === undefined || group === 'found' ? undefined : store.tasks.get(key);
		return task !== undefined && rows.content !== undefined && groupOf(task, this.#grouping, rows.content.days) !== group;
	}

	/** Whether the listed creations are those of the journal, in their groups. */
	hasListedCreations(): boolean {
		const { rows, store } = this.#parts;
		const listed = listedCreations(store.creations, this.#grouping, this.#filter);
		const before = rows.creations;
		return listed.size === before.length && before.every(({ id, group }) => listed.get(id) === group);
	}

	/** Whether the filter by what is not saved hides a task. */
	#isSaved(key: TaskKey): boolean {
		const { downloads, store } = this.#parts;
		const task = store.tasks.get(key);
		return task?.status !== 'succeeded' || downloads.of(key).filter(isSettled).length === task.results.length;
	}

	async #readUntilFresh(): Promise<void> {
		const { clock, onRead, rows, store } = this.#parts;
		while (this.#isStale) {
			this.#isStale = false;
			const wishes = { grouping: this.#grouping, filter: this.#filter, limits: this.#limits, revealed: this.#revealed };
			let content: TreeContent;
			try {
				content = await readContent(store, wishes, clock.now());
			} catch (error) {
				this.#isStale = true;
				throw error;
			}
			const difference = rows.list(content);
			for (const key of this.#revealed) {
				if (rows.get(key)?.group !== 'found') {
					this.#revealed.delete(key);
				}
			}
			onRead(content, difference);
		}
	}
}
