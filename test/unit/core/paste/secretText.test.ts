import assert from 'node:assert/strict';
import { readPastedText } from '../../../../src/core/paste/pastedText';
import { mayBeKey } from '../../../../src/core/paste/secretText';

describe('a word that may be an id or a key', () => {
	for (const word of [
		'3f0c1d9e-7a55-4b1e-9d0f-2f6f1d2c7b11',
		'a3f0c1d9-be55-ab1e-cd0f-ef6f1d2c7b1a',
		'AK-1a2b3c4d5e',
		'AK-90210',
		'ak_4711',
		'sess_1234567890',
		'sess-AbCdEf12',
		'token_0815x',
		'9k2m4x7q1w8e5r3t6y0u',
		'Q7Zk2LmN8pRsT4vWxYz0Ab3',
		'qZkLmNpRsTvWxYzAbCdE7FgHiJk',
		'1a2b3c4d5e6f7a8b9c0d1e2f3a4b5c6',
		'ab12-cd34-ef56-gh78',
		'12345678901234567890',
		'abcdefghijklmnopqrst1',
	]) {
		it(`is confirmed by the person if it is ${word}`, () => {
			assert.equal(mayBeKey(word), true);
			const { references, secret } = readPastedText(word);
			// None of these is offered as a task without confirmation.
			assert.deepEqual(
				references.filter(({ sure }) => sure === 'clear'),
				[],
			);
			assert.equal(secret, undefined);
		});
	}

	for (const word of [
		'my-clip-0042',
		'text2video_first_scene_final-1790000000',
		'image2video-scene1final',
		'scene-2026-11-28-take-3',
		'shot_7',
		'order-4711-teaser',
		'kling-v2-master-12',
		'Episode3',
	]) {
		it(`is an id if it is ${word}`, () => assert.equal(mayBeKey(word), false));
	}

	it('is uncertain with 22 letters and digits, but an id with the usual zeros, with a label or with its operation', () => {
		const sure = (text: string): string[] => readPastedText(text).references.map(({ id, sure: how }) => `${id} ${how}`);
		assert.deepEqual(sure('Q7Zk2LmN8pRsT4vWxYz0Ab'), ['Q7Zk2LmN8pRsT4vWxYz0Ab guess']);
		assert.equal(mayBeKey('Q7Zk2LmN8pRsT4vWxYz0Ab'), true);
		assert.deepEqual(sure('Qm7XwZt4LrEAAAAAAB9kvg'), ['Qm7XwZt4LrEAAAAAAB9kvg clear']);
		assert.deepEqual(sure('task_id: Q7Zk2LmN8pRsT4vWxYz0Ab'), ['Q7Zk2LmN8pRsT4vWxYz0Ab clear']);
		assert.deepEqual(sure('videos/text2video Q7Zk2LmN8pRsT4vWxYz0Ab'), ['Q7Zk2LmN8pRsT4vWxYz0Ab clear']);
	});
});
