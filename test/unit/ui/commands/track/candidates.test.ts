import assert from 'node:assert/strict';
import type { PastedReference } from '../../../../../src/core/paste/pastedText';
import {
	isNameTooLong,
	nameOrId,
	needsConfirmation,
	renamed,
	takesName,
	withTrackedName,
} from '../../../../../src/ui/commands/track/candidates';

const clear: PastedReference = { id: '871234567890123456', line: 1, sure: 'clear' };
const guess: PastedReference = { ...clear, sure: 'guess' };
const mayBeKey: PastedReference = { id: '9k2m4x7q1w8e5r3t6y0u', line: 1, sure: 'guess' };
const rounded: PastedReference = { ...guess, id: '871234567890123500', suspect: 'rounded' };

describe('which references are confirmed', () => {
	for (const [what, references, source, expected] of [
		['a clear one', [clear], 'input', false],
		['a clear one with a name', [{ ...clear, name: 'shot 01' }], 'command', false],
		['a typed guess', [guess], 'input', false],
		['a guess from elsewhere', [guess], 'clipboard', true],
		['a typed guess that may be a key', [mayBeKey], 'input', true],
		['a typed number that may have been rounded', [rounded], 'input', true],
		['two clear ones', [clear, { ...clear, id: '871234567890123457' }], 'input', true],
	] as const) {
		it(`${what} from ${source}: ${String(expected)}`, () => assert.equal(needsConfirmation(references, source), expected));
	}
});

describe('the name of a pasted task', () => {
	it('is what it is recognised by, else its ID', () => {
		assert.deepEqual([nameOrId({ ...clear, name: 'shot 01' }), nameOrId(clear)], ['shot 01', '871234567890123456']);
	});

	it('is shown as that of the task, where it is already tracked with one', () => {
		const pasted = { ...clear, name: 'shot 01' };
		assert.deepEqual(withTrackedName(pasted, { name: 'Opening' }), { ...clear, name: 'Opening' });
		assert.deepEqual(withTrackedName(pasted, {}), pasted);
		assert.deepEqual(withTrackedName(pasted, undefined), pasted);
	});

	it('can be typed, without spaces around it', () => {
		assert.deepEqual(renamed(clear, '  Opening '), { ...clear, name: 'Opening', isRenamed: true });
	});

	it('can be removed', () => {
		assert.deepEqual(renamed({ ...clear, name: 'shot 01' }, ' '), { ...clear, isRenamed: true });
	});

	it('is not changed by the same name', () => {
		assert.deepEqual(renamed({ ...clear, name: 'shot 01' }, 'shot 01'), { ...clear, name: 'shot 01' });
		assert.deepEqual(renamed(clear, ''), clear);
	});

	it('has at most 60 characters, unless the task already has a longer one', () => {
		assert.equal(isNameTooLong(clear, 'x'.repeat(60)), false);
		assert.equal(isNameTooLong(clear, '🎬'.repeat(60)), false);
		assert.equal(isNameTooLong(clear, 'x'.repeat(61)), true);
		assert.equal(isNameTooLong({ ...clear, name: 'x'.repeat(200) }, 'x'.repeat(200)), false);
		assert.equal(isNameTooLong({ ...clear, name: 'x'.repeat(200) }, 'x'.repeat(199)), true);
	});
});

describe('a task that is already tracked', () => {
	it('takes over a pasted name if it has none', () => {
		assert.equal(takesName({}, { ...clear, name: 'shot 01' }), true);
		assert.equal(takesName({}, clear), false);
	});

	it('keeps the name that a person gave it', () => {
		assert.equal(takesName({ name: 'Opening' }, { ...clear, name: 'shot 01' }), false);
		assert.equal(takesName({ name: 'Opening' }, clear), false);
	});

	it('takes over a name that was typed, also none', () => {
		assert.equal(takesName({ name: 'Opening' }, { ...clear, name: 'Ending', isRenamed: true }), true);
		assert.equal(takesName({ name: 'Opening' }, { ...clear, isRenamed: true }), true);
		assert.equal(takesName({ name: 'Opening' }, { ...clear, name: 'Opening', isRenamed: true }), false);
	});
});
