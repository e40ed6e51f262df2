import * as vscode from 'vscode';
import type { Disposable } from '../../core/emitter';
import type { ApiKeys } from '../../tracking/ports/kling';

const slotPrefix = 'kling.apiKey ';

/** The API keys in SecretStorage, one entry per API origin, so that a key is never sent to another origin. */
export class ApiKeyStore implements ApiKeys, vscode.Disposable {
	readonly #secrets: vscode.SecretStorage;
	/** Keys of the offline demo; never stored. */
	readonly #temporary = new Map<string, string>();
	readonly #didChange = new vscode.EventEmitter<string>();
	/** The key of this origin was stored or removed, in this window or, where the editor reports it, in another. */
	readonly onDidChange = this.#didChange.event;
	readonly #subscription: vscode.Disposable;

	constructor(secrets: vscode.SecretStorage) {
		this.#secrets = secrets;
		this.#subscription = secrets.onDidChange(({ key }) => {
			if (key.startsWith(slotPrefix)) {
				this.#didChange.fire(key.slice(slotPrefix.length));
			}
		});
	}

	async get(origin: string): Promise<string | undefined> {
		return this.#temporary.get(origin) ?? (await this.#secrets.get(slotPrefix + origin));
	}

	async set(origin: string, apiKey: string): Promise<void> {
		await this.#secrets.store(slotPrefix + origin, apiKey);
	}

	async remove(origin: string): Promise<void> {
		await this.#secrets.delete(slotPrefix + origin);
	}

	/** The origins with a stored key. */
	async origins(): Promise<readonly string[]> {
		const keys = await this.#secrets.keys();
		return keys.filter((key) => key.startsWith(slotPrefix)).map((key) => key.slice(slotPrefix.length));
	}

	/** Whether the key of this origin is the offline demo's. */
	isTemporary(origin: string): boolean {
		return this.#temporary.has(origin);
	}

	/** Keeps a key in memory until disposed. */
	addTemporaryKey(origin: string, apiKey: string): Disposable {
		this.#temporary.set(origin, apiKey);
		return { dispose: () => this.#temporary.delete(origin) };
	}

	dispose(): void {
		this.#subscription.dispose();
		this.#didChange.dispose();
		this.#temporary.clear();
	}
}
