import * as vscode from 'vscode';
import { needsPerson } from '../core/remedy';
import type { FinishedTask } from '../core/task';
import type { DurationModels } from '../tracking/durationModels';
import type { Clock } from '../tracking/ports/host';
import type { Disposable } from '../core/emitter';
import { Disposables } from '../core/disposables';
import type { Stores } from '../tracking/ports/stores';
import type { FailingTasks } from '../tracking/ports/tasks';
import { ThrottledRedraw } from './throttledRedraw';
import { escapeCodicons } from './text/foreignText';
import { finishedText } from './text/tasks';
import { nextFinishText } from './text/times';

/** How long a finished task is shown in the status bar, ms. */
const flashMs = 6000;
/** How often estimates are updated while a task is active, ms. */
const tickMs = 5000;

/** How many tasks, those checked next, are compared to find the one that finishes first. */
const comparedFinishes = 100;

/** How many of these tasks need attention: no check is scheduled, or only a person can solve the problem. */
function waitingOf({ problem, tasks, stopped }: FailingTasks): number {
	return problem !== undefined && needsPerson(problem) ? tasks : stopped;
}

/**
 * One item: how many tasks are running and when the next is expected to finish, how many need attention (see core/remedy.ts), and how many
 * are finished and not viewed. When a task finishes, its name is shown for a few seconds instead. Hidden when there is nothing to show.
 */
export class StatusBar implements vscode.Disposable {
	readonly #own = new Disposables();
	readonly #store: Stores;
	readonly #clock: Clock;
	readonly #durationModels: DurationModels;
	readonly #item = this.#own.own(vscode.window.createStatusBarItem('kling.status', vscode.StatusBarAlignment.Left, 50));
	readonly #redraw: ThrottledRedraw;
	#flashed: FinishedTask | undefined;
	#timer: Disposable | undefined;
	#tick: Disposable | undefined;
	#shown: string | undefined;

	constructor(
		store: Stores,
		clock: Clock,
		durationModels: DurationModels,
		onDidFinish: (listener: (task: FinishedTask) => void) => Disposable,
	) {
		this.#store = store;
		this.#clock = clock;
		this.#durationModels = durationModels;
		this.#item.name = vscode.l10n.t('Kling Tasks');
		this.#item.command = 'kling.showTasks';
		this.#redraw = this.#own.own(new ThrottledRedraw(clock, () => this.#draw()));
		this.#own.own(store.changes.onDidChange(() => this.#redraw.request()));
		this.#own.own(onDidFinish((task) => this.#flash(task)));
		this.#draw();
	}

	dispose(): void {
		this.#timer?.dispose();
		this.#tick?.dispose();
		this.#own.dispose();
	}

	#flash(task: FinishedTask): void {
		this.#flashed = task;
		this.#timer?.dispose();
		this.#timer = this.#clock.after(flashMs, () => {
			this.#flashed = undefined;
			this.#draw();
		});
		this.#draw();
	}

	#draw(): void {
		const { active, unviewed } = this.#store.tasks.counts();
		const waits = active === 0 ? 0 : this.#store.tasks.failing().reduce((sum, group) => sum + waitingOf(group), 0);
		const watched = active - waits;
		this.#tickWhile(watched > 0);
		const failed = this.#flashed?.status === 'failed';
		this.#item.backgroundColor = failed ? new vscode.ThemeColor('statusBarItem.errorBackground') : undefined;
		if (this.#flashed !== undefined) {
			const text = finishedText(this.#flashed);
			this.#setText(`$(${failed ? 'error' : 'check'}) ${text}`, text);
			return;
		}
		const counted = watched === 0 ? undefined : watched === 1 ? vscode.l10n.t('1 running') : vscode.l10n.t('{0} running', watched);
		const now = this.#clock.now();
		const running = watched === 0 ? [] : this.#store.tasks.running(comparedFinishes);
		const next = nextFinishText(running.map((task) => this.#durationModels.estimate(task, now)));
		const waiting = waits === 0 ? undefined : waits === 1 ? vscode.l10n.t('1 needs attention') : vscode.l10n.t('{0} need attention', waits);
		const finished = unviewed === 0 ? undefined : unviewed === 1 ? vscode.l10n.t('1 finished') : vscode.l10n.t('{0} finished', unviewed);
		if (counted === undefined && waiting === undefined && finished === undefined) {
			this.#item.hide();
			this.#shown = undefined;
			return;
		}
		const parts = [counted, next, waiting, finished].filter((part) => part !== undefined);
		this.#setText(
			`$(${counted !== undefined ? 'sync~spin' : waiting !== undefined ? 'warning' : 'bell-dot'}) ${parts.join(', ')}`,
			vscode.l10n.t({
				message: 'Kling: {0}',
				args: [parts.join(', ')],
				comment: ['{0} lists numbers of tasks, such as “2 running, 1 finished”.'],
			}),
		);
	}

	#tickWhile(wanted: boolean): void {
		if (!wanted) {
			this.#tick?.dispose();
			this.#tick = undefined;
		} else {
			this.#tick ??= this.#clock.after(tickMs, () => {
				this.#tick = undefined;
				this.#draw();
			});
		}
	}

	#setText(text: string, label: string): void {
		if (this.#shown === text) {
			return;
		}
		this.#shown = text;
		this.#item.text = text;
		this.#item.tooltip = escapeCodicons(`${label}\n${vscode.l10n.t('Show Tasks')}`);
		this.#item.accessibilityInformation = { label: `${label}. ${vscode.l10n.t('Show Tasks')}`, role: 'button' };
		this.#item.show();
	}
}
