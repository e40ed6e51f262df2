import * as vscode from 'vscode';
import { omitUndefined } from '../core/omitUndefined';
import type { TaskKey } from '../core/task';
import type { Disposables } from '../core/disposables';
import type { Installation } from '../creation/ports/identity';
import type { MediaCopies } from '../creation/ports/mediaCopies';
import type { RunningDemo } from '../tracking/ports/demoHost';
import type { Posters } from '../tracking/ports/downloads';
import type { Engine } from '../tracking/engine';
import type { EngineHost } from '../tracking/engineHost';
import { ApiKeyPrompts } from './apiKey/prompts';
import type { ApiKeyStore } from './apiKey/apiKeyStore';
import { creationCommandIds, keptFileCommandIds, resultCommandIds, taskCommandIds } from './commands/commandIds';
import { showingFailure, type LateHandlers } from './commands/commandRegistry';
import { OfflineDemo } from './commands/demoCommands';
import { loadedCommands } from './commands/loadedCommands';
import { keyCommands } from './commands/keyCommands';
import { LazyTrackCommand } from './commands/lazyTrackCommand';
import { LazyOperationPicker } from './commands/lazyOperationPicker';
import { remedyCommands } from './commands/remedyCommands';
import { TaskTargets } from './commands/taskTargets';
import { registerIdProviders } from './editor/lazyIdProviders';
import { showEngineMessages } from './engineMessages';
import type { KeepPlans } from './keeping/keepPlan';
import { LazyKeeping } from './keeping/lazyKeeping';
import type { OutputLog } from './log';
import { showMessage, type Say } from './message';
import { RawResponseDocuments } from './rawResponse';
import type { LazyRequestSupport } from './requests/lazyRequestSupport';
import { LazyResultPanels } from './result/lazyResultPanels';
import { readCreationNode } from './creationNode';
import { readAutoplayChoice } from './settings';
import { activeResult } from './result/resultTabs';
import { StatusBar } from './statusBar';
import { StoreMessages } from './storeMessages';
import { TaskContext } from './taskContext';
import { taskNode } from './taskNode';
import { listCommands } from './tree/listCommands';
import type { TasksView } from './tree/tasksView';
import { TaskTreeView } from './tree/taskTreeView';

/** Dependencies of the user interface. */
export interface UiParts extends Pick<EngineHost, 'store' | 'clock' | 'newId' | 'api'> {
	readonly engine: Engine;
	readonly keys: ApiKeyStore;
	readonly log: OutputLog;
	readonly view: TasksView;
	readonly requests: LazyRequestSupport;
	readonly keepPlans: KeepPlans;
	/** Absolute path of dist/digest.js. */
	readonly digestProgram: string;
	readonly extensionUri: vscode.Uri;
	readonly media: Pick<MediaCopies, 'put' | 'sweep'>;
	readonly installation: Pick<Installation, 'id'>;
	readonly posters: Pick<Posters, 'pathOf' | 'put' | 'use'>;
	/** Keeps choices about the view. */
	readonly memory: Pick<vscode.Memento, 'get' | 'update'>;
	/** Loads and starts the simulator. */
	readonly startDemo: () => Promise<RunningDemo>;
}

/**
 * Builds the user interface, connects it to the engine, and returns the command handlers.
 * @param own disposes all of it
 */
