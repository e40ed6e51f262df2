import * as vscode from 'vscode';
import { operationKey, operations, parseOperationPath, type Operation, type OperationPath } from '../../core/operation';
import { operationIcon } from '../operationIcon';
import { operationLabel } from '../text/operations';

/** A row of a pick of operations. */
export type OperationRow = vscode.QuickPickItem & { readonly choose?: OperationPath | 'type' };

/** The operations of the catalogue in its order, and a row for any other one. */
export function operationRows(listed: readonly Operation[] = operations): readonly OperationRow[] {
	return [
		separator(vscode.l10n.t('Documented')),
		...listed.filter((operation) => operation.listed).map(operationRow),
		separator(vscode.l10n.t('Other known operations')),
		...listed.filter((operation) => !operation.listed).map(operationRow),
		separator(vscode.l10n.t('Custom')),
		{ label: vscode.l10n.t('Enter action/action2…'), iconPath: new vscode.ThemeIcon('edit'), choose: 'type' },
	];
}

/** One operation by its label, path and icon. */
export function operationRow(operation: OperationPath): OperationRow {
	return {
		label: operationLabel(operation),
		description: operationKey(operation),
		iconPath: operationIcon(operation),
		choose: operation,
	};
}

/** A heading between rows. */
export function separator(label: string): OperationRow {
	return { label, kind: vscode.QuickPickItemKind.Separator };
}

/**
 * Asks for the path of an operation.
 * @throws vscode.CancellationError when the person cancels
 */
export async function typedOperation(): Promise<OperationPath> {
	const text = await vscode.window.showInputBox({
		title: vscode.l10n.t('Operation Path'),
		prompt: vscode.l10n.t('The path after /kling/v1/ without the task ID, for example videos/text2video'),
		ignoreFocusOut: true,
		validateInput: (value) =>
			value === '' || parseOperationPath(value.trim()) !== undefined
				? undefined
				: vscode.l10n.t(
						'An operation is two words with a slash between them, of letters, digits, “-”, “_” and “=”, for example videos/text2video.',
					),
	});
	const path = text === undefined ? undefined : parseOperationPath(text.trim());
	if (path === undefined) {
		throw new vscode.CancellationError();
	}
	return path;
}
