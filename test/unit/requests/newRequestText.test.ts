import assert from 'node:assert/strict';
import { operations } from '../../../src/core/operation';
import { firstSelection, newRequestText, requestFileName, withSchema } from '../../../src/requests/newRequestText';
import { parseRequestFile } from '../../../src/requests/parseRequestFile';

const text2video = { action: 'videos', action2: 'text2video' };

describe('a new request', () => {
	it('has a file name of the operation’s words, which differ', () => {
		const names = operations.map(requestFileName);
		assert.deepEqual(names, [
			'text-to-video',
			'image-to-video',
			'multi-image-to-video',
			'effects',
			'lip-sync',
			'multi-elements',
			'generations',
			'kolors-virtual-try-on',
			'text-to-audio',
			'video-to-audio',
			'omni-video',
			'video-extend',
			'advanced-lip-sync',
			'avatar-image-to-video',
			'motion-control',
			'omni-image',
			'multi-image-to-image',
			'editing-expand',
			'tts',
		]);
		assert.equal(requestFileName({ action: 'v', action2: 'a'.repeat(128) }).length, 60);
	});

	it('is the smallest one of its operation, without a problem of its form', () => {
		for (const operation of operations) {
			for (const text of [newRequestText(operation, 'smallest'), withSchema(newRequestText(operation, 'usual'))]) {
				assert.deepEqual(parseRequestFile(text).problems, []);
			}
		}
	});

	it('begins with the selection of what a person changes first', () => {
		const selected = operations.map((operation) => {
			const text = newRequestText(operation, 'smallest');
			const { start, end } = firstSelection(text);
			return text.slice(start, end);
		});
		assert.deepEqual(selected, [
			'A paper boat drifts down a rainy street',
			'The fox turns its head to the camera',
			'The girl runs with the kite',
			'happy_birthday',
			'Good morning, and welcome.',
			'Delete the cup from <<<video_1>>>',
			'A lighthouse in a snowstorm, seen from the sea',
			"${{ file('./person.png') }}",
			'Waves on a pebble beach',
			'812345678901234567',
			'A tram crosses a bridge at dusk',
			'812345678901234567',
			'834567890123456789',
			"${{ file('./presenter.png') }}",
			"${{ file('./dancer.png') }}",
			'A map of an island that does not exist',
			"${{ file('./dog.png') }}",
			"${{ file('./photo.png') }}",
			'Mind the gap, please.',
		]);
	});

	it('selects a whole prompt that has quotes and escapes', () => {
		const text = '{\n  "operation": "videos/text2video",\n  "body": {\n    "prompt": "a \\"red\\" fox\\\\",\n    "mode": "pro"\n  }\n}\n';
		const { start, end } = firstSelection(text);
		assert.equal(text.slice(start, end), 'a \\"red\\" fox\\\\');
	});

	it('of an operation outside of the catalogue has an empty body, with the cursor in it', () => {
		const text = newRequestText({ action: 'videos', action2: 'new-thing' }, 'smallest');
		assert.equal(text, '{\n  "operation": "videos/new-thing",\n  "body": {}\n}\n');
		assert.deepEqual(firstSelection(text), { start: text.indexOf('{}') + 1, end: text.indexOf('{}') + 1 });
	});

	it('names its schema in front if it has no file name', () => {
		assert.match(
			withSchema(newRequestText(text2video, 'smallest')),
			/^\{\n {2}"\$schema": "kling-schema:\/request\.schema\.json",\n {2}"operation": "videos\/text2video",\n/,
		);
	});
});
