import * as vscode from 'vscode';
import type { Disposable } from '../../../src/core/emitter';

/** The editor says that it is one on the desktop, until disposed: the one that runs the tests may be in a browser. */
export function onDesktop(): Disposable {
	const own = Object.getOwnPropertyDescriptor(vscode.env, 'uiKind');
	if (own === undefined) {
		throw new Error('The editor does not say what it is');
	}
	Object.defineProperty(vscode.env, 'uiKind', { ...own, get: () => vscode.UIKind.Desktop });
	return { dispose: () => void Object.defineProperty(vscode.env, 'uiKind', own) };
}
