import { l10n } from 'vscode';
import { commandRemedy, type Say } from '../message';
import { keepNoticeText } from '../text/keeping';
import type { KeepNotice } from './keepFolder';

/** Says that results are kept elsewhere than the settings ask for. */
export async function showKeepNotice(notice: KeepNotice, say: Say): Promise<void> {
	const openSettings = commandRemedy(l10n.t('Open Settings'), 'workbench.action.openSettings', 'kling.results');
	const manageTrust = commandRemedy(l10n.t('Manage Workspace Trust'), 'workbench.trust.manage');
	await say('warning', keepNoticeText(notice), notice === 'notTrusted' ? [manageTrust, openSettings] : [openSettings]);
}
