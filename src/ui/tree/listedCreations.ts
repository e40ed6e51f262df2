import { unsettledStates, type Creation, type CreationId } from '../../creation/creation';
import { assertNever } from '../../core/assertNever';
import { operationGroup, type GroupId, type Grouping } from '../../core/taskGroup';
import type { CreationStore } from '../../creation/ports/creationStore';
import { creationNeedsPerson } from '../creation/creationActions';
import { creationLabel, requestFileName } from '../text/creation/rows';
import { operationLabel } from '../text/operations';
import type { TaskFilter } from './taskFilter';

/** The group in which a creation without a task is listed. */
function creationGroup(creation: Creation, grouping: Grouping): GroupId {
	switch (grouping) {
		case 'time':
			return creationNeedsPerson(creation) ? 'attention' : 'running';
		case 'operation':
			return operationGroup(creation.operation);
		case 'none':
			return 'all';
	}
}

/** The creations that the list shows, newest first, each with its group. */
export function listedCreations(
	store: Pick<CreationStore, 'listed'>,
	grouping: Grouping,
	filter: TaskFilter | undefined,
): ReadonlyMap<CreationId, GroupId> {
	const shown = store.listed().filter((creation) => showsCreation(creation, filter));
	return new Map(shown.map((creation) => [creation.id, creationGroup(creation, grouping)]));
}

/** Whether a filter shows a creation without a task. By text: each word is in its name, request, external ID or file. */
function showsCreation(creation: Creation, filter: TaskFilter | undefined): boolean {
	switch (filter?.kind) {
		case undefined:
			return true;
		case 'running':
			return unsettledStates.has(creation.state);
		case 'failed':
			return creation.state === 'rejected' || creation.state === 'absent';
		case 'unviewed':
		case 'unsaved':
			return false;
		case 'text': {
			const { subject, operation, externalId } = creation;
			const all = [creationLabel(creation), operationLabel(operation), operation.action2, externalId, requestFileName(creation)];
			const searched = [...all, subject.prompt, subject.model].join('\n').toLowerCase();
			return filter.text
				.toLowerCase()
				.split(/\s+/)
				.every((word) => searched.includes(word));
		}
		default:
			return assertNever(filter);
	}
}
