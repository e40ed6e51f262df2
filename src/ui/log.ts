import * as vscode from 'vscode';
import { redact } from '../core/redact';
import type { Log } from '../tracking/ports/host';

/** The output channel "Kling Tasks". Every line passes the allowlist of `core/redact.ts`. */
export class OutputLog implements Log, vscode.Disposable {
	readonly #channel = vscode.window.createOutputChannel('Kling Tasks', { log: true });

	debug(message: string): void {
		this.#channel.debug(redact(message));
	}

	info(message: string): void {
		this.#channel.info(redact(message));
	}

	warn(message: string): void {
		this.#channel.warn(redact(message));
	}

	/** Logs the error's name, message and the top of its stack. */
	error(message: string, error?: unknown): void {
		const cause =
			error instanceof Error
				? `: ${error.name}: ${error.message}\n${frames(error)}`
				: error === undefined
					? ''
					: `: ${JSON.stringify(error)}`;
		this.#channel.error(redact(`${message}${cause}`));
	}

	show(): void {
		this.#channel.show();
	}

	dispose(): void {
		this.#channel.dispose();
	}
}

/** Function names and positions of a stack, without directories, which contain the user name. */
function frames(error: Error): string {
	return (error.stack ?? '')
		.split('\n')
		.filter((line) => /^\s+at /.test(line))
		.slice(0, 8)
		.map((line) => line.replace(/\(?(?:file:\/\/)?\/?\S*[/\\]([^/\\]+)\)?$/, '$1'))
		.join('\n');
}