export function registerUi(own: Disposables, parts: UiParts): LateHandlers {
	const { store, posters, keys, log, clock, engine, extensionUri } = parts;
	const { tracker, announcer, durationModels } = engine;
	const onUnexpected = (error: unknown): void => log.error('Unexpected error', error);

	const { downloads } = engine;
	const keptFiles = async () => import('./keptFiles/keptFileCommands');
	/** @param say missing: a page or a row says it, with the same remedies */
	const noticeMissing = async (key: TaskKey, say: Say = () => Promise.resolve()): Promise<void> =>
		(await keptFiles()).noticeMissing(key, { store, clock, say });
	/** The person looks at a task: its kept files may be gone. */
	const notice = (key: TaskKey, say?: Say): void => {
		if (store.downloads.of(key).some(({ state }) => state === 'kept')) {
			noticeMissing(key, say).catch(onUnexpected);
		}
	};
	const tree = own.own(
		new TaskTreeView(parts.view, store, {
			clock,
			durationModels,
			downloads: {
				of: (key) => store.downloads.of(key),
				progressOf: (id) => downloads.progressOf(id),
				posterOf: ({ file }) => {
					if (file?.hasPoster !== true) {
						return undefined;
					}
					posters.use([file.sha256]);
					return posters.pathOf(file.sha256);
				},
				onDidChangeProgress: downloads.onDidChangeProgress,
				notice: (key) => notice(key),
			},
			dragAndDrop: {
				drag: async (rows, data) => (await keptFiles()).dragRows(rows, data, store, clock.now()),
				drop: async (data) => {
					await showingFailure('a drop', log, async () => {
						const dropped = await (await keptFiles()).readDropped(data);
						if (dropped !== undefined) {
							await (await sidecars()).trackDropped(dropped, sidecarParts);
						}
					});
				},
			},
			memory: parts.memory,
			onUnexpected,
		}),
	);
	const targets = new TaskTargets(store, clock, {
		activeResult,
		selection: () => tree.selection,
		focusedRows: () => tree.focusedRows(),
	});
	// The editor rejects while it redraws the list; the row is there anyway.
	const quietly = (revealed: Promise<void>): Promise<void> =>
		revealed.catch((error: unknown) => log.warn(`Failed to reveal a row: ${String(error)}`));
	const keepingParts = {
		store,
		downloads: engine.downloads,
		plans: parts.keepPlans,
		targets,
		tracker,
		keys,
		clock,
		memory: parts.memory,
		say: showMessage,
		digestProgram: parts.digestProgram,
	};
	const keeping = own.own(new LazyKeeping(keepingParts, onUnexpected));
	const prompts = new ApiKeyPrompts({ apiKeys: keys, store, clock, log, keyCheck: engine.keyCheck, say: showMessage });
	const operations = new LazyOperationPicker({ finder: engine.finder, clock, askForKey: (origin) => prompts.setToTrack(origin) });
	const rawResponses = own.own(new RawResponseDocuments(store));
	const panels = own.own(
		new LazyResultPanels({
			store,
			extensionUri,
			clock,
			durationModels,
			log,
			run: async (command, ...node) => vscode.commands.executeCommand(command, taskNode(...node)),
			refreshLinks: (key) => tracker.refresh([key]),
			downloads,
			posters: parts.posters,
			noticeMissing,
			autoplay: readAutoplayChoice,
			selectedMedia: (key) => tree.selectedMedia(key),
			onDidActivate: (key) => follow(key),
		}),
	);
	const showTasks = async (): Promise<void> => {
		await vscode.commands.executeCommand('kling.tasks.focus');
	};
	const reveal = (key: TaskKey): Promise<void> => quietly(tree.reveal(key));
	const follow = (key = activeResult()): void => {
		if (key !== undefined) {
			void quietly(tree.follow(key));
		}
	};
	/** The API of the creation that a command is called on. */
	const creationOrigin = (argument: unknown): string | undefined => {
		const node = readCreationNode(argument);
		return node === undefined ? undefined : store.creations.get(node.id)?.operation.origin;
	};
	const listParts = { store, keys, tracker, keepPlan: () => parts.keepPlans.plan(), clock, log, say: showMessage };
	const taskLists = async () => import('./commands/taskLists');
	const sidecars = async () => import('./sidecars/trackDropped');
	const track = own.own(
		new LazyTrackCommand(
			{ tracker, operations, clock, say: showMessage, tasks: store.tasks, reveal },
			vscode.Uri.joinPath(extensionUri, 'dist', 'paste.js').fsPath,
		),
	);
	const sidecarParts = { ...listParts, track, reveal, askForKey: (origin: string) => prompts.set(origin) };
	const demo = own.own(
		new OfflineDemo({
			store,
			tracker,
			setDemo: (demoId) => engine.setDemo(demoId),
			keys,
			clock,
			log,
			start: parts.startDemo,
			newId: parts.newId,
			showTasks,
			hasApiKey: async () => (await keys.origins()).length > 0,
			present: (key) => panels.show(key, { inBackground: true }),
		}),
	);

	parts.requests.connect({
		dryRun: (request) => demo.dryRun(request),
		run: {
			creations: store.creations,
			media: parts.media,
			installation: parts.installation,
			newId: parts.newId,
			keepPlan: (document) => parts.keepPlans.plan(document),
			hasKey: async (origin) => (await keys.get(origin)) !== undefined,
			askForKey: (origin) => prompts.setToTrack(origin),
			revealCreation: (id) => quietly(tree.revealCreation(id)),
			revealTask: async (key, id) => {
				if (tree.visible && tree.selection.every((node) => node.kind === 'creation' && node.id === id)) {
					await reveal(key);
				}
			},
		},
		task: (key) => store.tasks.get(key),
		estimate: (task, now) => durationModels.estimate(task, now),
		onDidChange: (listener) => store.changes.onDidChange(({ keys: changed }) => listener(changed)),
		learnedUnits: (origin, priceClass) => store.costs.learnedUnits(origin, priceClass),
	});
	registerIdProviders(own, { tasks: store.tasks, clock, estimate: (task, now) => durationModels.estimate(task, now) });
	own.own(new TaskContext(store, keys, clock, onUnexpected));
	own.own(new StoreMessages(store.health, onUnexpected));
	own.own(new StatusBar(store, clock, durationModels, announcer.onDidClaim));
	showEngineMessages(own, engine, { store, log, demo, showTasks, setKey: (origin) => prompts.set(origin), onUnexpected });
	const setVisible = (): void => engine.setVisible(tree.visible || panels.visible);
	own.own(tree.onDidChangeVisibility(setVisible));
	own.own(tree.onDidChangeVisibility(() => follow()));
	own.own(
		tree.onDidChangeSelection(() => {
			const [row, more] = tree.selection;
			if (row?.kind === 'task' && more === undefined) {
				notice(row.key, showMessage);
			}
			const key = activeResult();
			const media = key === undefined ? undefined : tree.selectedMedia(key);
			if (key !== undefined && media !== undefined) {
				panels.reveal(key, media);
			}
		}),
	);
	own.own(panels.onDidChangeVisibility(setVisible));
	setVisible();
	own.own(vscode.window.onDidChangeWindowState(({ focused }) => engine.setFocused(focused)));
	engine.setFocused(vscode.window.state.focused);

	return {
		'kling.trackTask': (text) => track.run(text),
		'kling.trackSelection': () => track.runOnSelection(),
		'kling.trackFile': (...args) => track.runOnFiles(args),
		...keyCommands(prompts, store, targets, creationOrigin),
		...loadedCommands(taskCommandIds, async () => {
			const { taskCommands } = await import('./commands/taskCommands');
			return taskCommands({
				store,
				tracker,
				apiKeys: keys,
				targets,
				operations,
				clock,
				say: showMessage,
				askForKey: (origin) => prompts.set(origin),
			});
		}),
		...loadedCommands(resultCommandIds, async () => {
			const { resultCommands } = await import('./commands/resultCommands');
			return resultCommands({
				targets,
				downloads: store.downloads,
				clock,
				open: (key, media) => panels.show(key, omitUndefined({ media })),
				save: async (result) => {
					const { saveResult } = await import('./saveResult');
					await saveResult(result, keepingParts);
				},
				viewed: (task) => store.tasks.markViewed([task.key], clock.now()),
				showRawResponse: (task) => rawResponses.show(task),
			});
		}),
		...loadedCommands(keptFileCommandIds, async () => {
			const { keptFileCommands } = await keptFiles();
			return keptFileCommands({
				store,
				targets,
				keep: async (orders) => (await keeping.get()).keepAgain(orders),
				clock,
				log,
				say: showMessage,
			});
		}),
		'kling.saveAll': async (...args) => (await keeping.get()).saveAll(args),
		'kling.keepResults': async (...args) => (await keeping.get()).keepResults(args),
		'kling.keepAllResults': () => keeping.keepAllResults(),
		'kling.cancelSaving': async (...args) => (await keeping.get()).cancelSaving(args),
		'kling.continueWith': async (...args) =>
			(await import('./continueWith/continueWith')).continueWith({ targets, store, clock, say: showMessage }, args),
		'kling.runRequest': (...args) => parts.requests.run(args),
		'kling.dryRunRequest': (...args) => parts.requests.dryRun(args),
		...loadedCommands(creationCommandIds, async () => {
			const { creationCommands } = await import('./creation/creationCommands');
			return creationCommands({
				store,
				creations: engine.creations,
				api: parts.api,
				keys,
				clock,
				targets,
				selection: () => tree.selection,
				say: showMessage,
				askForKey: (origin) => prompts.set(origin),
				reveal,
			});
		}),
		...remedyCommands((argument) => targets.named(argument)?.task, creationOrigin),
		...demo.commands(),
		'kling.findTask': async () => (await import('./commands/findTask')).findTask({ ...listParts, reveal, showTasks }),
		'kling.exportTasks': async () => (await taskLists()).exportTasks(listParts),
		'kling.importTasks': async () => (await taskLists()).importTasks(listParts),
		'kling.trackSidecars': async () => (await sidecars()).trackSidecars(sidecarParts),
		'kling.exportResults': async (...args) =>
			(await import('./exportResults')).exportResults(args, {
				...listParts,
				targets,
				posters: parts.posters,
				memory: parts.memory,
				selection: () => tree.selection,
			}),
		...listCommands(tree, showTasks, (id) => quietly(tree.revealCreation(id))),
	};
}
