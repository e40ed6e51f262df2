// The commands whose code is loaded when one of them is run, by bundle: they are registered before that.
import type { LateHandlers } from './commandRegistry';

export const taskCommandIds = [
	'kling.refreshTask',
	'kling.refreshAll',
	'kling.renameTask',
	'kling.changeOperation',
	'kling.untrackTask',
	'kling.untrackFinished',
	'kling.markAllViewed',
	'kling.deleteAllData',
	'kling.copyTaskId',
	'kling.copyCurl',
] as const;

export const resultCommandIds = [
	'kling.openResult',
	'kling.openInBrowser',
	'kling.saveResult',
	'kling.copyLink',
	'kling.showRawResponse',
] as const;

export const creationCommandIds = [
	'kling.searchForCreation',
	'kling.enterTaskId',
	'kling.trackFoundTask',
	'kling.sendAgain',
	'kling.leaveOpen',
	'kling.confirmCreation',
	'kling.cancelCreation',
	'kling.removeCreation',
	'kling.showRequest',
	'kling.runAgain',
] as const;

export const keptFileCommandIds = [
	'kling.revealFile',
	'kling.openFile',
	'kling.copyPath',
	'kling.copyMarkdown',
	'kling.locateFile',
	'kling.keepAgain',
	'kling.deleteKeptFiles',
] as const;

/** Commands whose code is loaded when one of them is run. */
export function loadedCommands<K extends keyof LateHandlers>(
	ids: readonly K[],
	load: () => Promise<Pick<LateHandlers, K>>,
): Pick<LateHandlers, K> {
	const entries = ids.map((id) => [id, async (...args: readonly unknown[]) => (await load())[id](...args)] as const);
	return Object.fromEntries(entries) as Pick<LateHandlers, K>;
}
