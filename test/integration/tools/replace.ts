import type { Disposable } from '../../../src/core/emitter';

/** Puts a stand-in in the place of a function of the editor's, until disposed. The extension sees it too: both share one `vscode` module. */
export function replace<T extends object>(owner: T, name: keyof T & string, standIn: (...args: readonly unknown[]) => unknown): Disposable {
	const original = owner[name];
	set(owner, name, standIn);
	return { dispose: () => set(owner, name, original) };
}

function set(owner: object, name: string, value: unknown): void {
	if (!Reflect.set(owner, name, value)) {
		throw new Error(`${name} cannot be replaced`);
	}
}
