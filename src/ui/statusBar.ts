import * as vscode from 'vscode';
import { needsPerson } from '../core/remedy';
import type { FinishedTask } from '../core/task';
import type { DurationModels } from '../tracking/durationModels';
import type { Clock } from '../tracking/ports/host';
import type { Disposable } from '../core/emitter';
import { Disposables } from '../core/disposables';
import type { Stores } from '../tracking/ports/stores';
import type { FailingTasks } from '../tracking/ports/tasks';
import { creationNeedsPerson } from './creation/creationActions';
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

/** The longest name (characters) that is shown for a finished task: a longer one would move the items beside it far away. */
const longestName = 32;

/** How many of these tasks need attention: no check is scheduled, or only a person can solve the problem. */
function waitingOf({ problem, tasks, stopped }: FailingTasks): number {
	return problem !== undefined && needsPerson(problem) ? tasks : stopped;
}

/**
 * One item: an icon and a number each for running tasks, those that need attention (see core/remedy.ts), both with creations that have no
 * task yet, and results and failures that were
 * not viewed yet. The tooltip and the label for screen readers say the same in words, and when the first result is expected: that changes
 * every few seconds, and in the item itself would move its neighbours. When a task finishes, its name is shown for a few seconds instead.
 * The offline demo is counted only while there is nothing of the person's own to count. Hidden when there is nothing to show.
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
		this.#own.own(store.creations.onDidChangeCreations(() => this.#redraw.request()));
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
		const all = this.#store.tasks.counts();
		const demo = this.#store.tasks.demoCounts();
		const own = {
			active: all.active - demo.active,
			unviewed: all.unviewed - demo.unviewed,
			unviewedFailed: all.unviewedFailed - demo.unviewedFailed,
		};
		const creations = this.#store.creations.listed();
		const isDemo = own.active === 0 && own.unviewed === 0 && creations.length === 0;
		const { active, unviewed, unviewedFailed } = isDemo ? demo : own;
		const stopped = active === 0 ? 0 : this.#store.tasks.failing().reduce((sum, group) => sum + waitingOf(group), 0);
		const unclear = creations.filter(creationNeedsPerson).length;
		const waiting = stopped + unclear;
		const running = Math.max(0, active - stopped) + creations.length - unclear;
		this.#tickWhile(running > 0);
		const failed = this.#flashed?.status === 'failed';
		this.#item.backgroundColor = failed ? new vscode.ThemeColor('statusBarItem.errorBackground') : undefined;
		if (this.#flashed !== undefined) {
			this.#show(`$(${failed ? 'error' : 'check'}) ${finishedText(withShortName(this.#flashed))}`, finishedText(this.#flashed));
			return;
		}
		const ready = unviewed - unviewedFailed;
		const parts = [
			{ icon: 'sync~spin', count: running, text: vscode.l10n.t('{0} running', running) },
			{
				icon: 'warning',
				count: waiting,
				text: waiting === 1 ? vscode.l10n.t('1 needs attention') : vscode.l10n.t('{0} need attention', waiting),
			},
			{ icon: 'check', count: ready, text: vscode.l10n.t('{0} ready', ready) },
			{ icon: 'error', count: unviewedFailed, text: vscode.l10n.t('{0} failed', unviewedFailed) },
		].filter(({ count }) => count > 0);
		if (parts.length === 0) {
			this.#item.hide();
			this.#shown = undefined;
			return;
		}
		const texts = parts.map(({ text }) => text);
		const next = running === 0 ? undefined : this.#nextFinish(isDemo);
		if (next !== undefined) {
			texts.splice(1, 0, next);
		}
		this.#show(
			parts.map(({ icon, count }) => `$(${icon}) ${count}`).join('  '),
			isDemo
				? vscode.l10n.t({
						message: 'Kling Tasks, offline demo: {0}',
						args: [texts.join(', ')],
						comment: ['{0} lists numbers of tasks, such as “2 running, 1 ready”.'],
					})
				: vscode.l10n.t({
						message: 'Kling Tasks: {0}',
						args: [texts.join(', ')],
						comment: ['{0} lists numbers of tasks, such as “2 running, 1 ready”.'],
					}),
		);
	}

	/** When the first of the running tasks is expected to finish, in words. */
	#nextFinish(isDemo: boolean): string | undefined {
		const now = this.#clock.now();
		const running = this.#store.tasks.running(comparedFinishes).filter(({ owner }) => isDemo || owner === undefined);
		return nextFinishText(running.map((task) => this.#durationModels.estimate(task, now)));
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

	#show(text: string, label: string): void {
		if (this.#shown === text + label) {
			return;
		}
		this.#shown = text + label;
		this.#item.text = text;
		this.#item.tooltip = `${escapeCodicons(label)}\n${vscode.l10n.t('Show Tasks')}`;
		this.#item.accessibilityInformation = { label, role: 'button' };
		this.#item.show();
	}
}

function withShortName(task: FinishedTask): FinishedTask {
	const characters = Array.from(task.name ?? '');
	return characters.length > longestName ? { ...task, name: `${characters.slice(0, longestName - 1).join('')}…` } : task;
}
