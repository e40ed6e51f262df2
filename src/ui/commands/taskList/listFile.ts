import * as vscode from 'vscode';
import { csvEntries } from '../../../shared/taskList/csv';
import type { EntryProblem } from '../../../shared/taskList/entry';
import { jsonEntries } from '../../../shared/taskList/json';
import { nothingToDo, UserError } from '../../userError';

/** One task of a file, still untrusted, or why there is none; or empty lines. */
export type FileEntry = {
	/** From 1: of a table the line, of JSON the task. */
	readonly line: number;
	readonly isTable: boolean;
} & ({ readonly value: unknown } | { readonly problem: EntryProblem } | { readonly isEmpty: true });

/**
 * The tasks of a file, read lazily. What it is shows in its first character: people rename files.
 * @throws UserError when it is no task list
 */
export function entriesIn(text: string): Iterable<FileEntry> {
	if (text.trim() === '') {
		throw nothingToDo(vscode.l10n.t('The file contains no tasks.'));
	}
	if (/^\s*\{/.test(text)) {
		const entries = jsonEntries(text);
		if (entries === 'newerVersion') {
			throw new UserError(vscode.l10n.t('The task list was exported by a newer version of Kling Tasks. Update this one to import it.'));
		}
		if (entries !== 'notList') {
			return marked(entries, false);
		}
	} else {
		const entries = csvEntries(text);
		if (entries !== undefined) {
			return marked(entries, true);
		}
	}
	throw new UserError(
		vscode.l10n.t(
			'The file is not a task list of Kling Tasks: JSON as exported, or a table whose first line names at least the columns origin, operation, id and status.',
		),
	);
}

function* marked<T extends object>(entries: Iterable<T>, isTable: boolean): Generator<T & { readonly isTable: boolean }> {
	for (const entry of entries) {
		yield { ...entry, isTable };
	}
}
