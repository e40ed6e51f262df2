import assert from 'node:assert/strict';
import { readCreationNode } from '../../../src/ui/creationNode';

describe('readCreationNode', () => {
	it('reads the node of a creation, also one with more in it, as a row has', () => {
		assert.deepEqual(readCreationNode({ kind: 'creation', id: 'b4c5-1' }), { kind: 'creation', id: 'b4c5-1' });
		assert.deepEqual(readCreationNode({ kind: 'creation', id: 'b4c5-1', group: 'attention' }), { kind: 'creation', id: 'b4c5-1' });
	});

	it('refuses everything else', () => {
		const others = [
			undefined,
			null,
			'b4c5-1',
			{ kind: 'task', id: 'b4c5-1' },
			{ kind: 'creation' },
			{ kind: 'creation', id: '' },
			{ kind: 'creation', id: 7 },
			{ kind: 'creation', id: 'a b' },
			{ kind: 'creation', id: '../x' },
			{ kind: 'creation', id: 'x'.repeat(65) },
		];
		for (const other of others) {
			assert.equal(readCreationNode(other), undefined, JSON.stringify(other));
		}
	});
});
