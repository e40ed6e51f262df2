import * as vscode from 'vscode';
import { assertNever } from '../../core/assertNever';
import type { DemoSubject } from '../../core/demoSubject';
import type { TaskKey } from '../../core/task';
import type { DemoParts, DryRun, DryRunOutcome } from '../../tracking/demoRun';
import { DemoSession } from '../../tracking/demoSession';
import { setKeyRemedy } from '../apiKey/setKeyRemedy';
import { setContext } from '../contextKeys';
import { commandRemedy, showMessage } from '../message';
import type { CommandHandlers } from './commandRegistry';

interface OfflineDemoParts extends Omit<DemoParts, 'nameOf' | 'onDidChangeRunning' | 'onDidChangeSamples' | 'onDidFinish'> {
	readonly showTasks: () => Promise<void>;
	/** Whether the person has set an API key. */
	readonly hasApiKey: () => Promise<boolean>;
}

/** The commands of the offline demo. */
export class OfflineDemo implements vscode.Disposable {
	readonly #session: DemoSession;
	readonly #showTasks: () => Promise<void>;

	constructor({ showTasks, hasApiKey, ...parts }: OfflineDemoParts) {
		this.#showTasks = showTasks;
		this.#session = new DemoSession({
			...parts,
			nameOf: demoName,
			onDidChangeRunning: (isRunning) => setContext('kling.demoRunning', isRunning),
			onDidChangeSamples: (hasSamples) => setContext('kling.demoHasSamples', hasSamples),
			onDidFinish: () => {
				showFinished(hasApiKey).catch((error: unknown) => parts.log.error('Failed to show the end of the demo', error));
			},
		});
	}

	commands(): Pick<CommandHandlers, 'kling.tryOfflineDemo' | 'kling.stopOfflineDemo'> {
		return { 'kling.tryOfflineDemo': () => this.#start(), 'kling.stopOfflineDemo': () => this.#session.stop() };
	}

	/** Tries a request on the offline Kling: no key, no network, no cost. Its task is listed with the demo's. */
	dryRun(request: DryRun): Promise<DryRunOutcome> {
		return this.#session.dryRun(request);
	}

	/** Whether a task is that of a dry run. */
	isDryRun(key: TaskKey): boolean {
		return this.#session.isDryRun(key);
	}

	dispose(): void {
		this.#session.dispose();
	}

	async #start(): Promise<void> {
		await this.#showTasks();
		if (await this.#session.start()) {
			// One line: the editor cuts a message without buttons after it.
			void showMessage('info', vscode.l10n.t('Demo running: six sample tasks finish within a minute.'));
		}
	}
}

/** What comes after the demo. */
async function showFinished(hasApiKey: () => Promise<boolean>): Promise<void> {
	const next = (await hasApiKey()) ? commandRemedy(vscode.l10n.t('Track a Task'), 'kling.trackTask') : setKeyRemedy();
	await showMessage('info', vscode.l10n.t('That was the demo.'), [
		next,
		commandRemedy(vscode.l10n.t('Open a Sample Request'), 'kling.newRequest', { sample: true }),
		commandRemedy(vscode.l10n.t('Remove Demo Tasks'), 'kling.stopOfflineDemo'),
	]);
}

function demoName(subject: DemoSubject): string {
	switch (subject) {
		case 'sunrise':
			return vscode.l10n.t('Demo: Sunrise');
		case 'flowers':
			return vscode.l10n.t('Demo: Flowers');
		case 'chord':
			return vscode.l10n.t('Demo: Chord');
		case 'rejected':
			return vscode.l10n.t('Demo: Rejected Prompt');
		case 'tide':
			return vscode.l10n.t('Demo: Tide');
		case 'narrator':
			return vscode.l10n.t('Demo: Narrator');
		default:
			return assertNever(subject);
	}
}
