import * as vscode from 'vscode';
import { omitUndefined } from '../../../core/omitUndefined';
import { longestText, mostReferences, type BoundedText } from '../../../core/paste/pastedText';
import { taskKey, type Task, type TaskKey, type TaskRef } from '../../../core/task';
import type { Clock } from '../../../tracking/ports/host';
import type { Tracker } from '../../../tracking/tracker';
import type { Say } from '../../message';
import { showingProgress } from '../../progress';
import { requireOrigin } from '../../settings';
import { slices } from '../../slicedWork';
import { UserError } from '../../userError';
import { sizeText } from '../../text/media';
import { shortId } from '../../text/tasks';
import type { OperationPicker } from '../operationPicker';
import type { PasteReader } from '../pasteReader';
import { showOutcome, nameUnreadable } from './outcomes';
import { chooseOrigin, confirm, type Located } from './choices';
import { askForText } from './input';
import { resemblesKey, nothingFound, tooLong } from './textProblems';

/** Dependencies of the Track command. */
export interface TrackParts {
	readonly tracker: Tracker;
	readonly operations: OperationPicker;
	readonly reader: PasteReader;
	readonly clock: Clock;
	readonly say: Say;
	/** The task, if it is already tracked. */
	readonly known: (key: TaskKey) => Task | undefined;
	readonly reveal: (key: TaskKey) => Promise<void>;
}

/**
 * **Track Kling task**: finds tasks in a text, asks for missing details, tracks them and shows the outcome of the first checks.
 * @param text given by another command or extension; without it, the person is asked
 * @throws UserError with the reason and its remedies; vscode.CancellationError when the person cancels
 */
export async function trackTask(parts: TrackParts, text?: string): Promise<void> {
	const origin = requireOrigin();
	const pasted = text === undefined ? await askForText(parts.say) : { text, source: 'command' as const };
	const read = await readWhole(pasted.text, parts);
	if (read.secret === 'apiKey') {
		throw resemblesKey();
	}
	if (read.references.length === 0) {
		throw nothingFound(read);
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
	const chosen = await confirm(read, pasted.source);
	const located = await chooseOrigin(chosen, origin);
	const refs = await complete(located, parts);
	if (refs.length === 0) {
		throw new vscode.CancellationError();
	}
	const [first] = refs;
	const title =
		refs.length === 1 && first !== undefined
			? vscode.l10n.t({ message: 'Kling: Checking {0}…', args: [shortId(first.id)], comment: ['{0} is the end of a task ID.'] })
			: vscode.l10n.t({ message: 'Kling: Checking {0} tasks…', args: [refs.length], comment: ['{0} is a count.'] });
	const tracking = showingProgress(
		parts.clock,
		title,
		(options) =>
			parts.tracker.track(
				refs.map((ref) => ({ ref })),
				options,
			),
		{ cancellable: true },
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

/** Asks once for the operation of all references without one, except of tasks that are already tracked. */
async function complete(named: readonly Located[], { operations, known }: TrackParts): Promise<readonly TaskRef[]> {
	const references: Located[] = [];
	const pause = slices();
	for (const reference of named) {
		references.push({ ...reference, ...omitUndefined({ operation: reference.operation ?? known(taskKey(reference))?.ref }) });
		await pause();
	}
	const lacking = references.filter(({ operation }) => operation === undefined);
	const [first] = lacking;
	const asked =
		first === undefined
			? new Map<string, never>()
			: await operations.pick(
					lacking,
					lacking.length === 1
						? vscode.l10n.t({ message: 'Select the Operation of {0}', args: [first.id], comment: ['{0} is a task ID.'] })
						: vscode.l10n.t({ message: 'Select the Operation of {0} Tasks', args: [lacking.length], comment: ['{0} is a count.'] }),
				);
	return references.flatMap(({ origin, id, operation = asked.get(id) }) =>
		operation === undefined ? [] : [{ origin, action: operation.action, action2: operation.action2, id }],
	);
}
