import * as vscode from 'vscode';
import { assertNever } from '../core/assertNever';
import type { Severity } from './message';
import type { Unavailability } from './storeOpening';
import { UserError } from './userError';

/** Remedies while the store is not open. */
export interface UnavailableRemedies {
	readonly retry: () => Promise<void>;
	readonly showLog: () => void;
}

/** The error that the view and every command show while the store is not open. */
export function refusalOf(reason: Unavailability, { retry, showLog }: UnavailableRemedies): UserError {
	const log = { label: vscode.l10n.t('Show Log'), run: showLog };
	return new UserError(reasonText(reason), reason.kind === 'noSqlite' ? [log] : [{ label: vscode.l10n.t('Try Again'), run: retry }, log]);
}

/** A warning if the store opens later without a person, else an error. */
export function severityOf({ kind }: Unavailability): Severity {
	return kind === 'held' || kind === 'slow' ? 'warning' : 'error';
}

function reasonText(reason: Unavailability): string {
	switch (reason.kind) {
		case 'noSqlite':
			return vscode.l10n.t('Kling Tasks requires VS Code 1.105 or newer: this editor has no SQLite.');
		case 'unusable':
		case 'unexpected':
			return vscode.l10n.t('Kling Tasks could not open the task list. Nothing was deleted. See the log for details.');
		case 'slow':
			return vscode.l10n.t('Opening the task list is taking longer than usual. Kling Tasks starts as soon as it is open.');
		case 'held':
			return reason.by === undefined
				? vscode.l10n.t('Another program is using the task list file. Kling Tasks starts as soon as it is released.')
				: vscode.l10n.t({
						message: '{0} is using the task list file. Kling Tasks starts as soon as it is released.',
						args: [reason.by],
						comment: ['{0} is the name of another process.'],
					});
		default:
			return assertNever(reason);
	}
}
