import * as vscode from 'vscode';
import { assertNever } from '../../core/assertNever';
import { hostOf } from '../../core/origin';
import type { Engine } from '../../tracking/engine';
import type { EngineHost } from '../../tracking/engineHost';
import type { Stores } from '../../tracking/ports/stores';
import { confirm } from '../confirm';
import { commandRemedy, type Say } from '../message';
import { requireOrigin } from '../settings';
import { UserError } from '../userError';
import { causeText, pauseText } from '../text/problems';
import { sentences } from '../text/sentences';
import type { ApiKeyStore } from './apiKeyStore';
import { askForKey } from './keyInput';
import { setKeyRemedy } from './setKeyRemedy';

/** What the commands on API keys need. */
export interface KeyFlowParts extends Pick<EngineHost, 'clock' | 'log'>, Pick<Engine, 'keyCheck'> {
	readonly apiKeys: ApiKeyStore;
	readonly store: Stores;
	readonly say: Say;
}

/** Setting, checking and removing API keys. Entry point of dist/key.js. */
export class KeyFlows {
	readonly #parts: KeyFlowParts;

	constructor(parts: KeyFlowParts) {
		this.#parts = parts;
	}

	/**
	 * Asks for a key and stores it.
	 * @param isTracking whether a task is about to be tracked with the key, so that this is not offered as what comes next
	 * @returns whether one was stored
	 */
	async set(origin = requireOrigin(), isTracking = false): Promise<boolean> {
		const { apiKeys, store, clock, log } = this.#parts;
		const apiKey = await askForKey(origin);
		if (apiKey === undefined) {
			return false;
		}
		await apiKeys.set(origin, apiKey);
		await store.origins.noteKey(origin, true, clock.now());
		// Not awaited: the key is stored even if the API rejects it.
		this.#reportCheck(origin, apiKey, true, isTracking).catch((error: unknown) => log.error('Failed to check the API key', error));
		return true;
	}

	/** Asks the API for a task that cannot exist, and shows whether it accepted the key. */
	async check(): Promise<void> {
		const origin = await this.#chooseOrigin(vscode.l10n.t('Select an API Key to Check'));
		const apiKey = await this.#parts.apiKeys.get(origin);
		if (apiKey === undefined) {
			throw new UserError(
				vscode.l10n.t({ message: 'No API key is set for {0}.', args: [hostOf(origin)], comment: ['{0} is a host name.'] }),
				[setKeyRemedy(() => this.set(origin))],
			);
		}
		await this.#reportCheck(origin, apiKey, false);
	}

	/** Removes a key once the person has confirmed it: the key cannot be brought back. */
	async remove(): Promise<void> {
		const { apiKeys, store, clock, say } = this.#parts;
		const origin = await this.#chooseOrigin(vscode.l10n.t('Select an API Key to Remove'));
		const host = hostOf(origin);
		await confirm({
			message: vscode.l10n.t({ message: 'Remove the API key for {0}?', args: [host], comment: ['{0} is a host name.'] }),
			detail: consequenceText(store.tasks.active().filter(({ ref }) => ref.origin === origin).length),
			button: vscode.l10n.t('Remove API Key'),
		});
		await apiKeys.remove(origin);
		await store.origins.noteKey(origin, false, clock.now());
		void say('info', vscode.l10n.t({ message: 'The API key for {0} was removed.', args: [host], comment: ['{0} is a host name.'] }));
	}

	/** The only origin with a stored key, the base URL's if there is none, or the one the person picks. */
	async #chooseOrigin(title: string): Promise<string> {
		const stored = await this.#parts.apiKeys.origins();
		const [only] = stored;
		if (only === undefined) {
			return requireOrigin();
		}
		if (stored.length === 1) {
			return only;
		}
		const picked = await vscode.window.showQuickPick(
			stored.map((origin) => ({ label: hostOf(origin), origin })),
			{ title },
		);
		if (picked === undefined) {
			throw new vscode.CancellationError();
		}
		return picked.origin;
	}

	/** @param isNew whether the person has just entered the key: a rejection that was shown meanwhile for a task is not shown again */
	async #reportCheck(origin: string, apiKey: string, isNew: boolean, isTracking = false): Promise<void> {
		const { keyCheck, store, say } = this.#parts;
		const host = hostOf(origin);
		const result = await vscode.window.withProgress(
			{ location: vscode.ProgressLocation.Window, title: vscode.l10n.t('Kling: Checking the API key…') },
			() => keyCheck.check(origin, apiKey),
		);
		switch (result.kind) {
			case 'replaced':
				return;
			case 'accepted':
				void say(
					'info',
					isNew
						? vscode.l10n.t({ message: 'API key saved. {0} accepted it.', args: [host], comment: ['{0} is a host name.'] })
						: vscode.l10n.t({ message: '{0} accepted the API key.', args: [host], comment: ['{0} is a host name.'] }),
					isNew && !isTracking && !store.tasks.tracks(origin) ? [commandRemedy(vscode.l10n.t('Track a Task'), 'kling.trackTask')] : [],
				);
				return;
			case 'rejected':
				if (result.isNews || !isNew) {
					// The same words as for a key that is rejected during tracking: the editor shows equal messages once.
					void say('warning', pauseText({ origin, reason: 'auth', message: result.error.message }), [setKeyRemedy(() => this.set(origin))]);
				}
				return;
			case 'unclear': {
				const why = causeText(result.problem, origin);
				void say(
					'warning',
					sentences(
						isNew ? vscode.l10n.t('The API key was saved but could not be checked.') : vscode.l10n.t('The API key could not be checked.'),
						why,
					),
				);
				return;
			}
			default:
				return assertNever(result);
		}
	}
}

/** What removing a key does. @param waiting how many running tasks need it */
function consequenceText(waiting: number): string {
	const kept = vscode.l10n.t('Tracked tasks are kept.');
	if (waiting === 0) {
		return sentences(kept, vscode.l10n.t('The key cannot be restored.'));
	}
	return sentences(
		waiting === 1
			? vscode.l10n.t('1 running task will not be checked until you set a key again.')
			: vscode.l10n.t({
					message: '{0} running tasks will not be checked until you set a key again.',
					args: [waiting],
					comment: ['{0} is a count.'],
				}),
		kept,
		vscode.l10n.t('The key cannot be restored.'),
	);
}
