import { ThemeIcon } from 'vscode';
import { findOperation, type OperationPath } from '../core/operation';

/** The icon of an operation. */
export function operationIcon(operation: OperationPath): ThemeIcon {
	return new ThemeIcon(findOperation(operation)?.icon ?? 'symbol-misc');
}
