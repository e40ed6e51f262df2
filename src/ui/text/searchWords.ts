import { l10n } from 'vscode';
import { operationKey, operations } from '../../core/operation';
import type { SearchWords } from '../../tracking/ports/search';
import { operationLabel } from './operations';

/** The words by which people find tasks: those of the rows. */
export function searchWords(): SearchWords {
	return {
		operations: Object.fromEntries(operations.map((operation) => [operationKey(operation), operationLabel(operation)])),
		statuses: {
			submitted: l10n.t('Submitted'),
			processing: l10n.t('Processing'),
			succeeded: l10n.t('Succeeded'),
			failed: l10n.t('Failed'),
			unknown: l10n.t('Unknown status'),
		},
	};
}
