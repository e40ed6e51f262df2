import { l10n } from 'vscode';
import { parseOperationPath } from '../../core/operation';
import type { GroupId } from '../../core/taskGroup';
import type { TaskFilter } from '../tree/taskFilter';
import { assertNever } from '../../core/assertNever';
import { shown } from '../../core/shown';
import { operationLabel } from './operations';
import { sentences } from './sentences';

const operationPrefix = 'operation ';

/** The label of a group's row. */
export function groupLabel(group: GroupId): string {
	switch (group) {
		case 'found':
			return l10n.t({ message: 'Found', comment: ['A group of the task list: tasks found by a search.'] });
		case 'demo':
			return l10n.t('Offline Demo');
		case 'running':
			return l10n.t({ message: 'Running', comment: ['A group of the task list.'] });
		case 'attention':
			return l10n.t('Needs Attention');
		case 'today':
			return l10n.t('Today');
		case 'yesterday':
			return l10n.t('Yesterday');
		case 'week':
			return l10n.t('This Week');
		case 'older':
			return l10n.t({ message: 'Older', comment: ['A group of the task list: tasks that finished before this week.'] });
		case 'all':
			return '';
		default: {
			const key = group.slice(operationPrefix.length);
			const operation = parseOperationPath(key);
			return operation === undefined ? key : operationLabel(operation);
		}
	}
}

/** "12 tasks". */
export function countText(count: number): string {
	return count === 1 ? l10n.t('1 task') : l10n.t('{0} tasks', count);
}

/** What the filter shows and how many tasks it hides, in whole sentences. */
export function filterText(filter: TaskFilter, hidden: number): string {
	return sentences(
		shownText(filter),
		hidden === 0 ? undefined : hidden === 1 ? l10n.t('1 task is hidden.') : l10n.t('{0} tasks are hidden.', hidden),
	);
}

function shownText(filter: TaskFilter): string {
	switch (filter.kind) {
		case 'running':
			return l10n.t('Showing running tasks only.');
		case 'failed':
			return l10n.t('Showing failed tasks only.');
		case 'unviewed':
			return l10n.t('Showing tasks not viewed yet only.');
		case 'unsaved':
			return l10n.t('Showing tasks with results that are not saved only.');
		case 'text':
			return l10n.t({
				message: 'Showing tasks with “{0}” only.',
				args: [shown(filter.text)],
				comment: ['{0} is a text that the person filters the list by.'],
			});
		default:
			return assertNever(filter);
	}
}
