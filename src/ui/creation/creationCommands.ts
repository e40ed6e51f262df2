import * as vscode from 'vscode';
import type { Creation, CreationId } from '../../creation/creation';
import type { Creations } from '../../creation/creations';
import type { TaskKey } from '../../core/task';
import type { Clock } from '../../tracking/ports/host';
import type { KlingApi, ApiKeys } from '../../tracking/ports/kling';
import type { Stores } from '../../tracking/ports/stores';
import type { creationCommandIds } from '../commands/commandIds';
import type { HandlersOf } from '../commands/commandRegistry';
import { showStatusMessage } from '../statusMessage';
import type { TaskTargets } from '../commands/taskTargets';
import { confirm } from '../confirm';
import { creationNode, rowClick } from '../creationNode';
import { commandRemedy, type Say } from '../message';
import { showingProgress } from '../progress';
import { sendAgainQuestion, sendQuestion } from '../text/creation/commands';
import { creationLabel } from '../text/creation/rows';
import { nothingToDo, UserError } from '../userError';
import { actionsOf } from './creationActions';
import { CreationTargets } from './creationTargets';
import { enterTaskId, trackFound } from './namedTask';
import { goneText, openRequest } from './requestSource';

export { unsettledText } from '../text/creation/commands';
export { notifySettled } from './settledMessages';

/** What the commands on creations need. */
export interface CreationCommandParts {
	readonly store: Pick<Stores, 'creations' | 'tasks'>;
	readonly creations: Creations;
	readonly api: Pick<KlingApi, 'query'>;
	readonly keys: ApiKeys;
	readonly clock: Clock;
	readonly targets: TaskTargets;
	/** The list's selected rows; none while the list is hidden. */
	readonly selection: () => readonly unknown[];
	readonly say: Say;
	/** Asks for an origin's key. */
	readonly askForKey: (origin: string) => Promise<unknown>;
	/** Selects a task's row in the list. */
	readonly reveal: (key: TaskKey) => Promise<void>;
}

/** Commands on creations without a task, and on the requests of tasks that were made here. Entry point of dist/creationCommands.js. */
export function creationCommands(parts: CreationCommandParts): HandlersOf<typeof creationCommandIds> {
	const { store, creations, clock, say, reveal } = parts;
	const own = new CreationTargets({ store: store.creations, now: () => clock.now(), selection: parts.selection });

	const requestOf = async (args: readonly unknown[]): Promise<Creation> => {
		const [creation] = own.named(args) ?? own.named(parts.selection()) ?? [];
		return creation ?? (await requestOfTask(parts, args));
	};

	return {
		'kling.searchForCreation': async (...args) => {
			const chosen = await own.several(args, ['search'], vscode.l10n.t('No request has to be searched for.'));
			await showingProgress(clock, vscode.l10n.t('Kling: Searching…'), () => Promise.all(chosen.map(({ id }) => creations.searchNow(id))));
			await showFindings(parts, chosen);
		},
		'kling.enterTaskId': async (...args) => {
			const creation = await own.one(args, 'enterId', vscode.l10n.t('No request waits for the ID of its task.'));
			await reveal(await enterTaskId(parts, creation, confirm));
		},
		'kling.trackFoundTask': async (...args) => {
			const creation = await own.one(args, 'trackFound', vscode.l10n.t('No task was found under the external ID of a request.'));
			await reveal(await trackFound(parts, creation, confirm));
		},
		'kling.sendAgain': async (...args) => {
			const creation = await own.one(args, 'sendAgain', vscode.l10n.t('No request can be sent again.'));
			await confirm(sendAgainQuestion(creation));
			await creations.sendAgain(creation.id);
		},
		'kling.leaveOpen': async (...args) => {
			const chosen = await own.several(args, ['leaveOpen'], vscode.l10n.t('It is known of every request what became of it.'));
			for (const { id } of chosen) {
				await creations.leaveOpen(id);
			}
			sayClosed(parts, chosen);
		},
		'kling.confirmCreation': async (...args) => {
			const creation = await own.one(args, 'confirm', vscode.l10n.t('No request has to be confirmed.'));
			await confirm(sendQuestion(creation));
			await creations.confirm(creation.id);
		},
		'kling.cancelCreation': async (...args) => {
			const chosen = await own.several(args, ['cancel'], vscode.l10n.t('Only a request that waits to be sent can be cancelled.'));
			await cancel(creations, chosen);
			showStatusMessage(vscode.l10n.t('Cancelled. Nothing was created.'));
		},
		'kling.removeCreation': async (...args) => {
			const chosen = await own.several(args, ['remove', 'cancel'], notRemovable);
			const isOver = (creation: Creation): boolean => actionsOf(creation).includes('remove');
			await store.creations.remove(chosen.filter(isOver).map(({ id }) => id));
			await cancel(
				creations,
				chosen.filter((creation) => !isOver(creation)),
			);
			showStatusMessage(
				chosen.length === 1
					? vscode.l10n.t('Removed 1 request from the list')
					: vscode.l10n.t({ message: 'Removed {0} requests from the list', args: [chosen.length], comment: ['{0} is a count.'] }),
			);
		},
		'kling.showRequest': async (...args) => {
			const creation = await requestOf(args);
			const { document, isNew } = await openRequest(creation);
			// A click on a row leaves the focus there: Delete would otherwise remove text of the file.
			await vscode.window.showTextDocument(document, { preview: !isNew, preserveFocus: args[1] === rowClick });
			if (isNew) {
				void say('info', goneText(creation));
			}
		},
		'kling.runAgain': async (...args) => {
			const creation = await requestOf(args);
			const { document, isNew } = await openRequest(creation);
			if (isNew) {
				// What would be sent is to be seen first: nothing but this text is left of it.
				await vscode.window.showTextDocument(document, { preview: false });
				void say('info', goneText(creation));
				return;
			}
			await vscode.commands.executeCommand('kling.runRequest', document.uri);
		},
	};
}

