import assert from 'node:assert/strict';
import { creationStates } from '../../../../src/creation/creation';
import { mostUrgent } from '../../../../src/ui/creation/mostUrgent';

describe('the creation that stands for one Run with several takes', () => {
	it('is the one that a person has to know of first', () => {
		let left = creationStates.map((state) => ({ state }));
		const order: string[] = [];
		while (left.length > 0) {
			const first = mostUrgent(left);
			order.push(first?.state ?? '');
			left = left.filter((one) => one !== first);
		}
		assert.deepEqual(order, ['uncertain', 'absent', 'rejected', 'sending', 'waiting', 'planned', 'accepted', 'leftOpen']);
	});

	it('is the first of equals, and none of none', () => {
		const [one, other] = [
			{ state: 'accepted', take: 2 },
			{ state: 'accepted', take: 1 },
		] as const;
		assert.equal(mostUrgent([one, other]), one);
		assert.equal(mostUrgent<typeof one>([]), undefined);
	});
});
