import * as vscode from 'vscode';
import type { GroupId } from '../../core/taskGroup';
import { countText, groupLabel } from '../text/groups';
import { nodeId } from './treeNode';

/** The row of a group. Old tasks are collapsed at first, if there are others. */
export function groupItem(group: GroupId, count: number, isOnly: boolean): vscode.TreeItem {
	const label = groupLabel(group);
	const item = new vscode.TreeItem(
		label,
		group === 'older' && !isOnly ? vscode.TreeItemCollapsibleState.Collapsed : vscode.TreeItemCollapsibleState.Expanded,
	);
	item.id = nodeId({ kind: 'group', group });
	item.description = String(count);
	item.contextValue = 'group';
	item.tooltip = vscode.l10n.t({
		message: '{0}: {1}',
		args: [label, countText(count)],
		comment: ['{0} is a group of tasks such as “Today”, {1} a count such as “12 tasks”.'],
	});
	item.accessibilityInformation = { label: `${label}, ${countText(count)}` };
	return item;
}

/** The last row of a group when not all of its finished tasks are listed. */
export function moreItem(group: GroupId, hidden: number): vscode.TreeItem {
	const item = new vscode.TreeItem(vscode.l10n.t('Show More'));
	item.id = nodeId({ kind: 'more', group });
	item.description = vscode.l10n.t({ message: '{0} older', args: [hidden], comment: ['{0} is a number of tasks.'] });
	item.iconPath = new vscode.ThemeIcon('ellipsis');
	item.command = { command: 'kling.showMore', title: vscode.l10n.t('Show More'), arguments: [group] };
	return item;
}
