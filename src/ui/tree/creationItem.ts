import * as vscode from 'vscode';
import { assertNever } from '../../core/assertNever';
import type { Creation } from '../../creation/creation';
import type { GroupId } from '../../core/taskGroup';
import { actionsOf, creationNeedsPerson } from '../creation/creationActions';
import { creationNode, rowClick } from '../creationNode';
import { creationText } from '../text/creation/outcomes';
import { creationFacts, creationLabel, creationStateText } from '../text/creation/rows';
import { operationLabel } from '../text/operations';
import { appendFacts, appendPlain, plainHover } from './plainHover';
import { creationRow, nodeId } from './treeNode';

/**
 * A creation without a task as a row. Pure: the same creation and time give the same row.
 * @param now ms since 1970
 */
export function creationItem(creation: Creation, now: number, group: GroupId): vscode.TreeItem {
	const item = new vscode.TreeItem(creationLabel(creation), vscode.TreeItemCollapsibleState.None);
	item.id = nodeId(creationRow(group, creation.id));
	item.description = creationStateText(creation, now, 'short');
	item.iconPath = icon(creation);
	item.contextValue = contextTags(creation).join(';');
	item.accessibilityInformation = { label: accessibleLabel(creation, now) };
	item.command = { command: 'kling.showRequest', title: vscode.l10n.t('Show Request'), arguments: [creationNode(creation.id), rowClick] };
	return item;
}

/** Everything of a row that can change, as one text. */
export function creationRowText(creation: Creation, now: number): string {
	return [accessibleLabel(creation, now), contextTags(creation).join(';'), iconId(creation)].join('\n');
}

/** The hover of a creation's row. It has no relative times: VS Code asks for it once. */
export function creationTooltip(creation: Creation): vscode.MarkdownString {
	const hover = plainHover();
	appendPlain(hover, creationLabel(creation), '**');
	hover.appendMarkdown('\n\n');
	appendPlain(hover, operationLabel(creation.operation));
	hover.appendMarkdown('\n\n');
	appendPlain(hover, creationText(creation));
	hover.appendMarkdown('\n\n');
	appendFacts(hover, creationFacts(creation));
	return hover;
}

function accessibleLabel(creation: Creation, now: number): string {
	const named = creation.subject.name === undefined ? [] : [operationLabel(creation.operation)];
	return [creationLabel(creation), ...named, creationStateText(creation, now)].join(', ');
}

/** Tags that package.json's menus match: `viewItem =~ /\bcanSearch\b/`. */
function contextTags(creation: Creation): string[] {
	const { state, reason } = creation;
	const can = actionsOf(creation).map((action) => `can${action.slice(0, 1).toUpperCase()}${action.slice(1)}`);
	const needsKey = reason?.kind === 'noKey' || (state === 'rejected' && reason?.error?.kind === 'auth');
	// The console lists the tasks of the account.
	const needsConsole =
		state === 'uncertain' || (state === 'rejected' && (reason?.error?.kind === 'quota' || reason?.error?.kind === 'forbidden'));
	return ['creation', 'hasRequest', state, ...can, ...(needsKey ? ['setApiKey'] : []), ...(needsConsole ? ['openConsole'] : [])];
}

function icon(creation: Creation): vscode.ThemeIcon {
	const color = iconColor(creation);
	return new vscode.ThemeIcon(iconId(creation), color === undefined ? undefined : new vscode.ThemeColor(color));
}

function iconId(creation: Creation): string {
	switch (creation.state) {
		case 'planned':
			return creationNeedsPerson(creation) ? 'warning' : 'clock';
		case 'sending':
			return 'loading~spin';
		case 'waiting':
			return 'clock';
		case 'uncertain':
		case 'leftOpen':
			return 'question';
		case 'absent':
			return 'warning';
		case 'rejected':
			return 'error';
		case 'accepted':
			return 'pass';
		default:
			return assertNever(creation.state);
	}
}

/** The same colours as those of tasks: high contrast themes have them too. */
function iconColor(creation: Creation): string | undefined {
	if (creation.state === 'rejected') {
		return 'problemsErrorIcon.foreground';
	}
	return creationNeedsPerson(creation) ? 'problemsWarningIcon.foreground' : undefined;
}
