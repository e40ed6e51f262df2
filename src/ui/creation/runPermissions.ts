import * as vscode from 'vscode';
import { Disposables } from '../../core/disposables';
import type { Disposable } from '../../core/emitter';
import type { RunTerms } from './runTerms';

/** So long after a task was planned without asking, another press of the same lens asks, ms: a double click makes one task. */
const doubleClickMs = 1_500;

/** What a lens gives its command. Only this very object counts: no keybinding, no task and no other window can name it. */
export interface LensPress {
	/** What the person allowed; undefined: ask. */
	readonly allowed: RunTerms | undefined;
	/** Allows such runs from this lens, until the window reloads. */
	readonly allow: (terms: RunTerms) => void;
	/** A task was planned without asking. */
	readonly used: () => void;
}

interface Permission {
	readonly terms: RunTerms;
	usedAt: number;
}

/** What a person allowed to be run without asking, by request document, until this window reloads. */
export class RunPermissions implements Disposable {
	readonly #own = new Disposables();
	readonly #now: () => number;
	readonly #permissions = new Map<string, Permission>();
	/** The lenses' arguments, and whose they are. */
	readonly #presses = new WeakMap<object, string>();
	readonly #arguments = new Map<string, object>();
	readonly #didChange = this.#own.own(new vscode.EventEmitter<void>());

	readonly onDidChange = this.#didChange.event;

	/** @param now ms, of a clock that is never set back */
	constructor(now: () => number) {
		this.#now = now;
	}

	/** What the lens of a document passes to its command. */
	argumentOf(document: vscode.Uri): object {
		const uri = document.toString();
		const existing = this.#arguments.get(uri);
		if (existing !== undefined) {
			return existing;
		}
		const argument = Object.freeze({});
		this.#arguments.set(uri, argument);
		this.#presses.set(argument, uri);
		return argument;
	}

	/**
	 * Reads the arguments of a command: undefined unless they are those of a lens in an editor that the person sees.
	 * @param args of the command, untrusted
	 */
	pressOf([document, argument]: readonly unknown[]): LensPress | undefined {
		if (!(document instanceof vscode.Uri) || typeof argument !== 'object' || argument === null) {
			return undefined;
		}
		const uri = document.toString();
		const isVisible = vscode.window.visibleTextEditors.some((editor) => editor.document.uri.toString() === uri);
		if (this.#presses.get(argument) !== uri || !isVisible) {
			return undefined;
		}
		const permission = this.#permissions.get(uri);
		return {
			allowed: permission === undefined || this.#now() - permission.usedAt < doubleClickMs ? undefined : permission.terms,
			allow: (terms) => {
				this.#permissions.set(uri, { terms, usedAt: this.#now() });
				this.#didChange.fire();
			},
			used: () => {
				const current = this.#permissions.get(uri);
				if (current !== undefined) {
					current.usedAt = this.#now();
				}
			},
		};
	}

	/** What the person allowed for a document. */
	of(document: vscode.Uri): RunTerms | undefined {
		return this.#permissions.get(document.toString())?.terms;
	}

	/** The next document without a name may have the same URI. */
	forget(document: vscode.Uri): void {
		this.#permissions.delete(document.toString());
	}

	dispose(): void {
		this.#own.dispose();
	}
}
