import type { PageAction } from '../../shared/resultProtocol';
import type { CommandId } from '../commands/commandIds';

/** The command that each of the page's buttons runs. */
export const pageCommands: Readonly<Record<PageAction, CommandId>> = {
	refresh: 'kling.refreshTask',
	save: 'kling.saveResult',
	continueWith: 'kling.continueWith',
	openInBrowser: 'kling.openInBrowser',
	copyLink: 'kling.copyLink',
	copyId: 'kling.copyTaskId',
	copyCurl: 'kling.copyCurl',
	showRawResponse: 'kling.showRawResponse',
	rename: 'kling.renameTask',
	showRequest: 'kling.showRequest',
	runAgain: 'kling.runAgain',
	changeOperation: 'kling.changeOperation',
	openParentTask: 'kling.openResult',
	setApiKey: 'kling.setApiKey',
	openNetworkSettings: 'kling.openNetworkSettings',
	openConsole: 'kling.openConsole',
	untrack: 'kling.untrackTask',
	revealFile: 'kling.revealFile',
	openFile: 'kling.openFile',
	copyPath: 'kling.copyPath',
	copyMarkdown: 'kling.copyMarkdown',
	locateFile: 'kling.locateFile',
	keepAgain: 'kling.keepAgain',
	cancelSaving: 'kling.cancelSaving',
};
