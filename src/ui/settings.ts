import * as vscode from 'vscode';
import { clamp } from '../core/clamp';
import { errorMessage } from '../core/errorMessage';
import { normaliseOrigin } from '../core/origin';
import { settingRanges, demoLimits, type RateLimits } from '../core/rate';
import type { LimitsOf } from '../tracking/ports/requestSlots';
import { commandRemedy } from './message';
import { UserError, type Remedy } from './userError';

/** When to show a notification; the status bar and the badge always count every finished task. */
export type NotificationChoice = 'all' | 'failures' | 'none';

/** Whether a result plays when it is opened: without sound, as the person's own press on play would, or not at all. */
export type AutoplayChoice = 'muted' | 'on' | 'off';

/** Where results are kept by themselves: nowhere, in one folder for all workspaces, or in the folder of the workspace. */
export type KeepChoice = 'off' | 'library' | 'workspace';

/** Defaults of the settings, the same as in package.json (tested). This file is the only caller of `getConfiguration`. */
export const settingDefaults = {
	'kling.api.baseUrl': 'https://api.cometapi.com',
	'kling.notifications.show': 'all',
	'kling.results.autoplay': 'muted',
	'kling.results.keep': 'off',
	'kling.results.libraryFolder': '',
	'kling.results.fileName': '{date}-{name}-{n}',
	'kling.create.dailyLimit': null,
	'kling.polling.maxConcurrentRequests': settingRanges.maxConcurrent.default,
	'kling.polling.maxRequestsPerMinute': settingRanges.maxPerMinute.default,
} as const;

/** The API origin for newly tracked tasks, or why the setting is invalid. */
export function readOrigin(): ReturnType<typeof normaliseOrigin> {
	// The editor returns any JSON value that is in the settings file.
	const baseUrl = vscode.workspace.getConfiguration('kling').get<unknown>('api.baseUrl', settingDefaults['kling.api.baseUrl']);
	return typeof baseUrl === 'string' ? normaliseOrigin(baseUrl) : { ok: false, reason: 'notUrl' };
}

/**
 * The API origin for newly tracked tasks.
 * @throws UserError when the setting is invalid, with a button that opens it
 */
export function requireOrigin(): string {
	const read = readOrigin();
	if (read.ok) {
		return read.origin;
	}
	const openSettings = commandRemedy(vscode.l10n.t('Open Settings'), 'workbench.action.openSettings', 'kling.api.baseUrl');
	switch (read.reason) {
		case 'notHttps':
			throw new UserError(vscode.l10n.t('The base URL must start with https:// (http:// only for this computer). Nothing was sent.'), [
				openSettings,
			]);
		case 'hasCredentials':
			throw new UserError(vscode.l10n.t('The base URL must not contain a user name or password. Use “Set API Key” for the key.'), [
				openSettings,
			]);
		case 'hasQuery':
			throw new UserError(vscode.l10n.t('The base URL must not contain “?” or “#”.'), [openSettings]);
		case 'badCharacters':
			throw new UserError(vscode.l10n.t('The host and path of the base URL can contain only letters, digits, “.”, “-”, “_” and “~”.'), [
				openSettings,
			]);
		case 'notUrl':
			throw new UserError(vscode.l10n.t('The base URL in the settings is not a valid URL. Example: https://api.cometapi.com'), [
				openSettings,
			]);
	}
}

/**
 * The rate limits of each API origin.
 * @param isDemo whether an origin belongs to the offline demo
 */
export function limitsOfOrigins(isDemo: (origin: string) => boolean): LimitsOf {
	return (origin) => (isDemo(origin) ? demoLimits : readRateLimits());
}

/** The rate limits from the settings. Not a number: the default; out of range: the nearest allowed number. */
function readRateLimits(): RateLimits {
	const settings = vscode.workspace.getConfiguration('kling');
	return {
		maxConcurrent: within(settings.get('polling.maxConcurrentRequests'), settingRanges.maxConcurrent),
		maxPerMinute: within(settings.get('polling.maxRequestsPerMinute'), settingRanges.maxPerMinute),
	};
}

function within(
	value: unknown,
	{ min, max, default: usual }: { readonly min: number; readonly max: number; readonly default: number },
): number {
	return typeof value === 'number' && Number.isFinite(value) ? clamp(Math.round(value), min, max) : usual;
}

