import * as vscode from 'vscode';
import { Disposables } from '../../core/disposables';
import type { Disposable } from '../../core/emitter';
import { isFinished, type Task, type TaskKey } from '../../core/task';
import type { Creation, CreationId } from '../../creation/creation';
import type { Clock } from '../../tracking/ports/host';
import { mostUrgent } from '../creation/mostUrgent';
import { EstimateRenewal } from './estimateRenewal';
import type { RequestSession } from './requestSession';

/** How the last Run of a request stands. */
export type RunState =
	/** Its files are read, or the person is asked. */
	| { readonly kind: 'preparing' }
	/** `task`: what it made, unless that was untracked. */
	| { readonly kind: 'creation'; readonly creation: Creation; readonly task: Task | undefined };

/** The last Run of each request file: from the journal, so that every window shows the same, also after a reload. */
export class RequestCreations implements Disposable {
	readonly #own = new Disposables();
	readonly #renewal: EstimateRenewal;
	readonly #preparing = new Set<string>();
	/** The last creations of documents that have no file; only this window knows them. */
	readonly #unsaved = new Map<string, readonly CreationId[]>();
	/** The tasks whose states were given out. */
	readonly #shown = new Set<TaskKey>();
	readonly #didChange = this.#own.own(new vscode.EventEmitter<void>());
	#session: RequestSession | undefined;

	/** What `stateOf` returns has changed. */
	readonly onDidChange = this.#didChange.event;

	constructor(clock: Clock) {
		this.#renewal = this.#own.own(new EstimateRenewal(clock, () => this.#changed()));
	}

	/** See `LazyRequestSupport.connect`. */
	connect(session: RequestSession): void {
		this.#session = session;
		this.#own.own(session.run.creations.onDidChangeCreations(() => this.#changed()));
		this.#own.own(
			session.onDidChange((keys) => {
				if ([...this.#shown].some((key) => keys.has(key))) {
					this.#changed();
				}
			}),
		);
		this.#changed();
	}

	/** How the last Run of a request stands; undefined if there was none. */
	stateOf(document: vscode.Uri): RunState | undefined {
		if (this.#preparing.has(document.toString())) {
			return { kind: 'preparing' };
		}
		const creation = this.#decisive(document);
		const key = creation?.task;
		const task = key && this.#session?.task(key);
		if (task !== undefined) {
			this.#shown.add(task.key);
			if (!isFinished(task)) {
				this.#renewal.book();
			}
		}
		return creation && { kind: 'creation', creation, task };
	}

	/** Begins a Run, from its press to the person's decision. False: one of this request is under way. */
	begin(document: vscode.Uri): boolean {
		const uri = document.toString();
		if (this.#preparing.has(uri)) {
			return false;
		}
		this.#preparing.add(uri);
		this.#changed();
		return true;
	}

	/** The end of what `begin` began. */
	finish(document: vscode.Uri): void {
		this.#preparing.delete(document.toString());
		this.#changed();
	}

	/** What was planned from a document that has no file. */
	noteUnsaved(document: vscode.Uri, creations: readonly CreationId[]): void {
		this.#unsaved.set(document.toString(), creations);
		this.#changed();
	}

	/** The next document without a name may have the same URI. */
	forget(document: vscode.Uri): void {
		this.#unsaved.delete(document.toString());
	}

	dispose(): void {
		this.#own.dispose();
	}

	#changed(): void {
		this.#renewal.cancel();
		this.#didChange.fire();
	}

	#decisive(document: vscode.Uri): Creation | undefined {
		const creations = this.#session?.run.creations;
		const uri = document.toString();
		if (creations === undefined) {
			return undefined;
		}
		const unsaved = this.#unsaved.get(uri);
		if (unsaved !== undefined) {
			return mostUrgent(unsaved.flatMap((id) => creations.get(id) ?? []));
		}
		const newest = creations.newestOf(uri);
		return (
			newest &&
			mostUrgent([newest, ...creations.listed().filter(({ source, plannedAt }) => source.uri === uri && plannedAt === newest.plannedAt)])
		);
	}
}
