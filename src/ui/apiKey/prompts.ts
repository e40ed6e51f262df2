import * as vscode from 'vscode';
import { assertNever } from '../../core/assertNever';
import type { Engine } from '../../tracking/engine';
import type { EngineHost } from '../../tracking/engineHost';
import type { Stores } from '../../tracking/ports/stores';
import { showMessage } from '../message';
import { requireOrigin } from '../settings';
import { UserError } from '../userError';
import { hostOf } from '../../core/origin';
import { apiMessage } from '../text/foreignText';
import { causeText } from '../text/problems';
import { setKeyRemedy } from './setKeyRemedy';
import type { ApiKeyStore } from './apiKeyStore';
import { sentences } from '../text/sentences';

/** Asking for, checking and removing keys. */
export class ApiKeyPrompts {
	readonly #apiKeys: ApiKeyStore;
	readonly #store: Stores;
	readonly #engine: Pick<EngineHost, 'clock' | 'log'> & Pick<Engine, 'keyCheck'>;

	constructor(apiKeys: ApiKeyStore, store: Stores, engine: Pick<EngineHost, 'clock' | 'log'> & Pick<Engine, 'keyCheck'>) {
		this.#apiKeys = apiKeys;
		this.#store = store;
		this.#engine = engine;
	}

	/** Asks for a key and stores it. Resolves to whether one was stored. */
	async set(origin = requireOrigin()): Promise<boolean> {
		const { askForKey } = await import('./keyInput');
		const apiKey = await askForKey(origin);
		if (apiKey === undefined) {
			return false;
		}
		await this.#apiKeys.set(origin, apiKey);
		await this.#store.origins.noteKey(origin, true, this.#engine.clock.now());
		// Not awaited: the key is stored even if the API rejects it.
		void this.#reportCheck(origin, apiKey, 'ifNews').catch((error: unknown) =>
			this.#engine.log.error('Failed to check the API key', error),
		);
		return true;
	}

	/** Asks the API for a task that cannot exist, and shows whether it accepted the key. */
	async check(): Promise<void> {
		const origin = await this.#chooseOrigin(vscode.l10n.t('Select an API Key to Check'));
		const apiKey = await this.#apiKeys.get(origin);
		if (apiKey === undefined) {
			throw new UserError(
				vscode.l10n.t({ message: 'No API key is set for {0}.', args: [hostOf(origin)], comment: ['{0} is a host name.'] }),
				[setKeyRemedy(() => this.set(origin))],
			);
		}
		await this.#reportCheck(origin, apiKey, 'always');
	}

	async remove(): Promise<void> {
		const origin = await this.#chooseOrigin(vscode.l10n.t('Select an API Key to Remove'));
		await this.#apiKeys.remove(origin);
		await this.#store.origins.noteKey(origin, false, this.#engine.clock.now());
		void showMessage(
			'info',
			vscode.l10n.t({
				message: 'The API key for {0} was removed. Tracked tasks are kept; tracking resumes when you set a new key.',
				args: [hostOf(origin)],
				comment: ['{0} is a host name.'],
			}),
		);
	}

	/** The only origin with a stored key, the base URL's if there is none, or the one the person picks. */
	async #chooseOrigin(title: string): Promise<string> {
		const stored = await this.#apiKeys.origins();
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

	/** @param showRejection `ifNews`: not if a check at the same time has already shown the rejection */
	async #reportCheck(origin: string, apiKey: string, showRejection: 'ifNews' | 'always'): Promise<void> {
		const host = hostOf(origin);
		const result = await vscode.window.withProgress(
			{ location: vscode.ProgressLocation.Window, title: vscode.l10n.t('Kling: Checking the API key…') },
			() => this.#engine.keyCheck.check(origin, apiKey),
		);
		switch (result.kind) {
			case 'replaced':
				return;
			case 'accepted':
				void showMessage('info', vscode.l10n.t({ message: '{0} accepted the API key.', args: [host], comment: ['{0} is a host name.'] }));
				return;
			case 'rejected':
				if (result.isNews || showRejection === 'always') {
					void showMessage(
						'warning',
						vscode.l10n.t({
							message: '{0} rejected the API key: {1}',
							args: [host, apiMessage(result.error.message)],
							comment: ['{0} is a host name.', '{1} is what the API said, in its own words.'],
						}),
						[setKeyRemedy(() => this.set(origin))],
					);
				}
				return;
			case 'unclear': {
				const why = causeText(result.problem, origin);
				void showMessage(
					'warning',
					sentences(
						showRejection === 'always'
							? vscode.l10n.t('The API key could not be checked.')
							: vscode.l10n.t('The API key was saved but could not be checked.'),
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
