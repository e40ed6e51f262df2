// The IDs of commands; those whose code is loaded when one of them is run, by bundle.

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

/** Every command of this extension, in the order of package.json. */
export const commandIds = [
	'kling.trackTask',
	'kling.trackSelection',
	'kling.trackFile',
	'kling.setApiKey',
	'kling.checkApiKey',
	'kling.removeApiKey',
	...taskCommandIds,
	...resultCommandIds,
	'kling.saveAll',
	'kling.keepResults',
	'kling.keepAllResults',
	'kling.cancelSaving',
	'kling.continueWith',
	...keptFileCommandIds,
	'kling.findTask',
	'kling.exportTasks',
	'kling.importTasks',
	'kling.trackSidecars',
	'kling.exportResults',
	'kling.newRequest',
	'kling.runRequest',
	'kling.dryRunRequest',
	'kling.previewRequest',
	...creationCommandIds,
	'kling.openNetworkSettings',
	'kling.openConsole',
	'kling.showTasks',
	'kling.showMore',
	'kling.filterTasks',
	'kling.clearFilter',
	'kling.groupByTime',
	'kling.groupByOperation',
	'kling.groupByNone',
	'kling.groupedByTime',
	'kling.groupedByOperation',
	'kling.groupedByNone',
	'kling.showLog',
	'kling.tryOfflineDemo',
	'kling.stopOfflineDemo',
] as const;
export type CommandId = (typeof commandIds)[number];
