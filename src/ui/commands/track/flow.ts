import * as vscode from 'vscode';
import { omitUndefined } from '../../../core/omitUndefined';
import { longestText, mostReferences, type BoundedText } from '../../../core/paste/pastedText';
import { taskKey, type TaskKey } from '../../../core/task';
import type { Clock } from '../../../tracking/ports/host';
import type { NewTask, TaskTable } from '../../../tracking/ports/tasks';
import type { Tracker } from '../../../tracking/tracker';
import type { Say } from '../../message';
import { showingProgress } from '../../progress';
import { requireOrigin } from '../../settings';
import { slices } from '../../slicedWork';
import { nothingToDo, UserError } from '../../userError';
import { sizeText } from '../../text/media';
import { shortId } from '../../text/tasks';
import type { OperationPicker } from '../operationPicker';
import type { PasteReader } from '../pasteReader';
import { showOutcome, nameUnreadable } from './outcomes';
import { needsConfirmation, takesName, withTrackedName, type Candidate, type Source } from './candidates';
import { chooseOrigin, type Located } from './choices';
import { askForText } from './input';
import { pickTasks } from './taskPick';
import { resemblesKey, nothingFound, tooLong } from './textProblems';
import { filesNamed, readFiles, selectedText } from './textSources';

/** More tasks than this take more than a moment to be checked. */
const fewTasks = 5;

/** Dependencies of the Track command. */
export interface TrackParts {
	readonly tracker: Pick<Tracker, 'track'>;
	readonly operations: Pick<OperationPicker, 'findOrPick'>;
	readonly reader: Pick<PasteReader, 'read'>;
	readonly clock: Clock;
	readonly say: Say;
	readonly tasks: Pick<TaskTable, 'get' | 'rename'>;
	readonly reveal: (key: TaskKey) => Promise<void>;
}

/**
 * **Track Kling task**: finds tasks in a text, asks for missing details, tracks them and shows the outcome of the first checks.
 * @param text given by another command or extension; without it, the person is asked
 * @throws UserError with the reason and its remedies; vscode.CancellationError when the person cancels
 */
export async function trackTask(parts: TrackParts, text?: string): Promise<void> {
	requireOrigin();
	const asked = text === undefined ? await askForText(parts.say) : { text, source: 'command' as const };
	if (asked.source === 'request') {
		await vscode.commands.executeCommand('kling.newRequest', { text: asked.text });
	} else {
		await trackText(parts, { text: asked.text, source: asked.source });
	}
}

/**
 * **Track Kling Tasks in Selection**: the same with what is selected in the active editor.
 * @throws as `trackTask` does
 */
export async function trackSelection(parts: TrackParts): Promise<void> {
	const text = selectedText();
	if (text.trim() === '') {
		throw nothingToDo(vscode.l10n.t('Nothing is selected. Select text with task IDs first.'));
	}
	await trackText(parts, { text, source: 'selection' });
}

/**
 * **Track Kling Tasks in File**: the same with what is in files.
 * @param args as the editor passes them (see `filesNamed`)
 * @throws as `trackTask` does
 */
export async function trackFiles(parts: TrackParts, args: readonly unknown[]): Promise<void> {
	await trackText(parts, { text: await readFiles(filesNamed(args)), source: 'file' });
}

