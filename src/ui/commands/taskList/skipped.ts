import { l10n } from 'vscode';
import { assertNever } from '../../../core/assertNever';
import type { EntryProblem } from '../../../shared/taskList/entry';
import { fieldProblems } from '../../text/fieldProblems';

/** What of a file was not imported. */
export interface SkippedEntry {
	/** From 1: of a table the line, of JSON the task. */
	readonly line: number;
	readonly isTable: boolean;
	readonly problem: EntryProblem;
}

/** How many are named in a message; the log has all. */
const mostNamed = 10;

/** "2 entries were skipped: line 3 (the ID is missing); line 9 (…)" */
export function skippedText(skipped: readonly SkippedEntry[]): string {
	const list = skipped.slice(0, mostNamed).map(skippedEntryText).join('; ');
	const others = skipped.length - mostNamed;
	if (others > 0) {
		return l10n.t({
			message: '{0} entries were skipped: {1}; and {2} more.',
			args: [skipped.length, list, others],
			comment: ['{0} is a count.', '{1} is a list such as “line 3 (“id” is missing)”.', '{2} is a count.'],
		});
	}
	return skipped.length === 1
		? l10n.t({ message: '1 entry was skipped: {0}.', args: [list], comment: ['{0} is a text such as “line 3 (“id” is missing)”.'] })
		: l10n.t({
				message: '{0} entries were skipped: {1}.',
				args: [skipped.length, list],
				comment: ['{0} is a count.', '{1} is a list such as “line 3 (“id” is missing)”.'],
			});
}

/** "line 3 (“id” is missing)" */
function skippedEntryText({ line, isTable, problem }: SkippedEntry): string {
	const reason = problemText(problem);
	return isTable
		? l10n.t({ message: 'line {0} ({1})', args: [line, reason], comment: ['{0} is a line number.', '{1} is a reason.'] })
		: l10n.t({ message: 'task {0} ({1})', args: [line, reason], comment: ['{0} is the number of a task in a file.', '{1} is a reason.'] });
}

function problemText(problem: EntryProblem): string {
	switch (problem.kind) {
		case 'notTask':
			return l10n.t('not a task');
		case 'rounded':
			return l10n.t('the ID was rounded by a spreadsheet');
		case 'tooLong':
			return l10n.t('too long; what follows was not read');
		case 'missing':
		case 'invalid':
			return fieldProblems[problem.kind](problem.field);
		default:
			return assertNever(problem);
	}
}
