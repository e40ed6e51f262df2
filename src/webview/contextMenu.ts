import type { MediaRef } from '../core/mediaRef';

/**
 * The editor reads `data-vscode-context` where a context menu is opened: its fields are context keys of the menu's `when` clauses
 * (`webview/context` in package.json), and the argument of its commands, which read it like a row's node. Source: VS Code's documentation of
 * webview context menus.
 */

/** Without the editor's Cut, Copy and Paste, of which only Copy could work here. */
export const pageContext = JSON.stringify({ preventDefaultContextMenuItems: true });

/** The context of one media. */
export function contextOf(key: string, media: MediaRef): string {
	return JSON.stringify({ preventDefaultContextMenuItems: true, webviewSection: 'media', kind: 'task', key, media });
}
