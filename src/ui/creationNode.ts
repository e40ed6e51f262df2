import type { CreationId } from '../creation/creation';

/** Identifies a creation in rows, message buttons and command arguments. Holds no state. */
export interface CreationNode {
	readonly kind: 'creation';
	readonly id: CreationId;
}

/** Creates the node of a creation. */
export function creationNode(id: CreationId): CreationNode {
	return { kind: 'creation', id };
}

/** Parses an untrusted command argument; undefined if it names no creation. Does not check whether the journal has it. */
export function readCreationNode(value: unknown): CreationNode | undefined {
	if (typeof value !== 'object' || value === null || !('kind' in value) || value.kind !== 'creation' || !('id' in value)) {
		return undefined;
	}
	const { id } = value;
	return typeof id === 'string' && /^[A-Za-z0-9_-]{1,64}$/.test(id) ? creationNode(id as CreationId) : undefined;
}

/** The second argument of `kling.showRequest` when a row is clicked. */
export const rowClick = 'rowClick';
