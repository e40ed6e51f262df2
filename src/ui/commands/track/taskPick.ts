import * as vscode from 'vscode';
import { omitUndefined } from '../../../core/omitUndefined';
import { escapeCodicons } from '../../text/foreignText';
import { slices } from '../../slicedWork';
import { operationLabel } from '../../text/operations';
import { isNameTooLong, isUncertain, longestName, nameOrId, renamed, type Candidate } from './candidates';

/** The pick at one moment. Rows are known by their index in `candidates`: the same ID may stand on two APIs. */
interface PickState {
	readonly candidates: readonly Candidate[];
	readonly selected: ReadonlySet<number>;
	/** The row with the keyboard focus; undefined: the editor's choice. */
	readonly active?: number;
	/** What the person has typed to filter the rows. */
	readonly filter: string;
}

type Row = vscode.QuickPickItem & { readonly index: number };

/** How a pick closed; `rename` is the index of the row whose name is to be edited. */
type PickEnd =
	| { readonly kind: 'accepted' | 'cancelled'; readonly state: PickState }
	| { readonly kind: 'rename'; readonly index: number; readonly state: PickState };

/**
 * Asks which tasks to track; each can be given another name first. Guesses are not selected.
 * @throws vscode.CancellationError when the person cancels or selects none
 */
export async function pickTasks(candidates: readonly Candidate[]): Promise<readonly Candidate[]> {
	let state: PickState = {
		candidates,
		selected: new Set(candidates.flatMap(({ sure }, index) => (sure === 'clear' ? [index] : []))),
		filter: '',
	};
	for (;;) {
		const end = await show(state);
		if (end.kind === 'rename') {
			state = { ...end.state, candidates: await rename(end.state.candidates, end.index), active: end.index };
			continue;
		}
		const chosen = candidatesOf(end.state);
		if (end.kind === 'cancelled' || chosen.length === 0) {
			throw new vscode.CancellationError();
		}
		return chosen;
	}
}

function candidatesOf({ candidates, selected }: PickState): readonly Candidate[] {
	return candidates.filter((_, index) => selected.has(index));
}

/** Shows the pick once. `showQuickPick` has no buttons in its rows. */
async function show(state: PickState): Promise<PickEnd> {
	const { candidates, selected, active, filter } = state;
	const rows = await rowsOf(candidates);
	const picker = vscode.window.createQuickPick<Row>();
	picker.title = vscode.l10n.t('Select Tasks to Track');
	picker.placeholder = placeholder(candidates);
	picker.canSelectMany = true;
	picker.matchOnDescription = true;
	picker.ignoreFocusOut = true;
	picker.value = filter;
	picker.items = rows;
	picker.selectedItems = rows.filter(({ index }) => selected.has(index));
	picker.activeItems = rows.filter(({ index }) => index === active);
	const now = (): PickState => ({
		candidates,
		selected: new Set(picker.selectedItems.map(({ index }) => index)),
		filter: picker.value,
	});
	try {
		return await new Promise<PickEnd>((resolve) => {
			picker.onDidAccept(() => resolve({ kind: 'accepted', state: now() }));
			picker.onDidTriggerItemButton(({ item: { index } }) => resolve({ kind: 'rename', index, state: now() }));
			picker.onDidHide(() => resolve({ kind: 'cancelled', state: now() }));
			picker.show();
		});
	} finally {
		picker.dispose();
	}
}

/** Asks for the name of one candidate; without a reply nothing changes. */
async function rename(candidates: readonly Candidate[], index: number): Promise<readonly Candidate[]> {
	const candidate = candidates[index];
	if (candidate === undefined) {
		return candidates;
	}
	const typed = await vscode.window.showInputBox({
		title: vscode.l10n.t({ message: 'Name of Task {0}', args: [candidate.id], comment: ['{0} is a task ID.'] }),
		prompt: vscode.l10n.t('Leave empty to use the operation name.'),
		value: candidate.name ?? '',
		ignoreFocusOut: true,
		validateInput: (value) =>
			isNameTooLong(candidate, value)
				? vscode.l10n.t({
						message: 'The name can have at most {0} characters.',
						args: [longestName],
						comment: ['{0} is a count.'],
					})
				: undefined,
	});
	return typed === undefined ? candidates : candidates.with(index, renamed(candidate, typed));
}

function placeholder(candidates: readonly Candidate[]): string {
	if (candidates.length === 1) {
		return vscode.l10n.t('1 possible task. Select it to track it.');
	}
	return candidates.some(({ sure }) => sure === 'clear')
		? vscode.l10n.t({
				message: '{0} possible tasks. Clear those you don’t want.',
				args: [candidates.length],
				comment: ['{0} is a count.'],
			})
		: vscode.l10n.t({
				message: '{0} possible tasks. Select the ones to track.',
				args: [candidates.length],
				comment: ['{0} is a count.'],
			});
}

/** A named task has its ID in the description, so that it is found by typing either. */
async function rowsOf(candidates: readonly Candidate[]): Promise<readonly Row[]> {
	const severalLines = candidates.some(({ line }) => line !== candidates[0]?.line);
	const iconPath = new vscode.ThemeIcon('edit');
	const nameButtons = [{ iconPath, tooltip: vscode.l10n.t('Name This Task') }];
	const renameButtons = [{ iconPath, tooltip: vscode.l10n.t('Rename Task') }];
	const rows: Row[] = [];
	const pause = slices();
	for (const [index, candidate] of candidates.entries()) {
		const operation = candidate.operation !== undefined ? operationLabel(candidate.operation) : vscode.l10n.t('operation unknown');
		rows.push({
			label: escapeCodicons(nameOrId(candidate)),
			description: candidate.name === undefined ? operation : `${candidate.id} · ${operation}`,
			...omitUndefined({ detail: detailOf(candidate, severalLines) }),
			buttons: candidate.name === undefined ? nameButtons : renameButtons,
			index,
		});
		await pause();
	}
	return rows;
}

/** What to know before selecting a task, then the text of its line, or its number where that may not be shown. */
function detailOf(candidate: Candidate, severalLines: boolean): string | undefined {
	if (isUncertain(candidate)) {
		return vscode.l10n.t('may be an API key: select it only if it is a task ID');
	}
	const line =
		candidate.lineText !== undefined
			? escapeCodicons(candidate.lineText)
			: severalLines
				? vscode.l10n.t({ message: 'Line {0}', args: [candidate.line], comment: ['{0} is a line number.'] })
				: '';
	if (candidate.suspect === undefined) {
		return line === '' ? undefined : line;
	}
	const rounded = vscode.l10n.t('ID may be rounded by a spreadsheet or JSON reader: check it at its source');
	return line === '' ? rounded : `${rounded} · ${line}`;
}
