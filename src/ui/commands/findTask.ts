import * as vscode from 'vscode';
import type { Task, TaskKey } from '../../core/task';
import type { Clock, Log } from '../../tracking/ports/host';
import type { Stores } from '../../tracking/ports/stores';
import { escapeCodicons } from '../text/foreignText';
import { taskNode } from '../taskNode';
import { taskPickItem } from '../taskPickItem';
import { nothingToDo } from '../userError';

/** Most rows in the pick; the best or newest. */
const mostRows = 100;
/** How much of a prompt a row shows, in characters. */
const shownPrompt = 120;

export interface FindParts {
	readonly store: Pick<Stores, 'tasks' | 'search'>;
	readonly clock: Clock;
	readonly log: Log;
	/** Moves the focus to the list. */
	readonly showTasks: () => Promise<void>;
	/** Selects a task's row in it. */
	readonly reveal: (key: TaskKey) => Promise<void>;
}

type Row = vscode.QuickPickItem & { readonly key?: TaskKey };
type Choice = { readonly key: TaskKey; readonly action: 'reveal' | 'open' } | undefined;

/**
 * **Find Task…**: a pick whose rows follow what is typed; entry point of dist/find.js. Enter reveals the task in the list, the button of a
 * row opens its result.
 * @throws UserError when nothing is tracked; vscode.CancellationError when the person cancels
 */
export async function findTask(parts: FindParts): Promise<void> {
	const { active, finished } = parts.store.tasks.counts();
	if (active + finished === 0) {
		throw nothingToDo(vscode.l10n.t('No tasks are tracked.'));
	}
	const choice = await new TaskPick(parts).choose();
	if (choice === undefined) {
		throw new vscode.CancellationError();
	}
	if (choice.action === 'open') {
		await vscode.commands.executeCommand('kling.openResult', taskNode(choice.key));
		return;
	}
	await parts.showTasks();
	await parts.reveal(choice.key);
}

/** One pick. What it shows is always the reply to what is typed now, or the one before while that is on its way. */
class TaskPick {
	readonly #parts: FindParts;
	readonly #picker = vscode.window.createQuickPick<Row>();
	/** Cancels the search that runs; its reply is not shown. */
	#search = new AbortController();
	/** Enter was pressed while a search ran. */
	#isAccepted = false;
	#settle: ((choice: Choice) => void) | undefined;

	constructor(parts: FindParts) {
		this.#parts = parts;
	}

	async choose(): Promise<Choice> {
		const picker = this.#picker;
		picker.title = vscode.l10n.t('Find Task');
		picker.placeholder = vscode.l10n.t('Search by name, prompt, ID, operation, status or API');
		picker.items = this.#newest();
		const chosen = new Promise<Choice>((resolve) => (this.#settle = resolve));
		picker.onDidChangeValue(() => void this.#find());
		picker.onDidAccept(() => this.#accept());
		picker.onDidTriggerItemButton(({ item }) => this.#end(item.key, 'open'));
		picker.onDidHide(() => this.#settle?.(undefined));
		picker.show();
		this.#warmUp();
		try {
			return await chosen;
		} finally {
			this.#search.abort();
			picker.dispose();
		}
	}

	/** The first search reads all tasks: before the first key is pressed. */
	#warmUp(): void {
		this.#parts.store.search.find('', 1, this.#search.signal).catch(() => undefined);
	}

	async #find(): Promise<void> {
		const { store, log } = this.#parts;
		const text = this.#picker.value;
		this.#search.abort();
		this.#isAccepted = false;
		const { signal } = (this.#search = new AbortController());
		if (text.trim() === '') {
			this.#show(this.#newest());
			return;
		}
		this.#picker.busy = true;
		let rows: readonly Row[];
		try {
			const keys = await store.search.find(text, mostRows, signal);
			rows = keys.length === 0 ? [note(nothingFound(text))] : this.#rows(keys);
		} catch (error) {
			if (signal.aborted) {
				return;
			}
			log.error('Failed to search the tasks', error);
			rows = [note(vscode.l10n.t('The tasks cannot be searched right now. See the log for details.'))];
		}
		if (!signal.aborted) {
			this.#show(rows);
		}
	}

	#show(rows: readonly Row[]): void {
		this.#picker.busy = false;
		this.#picker.items = rows;
		const [best] = rows;
		if (best !== undefined) {
			this.#picker.activeItems = [best];
		}
		if (this.#isAccepted) {
			this.#end(best?.key, 'reveal');
		}
	}

	#accept(): void {
		if (this.#picker.busy) {
			// The rows do not match what is typed yet.
			this.#isAccepted = true;
			return;
		}
		this.#end(this.#picker.activeItems[0]?.key, 'reveal');
	}

	/** Ends the pick, unless the row is a note. */
	#end(key: TaskKey | undefined, action: 'reveal' | 'open'): void {
		if (key !== undefined) {
			this.#settle?.({ key, action });
		}
	}

	/** The first rows of the list. */
	#newest(): readonly Row[] {
		const keys: TaskKey[] = [];
		for (const list of ['active', 'finished'] as const) {
			for (const page of this.#parts.store.tasks.keyPages(list)) {
				keys.push(...page.slice(0, mostRows - keys.length));
				if (keys.length === mostRows) {
					break;
				}
			}
		}
		return this.#rows(keys);
	}

	#rows(keys: readonly TaskKey[]): readonly Row[] {
		const { store, clock } = this.#parts;
		const now = clock.now();
		return keys.flatMap((key) => {
			const task = store.tasks.get(key);
			return task === undefined ? [] : [rowOf(task, now)];
		});
	}
}

function rowOf(task: Task, now: number): Row {
	const item = taskPickItem(task, now);
	const prompt = task.prompt?.slice(0, shownPrompt).replace(/\s+/g, ' ');
	return {
		...item,
		key: task.key,
		detail: prompt === undefined ? item.detail : `${item.detail} · ${escapeCodicons(prompt)}`,
		buttons: [{ iconPath: new vscode.ThemeIcon('go-to-file'), tooltip: vscode.l10n.t('Open Result') }],
		// Matched by the search: the pick's own filter knows labels only.
		alwaysShow: true,
	};
}

/** A row that is no task. */
function note(label: string): Row {
	return { label, alwaysShow: true };
}

function nothingFound(text: string): string {
	return vscode.l10n.t({
		message: 'No task matches “{0}”.',
		args: [escapeCodicons(text.trim().slice(0, 200))],
		comment: ['{0} is what the person has typed.'],
	});
}