/** Why requests stay in the list. */
function notRemovable(kept: readonly Creation[]): UserError {
	const open = kept.filter((creation) => actionsOf(creation).includes('leaveOpen')).map(({ id }) => creationNode(id));
	if (kept.length === 0) {
		return nothingToDo(vscode.l10n.t('No request can be removed.'));
	}
	return open.length === 0
		? nothingToDo(vscode.l10n.t('A request that is being sent cannot be removed. Its task is tracked as soon as Kling responds.'))
		: new UserError(
				vscode.l10n.t('Kling may have the task of this request. Leave it open to take it off the list.'),
				[commandRemedy(vscode.l10n.t('Leave Open'), 'kling.leaveOpen', open[0], open)],
				'info',
			);
}

/** @throws UserError if one of them was sent meanwhile */
async function cancel(creations: Creations, chosen: readonly Creation[]): Promise<void> {
	const sent: Creation[] = [];
	for (const creation of chosen) {
		if (!(await creations.cancel(creation.id))) {
			sent.push(creation);
		}
	}
	const [first] = sent;
	if (first !== undefined) {
		throw nothingToDo(
			vscode.l10n.t({
				message: '{0} is being sent, or was sent, and cannot be cancelled any more. Its task is tracked.',
				args: [creationLabel(first)],
				comment: ['{0} is the name of a request.'],
			}),
		);
	}
}

/** The creation of the task that a command is called on, or that the person picks. */
async function requestOfTask({ store, targets }: CreationCommandParts, args: readonly unknown[]): Promise<Creation> {
	const reason = vscode.l10n.t('No task in the list was made from a request file.');
	const isOwn = (key: TaskKey): boolean => store.creations.ofTask(key) !== undefined;
	const { task } = await targets.one(args, ({ key }) => isOwn(key), reason);
	const creation = store.creations.ofTask(task.key);
	if (creation === undefined) {
		throw nothingToDo(reason);
	}
	return creation;
}

/** Says what a search has found: the row of what was found moves, and the others look as before. */
async function showFindings({ store, say, reveal }: CreationCommandParts, searched: readonly Creation[]): Promise<void> {
	const after = searched.flatMap(({ id }) => store.creations.get(id) ?? []);
	const found = after.flatMap(({ task }) => task ?? []);
	const missing = after.filter(({ task }) => task === undefined);
	const [task] = found;
	if (task !== undefined) {
		await reveal(task);
	}
	const [only] = missing;
	if (only !== undefined) {
		void say(
			'info',
			missing.length === 1
				? vscode.l10n.t({
						message: 'Kling shows no task for {0} now. That does not mean that there is none.',
						args: [creationLabel(only)],
						comment: ['{0} is the name of a request.'],
					})
				: vscode.l10n.t({
						message: 'Kling shows no task for {0} of the requests now. That does not mean that there are none.',
						args: [missing.length],
						comment: ['{0} is a count above 1.'],
					}),
		);
	} else if (task !== undefined) {
		showStatusMessage(vscode.l10n.t('Found. The task is tracked.'));
	}
}

function sayClosed({ creations, say }: CreationCommandParts, closed: readonly Creation[]): void {
	const ids: readonly CreationId[] = closed.map(({ id }) => id);
	const [only] = closed;
	void say(
		'info',
		closed.length === 1 && only !== undefined
			? vscode.l10n.t({
					message: 'Closed {0} without knowing whether Kling has it.',
					args: [creationLabel(only)],
					comment: ['{0} is the name of a request.'],
				})
			: vscode.l10n.t({
					message: 'Closed {0} requests without knowing whether Kling has them.',
					args: [closed.length],
					comment: ['{0} is a count above 1.'],
				}),
		[
			...(only?.externalId === undefined
				? []
				: [{ label: vscode.l10n.t('Search Once More'), run: () => Promise.all(ids.map((id) => creations.searchNow(id))) }]),
			...(closed.length === 1 && only !== undefined
				? [commandRemedy(vscode.l10n.t('I Have the ID…'), 'kling.enterTaskId', creationNode(only.id))]
				: []),
		],
	);
}
