import { operationKey, operations } from '../../core/operation';
import { taskStatuses } from '../../core/task';
import type { SearchWords } from '../../tracking/ports/search';
import { operationLabel } from './operations';
import { statusWord } from './tasks';

/** The words by which people find tasks: those of the rows. */
export function searchWords(): SearchWords {
	return {
		operations: Object.fromEntries(operations.map((operation) => [operationKey(operation), operationLabel(operation)])),
		statuses: Object.fromEntries(taskStatuses.map((status) => [status, statusWord(status)])),
	};
}
