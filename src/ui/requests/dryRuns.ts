import * as vscode from 'vscode';
import { Disposables } from '../../core/disposables';
import type { Disposable } from '../../core/emitter';
import { isFinished, type Task, type TaskKey } from '../../core/task';
import type { Clock } from '../../tracking/ports/host';
import { EstimateRenewal } from './estimateRenewal';
import type { RequestSession } from './requestSession';

/** What came of the last dry run of a request. */
export type DryRun =
	| { readonly kind: 'starting' }
	| { readonly kind: 'refused'; readonly message: string }
	/** One task for each take. */
	| { readonly kind: 'created'; readonly keys: readonly TaskKey[] };

/** The task that says how a dry run stands: one that failed, else one that runs, else the last one; undefined if all were removed. */
export function decisiveTask(tasks: readonly Task[]): Task | undefined {
	return tasks.find(({ status }) => status === 'failed') ?? tasks.find((task) => !isFinished(task)) ?? tasks.at(-1);
}

/** The last dry run of each request file of this window. */
export class DryRuns implements Disposable {
	readonly #own = new Disposables();
	readonly #renewal: EstimateRenewal;
	readonly #runs = new Map<string, DryRun>();
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
		this.#own.own(
			session.onDidChange((keys) => {
				if (this.#keys().some((key) => keys.has(key))) {
					this.#changed();
				}
			}),
		);
	}

	/** The last dry run of a request, if it has left anything. */
	stateOf(uri: vscode.Uri): DryRun | undefined {
		return this.#runs.get(uri.toString());
	}

	set(uri: vscode.Uri, run: DryRun | undefined): void {
		if (run === undefined) {
			this.#runs.delete(uri.toString());
		} else {
			this.#runs.set(uri.toString(), run);
		}
		this.#changed();
	}

	dispose(): void {
		this.#own.dispose();
	}

	#changed(): void {
		this.#renewal.cancel();
		if (this.#tasks().some((task) => !isFinished(task))) {
			this.#renewal.book();
		}
		this.#didChange.fire();
	}

	#keys(): readonly TaskKey[] {
		return [...this.#runs.values()].flatMap((run) => (run.kind === 'created' ? run.keys : []));
	}

	#tasks(): readonly Task[] {
		return this.#keys().flatMap((key) => this.#session?.task(key) ?? []);
	}
}
