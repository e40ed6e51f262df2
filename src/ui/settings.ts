import * as vscode from 'vscode';
import { normaliseOrigin } from '../core/origin';

/** Which ends of tasks a notification tells; the status bar and the badge tell all. */
export type NotificationChoice = 'all' | 'failures' | 'none';

/** The one reader and writer of this extension's settings. Defaults stand in package.json and here; a test holds them equal. */
export const settingDefaults = {
	'kling.api.baseUrl': 'https://api.cometapi.com',
	'kling.notifications.show': 'all',
} as const;

/** The API origin that new tasks are tracked on, or why the setting cannot be used. */
export function readOrigin(): ReturnType<typeof normaliseOrigin> {
	return normaliseOrigin(vscode.workspace.getConfiguration('kling').get<string>('api.baseUrl', settingDefaults['kling.api.baseUrl']));
}

export function readNotificationChoice(): NotificationChoice {
	const value = vscode.workspace.getConfiguration('kling').get<string>('notifications.show', settingDefaults['kling.notifications.show']);
	return value === 'failures' || value === 'none' ? value : 'all';
}

/** Written to the person's own settings, where "Don't show again" can be undone. */
export async function writeNotificationChoice(choice: NotificationChoice): Promise<void> {
	await vscode.workspace.getConfiguration('kling').update('notifications.show', choice, vscode.ConfigurationTarget.Global);
}

/** Calls back after one of our settings changed. */
export function onDidChangeSettings(listener: () => void): vscode.Disposable {
	return vscode.workspace.onDidChangeConfiguration((event) => {
		if (event.affectsConfiguration('kling')) listener();
	});
}