/**
 * Whether the editor applies its proxy only to requests without an agent of their own (`http.proxySupport`: `on`); by default it replaces
 * the agent.
 */
export function editorNamesAgent(): boolean {
	return vscode.workspace.getConfiguration('http').get('proxySupport') === 'on';
}

/** Whether the editor's own JSON support shows what is wrong in a text. */
export function checksJson(): boolean {
	return vscode.workspace.getConfiguration('json').get('validate.enable') !== false;
}

export function readNotificationChoice(): NotificationChoice {
	const value = vscode.workspace.getConfiguration('kling').get<string>('notifications.show', settingDefaults['kling.notifications.show']);
	return value === 'failures' || value === 'none' ? value : 'all';
}

export function readAutoplayChoice(): AutoplayChoice {
	const value = vscode.workspace.getConfiguration('kling').get<string>('results.autoplay', settingDefaults['kling.results.autoplay']);
	return value === 'on' || value === 'off' ? value : 'muted';
}

/** How results are kept, as it is written in the settings. */
export interface KeepSettings {
	readonly keep: KeepChoice;
	/** Empty: the standard one. */
	readonly libraryFolder: string;
	readonly fileName: string;
}

export function readKeepSettings(): KeepSettings {
	const settings = vscode.workspace.getConfiguration('kling.results');
	return keepSettingsOf((name) => settings.get<unknown>(name));
}

/** The settings of values that anybody may have written. */
export function keepSettingsOf(read: (name: string) => unknown): KeepSettings {
	const text = (name: string): string => {
		const value = read(name);
		return typeof value === 'string' ? value.trim() : '';
	};
	const keep = text('keep');
	return {
		keep: keep === 'library' || keep === 'workspace' ? keep : 'off',
		libraryFolder: text('libraryFolder'),
		fileName: text('fileName') || settingDefaults['kling.results.fileName'],
	};
}

/** Writes to the user settings. @throws UserError where that is not possible */
export async function writeKeepChoice(choice: KeepChoice): Promise<void> {
	await writeSetting('results.keep', choice);
}

/** @throws UserError with the editor's reason, such as a mistake in the file of the settings */
async function writeSetting(name: string, value: unknown): Promise<void> {
	try {
		await vscode.workspace.getConfiguration('kling').update(name, value, vscode.ConfigurationTarget.Global);
	} catch (error) {
		throw new UserError(errorMessage(error), [commandRemedy(vscode.l10n.t('Open Settings'), 'workbench.action.openSettingsJson')]);
	}
}

/**
 * The most US dollars, at list price, of all tasks that are created within 24 hours; undefined: no limit.
 * @throws UserError when the setting is anything else: a limit that was mistyped must not be none
 */
export function requireDailyLimit(): number | undefined {
	const value = vscode.workspace.getConfiguration('kling').get<unknown>('create.dailyLimit', settingDefaults['kling.create.dailyLimit']);
	if (value === null) {
		return undefined;
	}
	if (typeof value === 'number' && value >= 0) {
		return value;
	}
	throw new UserError(vscode.l10n.t('The daily limit in the settings is not an amount of US dollars, such as 5. Nothing was sent.'), [
		openDailyLimit(),
	]);
}

/** Opens the setting of the daily limit. */
export function openDailyLimit(): Remedy {
	return commandRemedy(vscode.l10n.t('Open Settings'), 'workbench.action.openSettings', 'kling.create.dailyLimit');
}

/** Writes to the user settings. Resolves to what restores the value of before, or that there was none. @throws UserError where that is not possible */
export async function writeNotificationChoice(choice: NotificationChoice): Promise<() => Promise<void>> {
	const before: unknown = vscode.workspace.getConfiguration('kling').inspect('notifications.show')?.globalValue;
	const write = (value: unknown): Promise<void> => writeSetting('notifications.show', value);
	await write(choice);
	return () => write(before);
}

/** Calls back after one of this extension's settings changed, or one of a section of them. */
export function onDidChangeSettings(listener: () => void, section = 'kling'): vscode.Disposable {
	return vscode.workspace.onDidChangeConfiguration((event) => {
		if (event.affectsConfiguration(section)) {
			listener();
		}
	});
}
