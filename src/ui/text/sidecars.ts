import { l10n } from 'vscode';
import { assertNever } from '../../core/assertNever';
import type { SidecarProblem } from '../../results/parseSidecar';
import { shown } from '../../core/shown';
import { fieldProblems } from './fieldProblems';

/** Why a file is no sidecar; `unreadable`: the file system refused it. */
type RefusalReason = SidecarProblem | { readonly kind: 'unreadable' };

/** A sidecar that was not read. */
export interface RefusedSidecar {
	/** Of the file, without its folder. */
	readonly name: string;
	readonly problem: RefusalReason;
}

/** How many are named in a message; the log has all. */
const mostNamed = 3;

/** "2 sidecars were refused: a.kling-result.json (it is not JSON); b.kling-result.json (“task.id” is missing)." */
export function refusedText(refused: readonly RefusedSidecar[]): string {
	const list = refused
		.slice(0, mostNamed)
		.map(({ name, problem }) =>
			l10n.t({
				message: '{0} ({1})',
				args: [shown(name), refusalText(problem)],
				comment: ['{0} is a file name.', '{1} is a reason, without a full stop.'],
			}),
		)
		.join('; ');
	const others = refused.length - mostNamed;
	if (others > 0) {
		return l10n.t({
			message: '{0} sidecars were refused: {1}; and {2} more.',
			args: [refused.length, list, others],
			comment: ['{0} is a count.', '{1} is a list such as “a.json (it is not JSON)”.', '{2} is a count.'],
		});
	}
	return refused.length === 1
		? l10n.t({ message: '1 sidecar was refused: {0}.', args: [list], comment: ['{0} is a text such as “a.json (it is not JSON)”.'] })
		: l10n.t({
				message: '{0} sidecars were refused: {1}.',
				args: [refused.length, list],
				comment: ['{0} is a count.', '{1} is a list such as “a.json (it is not JSON)”.'],
			});
}

function refusalText(problem: RefusalReason): string {
	switch (problem.kind) {
		case 'tooLarge':
			return l10n.t('it has more than 256 KB');
		case 'notJson':
			return l10n.t('it is not JSON');
		case 'notSidecar':
			return l10n.t('it is not a sidecar');
		case 'newerVersion':
			return l10n.t('it was written by a newer version of Kling Tasks');
		case 'unreadable':
			return l10n.t('it cannot be read');
		case 'missing':
		case 'invalid':
			return fieldProblems[problem.kind](problem.field);
		default:
			return assertNever(problem);
	}
}

/** "Tracked 3 tasks.", with how many were there already. */
export function trackedText(added: number, known: number): string {
	if (added === 0) {
		return known === 1
			? l10n.t('This task is already tracked.')
			: l10n.t({ message: 'All {0} tasks are already tracked.', args: [known], comment: ['{0} is a count.'] });
	}
	if (known === 0) {
		return added === 1 ? l10n.t('Tracked 1 task.') : l10n.t({ message: 'Tracked {0} tasks.', args: [added], comment: ['{0} is a count.'] });
	}
	return l10n.t({
		message: 'Tracked {0} of {1} tasks; the others were in the list already.',
		args: [added, added + known],
		comment: ['{0} is a count.', '{1} is a count.'],
	});
}

/** How many of the results have their file beside the sidecar. */
export function keptText(kept: number, results: number): string {
	if (kept === results) {
		return results === 1
			? l10n.t('Its file is beside the sidecar and counts as saved.')
			: l10n.t({ message: '{0} results have their file and count as saved.', args: [kept], comment: ['{0} is a count.'] });
	}
	if (kept === 0) {
		return results === 1
			? l10n.t('Its file is not beside the sidecar, or was changed.')
			: l10n.t('No file of a result is beside its sidecar, unchanged.');
	}
	if (kept === results - 1) {
		return l10n.t({
			message: '{0} of {1} results have their file and count as saved; the file of the other one is missing or was changed.',
			args: [kept, results],
			comment: ['{0} is a count.', '{1} is a count, one more.'],
		});
	}
	return l10n.t({
		message: '{0} of {1} results have their file and count as saved; the files of the others are missing or were changed.',
		args: [kept, results],
		comment: ['{0} is a count.', '{1} is a count.'],
	});
}
