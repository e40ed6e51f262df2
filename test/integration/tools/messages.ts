import * as vscode from 'vscode';
import type { Disposable } from '../../../src/core/emitter';
import { replace } from './replace';
import { soon } from '../../support/retry';

/** A message that was shown. It stays until a button is pressed or it is closed. */
export interface Message {
	readonly severity: 'info' | 'warning' | 'error';
	readonly text: string;
	/** Under the text of a modal message; empty otherwise. */
	readonly detail: string;
	readonly buttons: readonly string[];
	press(button: string): void;
	close(): void;
}

/** Takes the editor's messages instead of showing them, from its making until it is disposed. */
export class Messages implements Disposable {
	readonly all: Message[] = [];
	readonly #own: readonly Disposable[];

	constructor() {
		const take =
			(severity: Message['severity']) =>
			(text: unknown, ...rest: readonly unknown[]): Promise<string | undefined> =>
				new Promise((resolve) => {
					const buttons = rest.filter((item) => typeof item === 'string');
					const [options] = rest;
					const detail =
						typeof options === 'object' && options !== null && 'detail' in options && typeof options.detail === 'string'
							? options.detail
							: '';
					const press = (button: string): void => {
						if (!buttons.includes(button)) {
							throw new Error(`“${String(text)}” has no button “${button}”, but: ${buttons.join(', ')}`);
						}
						resolve(button);
					};
					this.all.push({ severity, text: String(text), detail, buttons, press, close: () => resolve(undefined) });
				});
		this.#own = [
			replace(vscode.window, 'showInformationMessage', take('info')),
			replace(vscode.window, 'showWarningMessage', take('warning')),
			replace(vscode.window, 'showErrorMessage', take('error')),
		];
	}

	/** All messages with such a text, in the order in which they came. */
	like(text: RegExp): readonly Message[] {
		return this.all.filter((message) => text.test(message.text));
	}

	/** Waits for a message with such a text. */
	next(text: RegExp): Promise<Message> {
		return soon(
			`a message like ${String(text)}; said: ${JSON.stringify(this.all.map((message) => message.text))}`,
			() => this.like(text)[0],
		);
	}

	/** Forgets what was said so far; what still waits for an answer is closed. */
	clear(): void {
		for (const message of this.all.splice(0)) {
			message.close();
		}
	}

	dispose(): void {
		this.clear();
		for (const owned of this.#own) {
			owned.dispose();
		}
	}
}
