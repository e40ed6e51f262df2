import * as vscode from 'vscode';
import type { Clock } from '../tracking/ports/host';
import { Disposables } from '../core/disposables';
import { registerCommands, type EarlyHandlers, type LateHandlers } from './commands/commandRegistry';
import type { OutputLog } from './log';
import { showMessage } from './message';
import { StoreOpening, type Opened, type Unavailability } from './storeOpening';
import { TasksView } from './tree/tasksView';
import { refusalOf, severityOf } from './unavailable';

/** Everything that runs while the store is open. */
export interface Running {
	readonly commands: LateHandlers;
	/** Closes everything; resolves when nothing is open any more. */
	close(): Promise<void>;
}

export interface StartupParts<S, R> {
	/** See `OpeningParts.open`. */
	readonly open: (signal: AbortSignal) => Promise<S>;
	/** Builds what runs on the store, with the view of the task list. `own` disposes it, also when building it fails. */
	readonly run: (store: S, view: TasksView, own: Disposables) => R;
	/** The commands that do not need the store. */
	readonly early: Omit<EarlyHandlers, 'kling.showLog'>;
	readonly clock: Clock;
	readonly log: OutputLog;
}

/**
 * Registers the commands and the view before the store is open. A command waits for the store, about ten seconds at most. While the store
 * cannot be opened, the view and each command show the reason, and a message shows it once.
 */
export class Startup<S extends { close(): Promise<void> }, R extends Running> implements vscode.Disposable {
	readonly #own = new Disposables();
	readonly #log: OutputLog;
	readonly #view = this.#own.own(new TasksView());
	readonly #opening: StoreOpening<S, R>;
	/** Reasons that were shown in a message. */
	readonly #shown = new Set<Unavailability['kind']>();

	/** Registers the commands and the view, and starts to open the store. */
	constructor({ open, run, early, clock, log }: StartupParts<S, R>) {
		this.#log = log;
		this.#own.own(registerCommands({ ...early, 'kling.showLog': () => log.show() }, () => this.#commands(), log));
		this.#opening = new StoreOpening({
			open,
			run: (store) => {
				const own = this.#own.own(new Disposables());
				try {
					return run(store, this.#view, own);
				} catch (error) {
					own.dispose();
					throw error;
				}
			},
			onUnavailable: (reason) => this.#announce(reason),
			clock,
			log,
		});
	}

	/** Everything that runs, or undefined if the first attempt to open the store failed; it is retried. */
	async running(): Promise<R | undefined> {
		const opened = await this.#opening.outcome;
		return opened.ok ? opened.running : undefined;
	}

	/** Closes everything, the log last. */
	async close(): Promise<void> {
		await this.#opening.close();
		const opened = await this.#opening.outcome;
		if (opened.ok) {
			await opened.running.close();
		}
		this.#log.dispose();
	}

	dispose(): void {
		this.#own.dispose();
	}

	async #commands(): Promise<LateHandlers> {
		return (await this.#opened(this.#opening.outcome)).commands;
	}

	/**
	 * What runs.
	 * @throws why the store is not open; silently where a message has named the reason while this was waiting
	 */
	async #opened(outcome: Promise<Opened<R>>): Promise<R> {
		const shownBefore = new Set(this.#shown);
		const opened = await outcome;
		if (opened.ok) {
			return opened.running;
		}
		const isJustShown = this.#shown.has(opened.reason.kind) && !shownBefore.has(opened.reason.kind);
		throw isJustShown ? new vscode.CancellationError() : this.#refusal(opened.reason);
	}

	#announce(reason: Unavailability): void {
		const { message, remedies } = this.#refusal(reason);
		this.#view.view.message = message;
		if (!this.#shown.has(reason.kind)) {
			this.#shown.add(reason.kind);
			void showMessage(severityOf(reason), message, remedies);
		}
	}

	#refusal(reason: Unavailability): ReturnType<typeof refusalOf> {
		return refusalOf(reason, {
			retry: async () => {
				await this.#opened(this.#opening.retry());
			},
			showLog: () => this.#log.show(),
		});
	}
}