async function trackText(parts: TrackParts, pasted: { readonly text: string; readonly source: Source | 'command' }): Promise<void> {
	const origin = requireOrigin();
	const read = await readWhole(pasted.text, parts);
	if (read.secret === 'apiKey') {
		throw resemblesKey();
	}
	if (read.references.length === 0) {
		throw await nothingFound(read, pasted);
	}
	if (read.referenceCount > mostReferences) {
		throw new UserError(
			vscode.l10n.t({
				message: 'The text contains {0} tasks; the limit is {1}. Paste a part of it instead.',
				args: [read.referenceCount, mostReferences],
				comment: ['{0} is a count.', '{1} is a count.'],
			}),
		);
	}
	const candidates = await withTrackedNames(read, origin, parts);
	const chosen = needsConfirmation(candidates, pasted.source) ? await pickTasks(candidates) : candidates;
	const located = await chooseOrigin(chosen, origin);
	const newTasks = await complete(located, parts);
	if (newTasks.length === 0) {
		throw new vscode.CancellationError();
	}
	const [first] = newTasks;
	const title =
		newTasks.length === 1 && first !== undefined
			? vscode.l10n.t({ message: 'Kling: Checking {0}…', args: [shortId(first.ref.id)], comment: ['{0} is the end of a task ID.'] })
			: vscode.l10n.t({ message: 'Kling: Tracking {0} tasks…', args: [newTasks.length], comment: ['{0} is a count.'] });
	const tracking = showingProgress(
		parts.clock,
		title,
		async (options) => {
			await renameTracked(located, parts);
			return parts.tracker.track(newTasks, options);
		},
		{
			cancellable: true,
			// Many take long for certain, so it is said at once that they are tracked.
			...(newTasks.length > fewTasks && { delayMs: 0 }),
			countText: (done, total) =>
				vscode.l10n.t({ message: '{0} of {1} checked', args: [done, total], comment: ['{0} and {1} are counts of tasks.'] }),
		},
	);
	const outcomes = await vscode.window.withProgress({ location: vscode.ProgressLocation.Window, title }, () => tracking);
	if (read.unreadable.length > 0) {
		void nameUnreadable(read, parts.say);
	}
	await showOutcome(outcomes, parts.reveal, parts.say);
}

/** @throws vscode.CancellationError when the person cancels the reading of a long text */
async function readWhole(text: string, { reader, clock }: TrackParts): Promise<BoundedText> {
	if (text.length > longestText) {
		throw tooLong(text.length);
	}
	return showingProgress(
		clock,
		vscode.l10n.t({
			message: 'Kling: Searching {0} of text for task IDs…',
			args: [sizeText(text.length)],
			comment: ['{0} is a size such as “1.5 MB”.'],
		}),
		({ signal }) => reader.read(text, signal),
		{ cancellable: true },
	);
}

/** @param configured the origin of references without one */
async function withTrackedNames(
	{ references, lineTexts }: BoundedText,
	configured: string,
	{ tasks }: TrackParts,
): Promise<readonly Candidate[]> {
	const candidates: Candidate[] = [];
	const pause = slices();
	for (const [index, reference] of references.entries()) {
		const { id, origin = configured } = reference;
		const candidate = withTrackedName(reference, tasks.get(taskKey({ origin, id })));
		candidates.push({ ...candidate, ...omitUndefined({ lineText: lineTexts?.[index] }) });
		await pause();
	}
	return candidates;
}

/** Gives tasks that are already tracked their names: `track` leaves those as they are. */
async function renameTracked(located: readonly Located[], { tasks }: TrackParts): Promise<void> {
	const renames: Promise<void>[] = [];
	const pause = slices();
	for (const candidate of located) {
		const task = tasks.get(taskKey(candidate));
		if (task !== undefined && takesName(task, candidate)) {
			renames.push(tasks.rename(task.key, candidate.name));
		}
		await pause();
	}
	await Promise.all(renames);
}

/** Finds the operation of each reference without one, or asks for it, except of tasks that are already tracked. */
async function complete(named: readonly Located[], { operations, tasks }: TrackParts): Promise<readonly NewTask[]> {
	const references: Located[] = [];
	const pause = slices();
	for (const reference of named) {
		references.push({ ...reference, ...omitUndefined({ operation: reference.operation ?? tasks.get(taskKey(reference))?.ref }) });
		await pause();
	}
	const lacking = references.filter(({ operation }) => operation === undefined);
	const completed = lacking.length === 0 ? new Map<string, never>() : await operations.findOrPick(lacking);
	return references.flatMap(({ origin, id, name, prompt, operation = completed.get(id) }) =>
		operation === undefined
			? []
			: [{ ref: { origin, action: operation.action, action2: operation.action2, id }, ...omitUndefined({ name, prompt }) }],
	);
}
