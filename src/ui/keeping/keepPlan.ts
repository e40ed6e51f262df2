import { homedir } from 'node:os';
import * as vscode from 'vscode';
import type { KeepPlan } from '../../core/download';
import type { Say } from '../message';
import { readKeepSettings, type KeepChoice, type KeepSettings } from '../settings';
import { keepFolder, type FoundFolder, type KeepNotice } from './keepFolder';

/** How results are kept from now on. */
export interface KeepPlans {
	/**
	 * By the settings; undefined: not by themselves.
	 * @param beside a document whose own workspace folder comes before the first one
	 */
	plan(beside?: vscode.Uri): KeepPlan | undefined;
	/** The folder, if the setting had this value, and why it is not what the value says. */
	folder(keep: Exclude<KeepChoice, 'off'>): FoundFolder;
	/** The same, and the library where the settings say nothing: for what a person wants to keep. */
	planByHand(): KeepPlan;
}

/**
 * Reads the settings each time. Where a plan cannot be as the settings say, a message names the reason, once in this window.
 * Entry point of dist/keepPlan.js, loaded when something is to be kept.
 * @param standardLibrary absolute path of the library's folder if the settings name none
 */
export function readKeepPlans(standardLibrary: string, say: Say): KeepPlans {
	const noticed = new Set<KeepNotice>();
	const find = (where: Exclude<KeepChoice, 'off'>, libraryFolder: string, beside?: vscode.Uri): FoundFolder =>
		keepFolder(where, libraryFolder, {
			standardLibrary,
			home: homedir(),
			workspaceFolder: workspaceFolder(beside)?.fsPath,
			isTrusted: vscode.workspace.isTrusted,
			isWindows: process.platform === 'win32',
		});
	const planIn = (where: Exclude<KeepChoice, 'off'>, { libraryFolder, fileName }: KeepSettings, beside?: vscode.Uri): KeepPlan => {
		const { folder, notices } = find(where, libraryFolder, beside);
		for (const notice of notices.filter((each) => !noticed.has(each))) {
			noticed.add(notice);
			void import('./keeping').then(({ showKeepNotice }) => showKeepNotice(notice, say));
		}
		return { folder, fileName };
	};
	return {
		plan: (beside) => {
			const settings = readKeepSettings();
			return settings.keep === 'off' ? undefined : planIn(settings.keep, settings, beside);
		},
		folder: (keep) => find(keep, readKeepSettings().libraryFolder),
		planByHand: () => {
			const settings = readKeepSettings();
			return planIn(settings.keep === 'off' ? 'library' : settings.keep, settings);
		},
	};
}

/** Only this machine's file system can append to a file and flush it. */
function workspaceFolder(beside: vscode.Uri | undefined): vscode.Uri | undefined {
	const own = beside === undefined ? undefined : vscode.workspace.getWorkspaceFolder(beside);
	return [own, ...(vscode.workspace.workspaceFolders ?? [])].find((folder) => folder?.uri.scheme === 'file')?.uri;
}
