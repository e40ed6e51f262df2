import assert from 'node:assert/strict';
import {
	findOperation,
	findOperationByName,
	isTaskId,
	mediaKindOf,
	operationKey,
	operations,
	parseOperationPath,
} from '../../../src/core/operation';

describe('the catalogue', () => {
	it('lists the ten operations of the query page, and nine others', () => {
		const paths = (listed: boolean) => operations.filter((operation) => operation.listed === listed).map(operationKey);
		assert.deepEqual(paths(true).sort(), [
			'audio/text-to-audio',
			'audio/video-to-audio',
			'images/generations',
			'images/kolors-virtual-try-on',
			'videos/effects',
			'videos/image2video',
			'videos/lip-sync',
			'videos/multi-elements',
			'videos/multi-image2video',
			'videos/text2video',
		]);
		assert.equal(paths(false).length, 9);
	});
	it('has every path and every name once, each well formed', () => {
		assert.equal(new Set(operations.map(({ action2 }) => action2)).size, operations.length);
		for (const { action, action2 } of operations) {
			assert.deepEqual(parseOperationPath(operationKey({ action, action2 })), { action, action2 });
			assert.equal(findOperation({ action, action2 })?.action2, action2);
			assert.equal(findOperationByName(action2)?.action, action);
		}
	});
	for (const [name, action2] of [
		['OMNI_VIDEO', 'omni-video'],
		['TEXT_TO_VIDEO', 'text2video'],
		['multi-image-to-video', 'multi-image2video'],
		['KOLORS_VIRTUAL_TRY_ON', 'kolors-virtual-try-on'],
		['generate', undefined],
		['', undefined],
	] as const) {
		it(`finds ${action2 ?? 'nothing'} by the name "${name}"`, () => {
			assert.equal(findOperationByName(name)?.action2, action2);
		});
	}
	it('knows what operations produce, by the first segment if they are not in the catalogue', () => {
		assert.equal(mediaKindOf({ action: 'audio', action2: 'video-to-audio' }), 'audio');
		assert.equal(mediaKindOf({ action: 'images', action2: 'other' }), 'image');
		assert.equal(mediaKindOf({ action: 'audio', action2: 'other' }), 'audio');
		assert.equal(mediaKindOf({ action: 'anything', action2: 'other' }), 'video');
	});
});

describe('isTaskId', () => {
	for (const id of ['853300000000000101', 'Qm7XwZt4LrEAAAAAAB9kvg', 'Qm7XwZt4LrEAAAAAAB9kvg==', 'task_a1', 'my-clip', 'x'.repeat(128)]) {
		it(`accepts ${id}`, () => assert.equal(isTaskId(id), true));
	}
	for (const id of ['', '..', 'a/b', 'a b', 'a%2Fb', 'a?b', 'a\n', 'é', 'x'.repeat(129)]) {
		it(`refuses ${JSON.stringify(id)}`, () => assert.equal(isTaskId(id), false));
	}
});

describe('parseOperationPath', () => {
	it('splits two and three segments', () => {
		assert.deepEqual(parseOperationPath('videos/text2video'), { action: 'videos', action2: 'text2video' });
		assert.deepEqual(parseOperationPath('videos/avatar/image2video'), { action: 'videos', action2: 'avatar/image2video' });
	});
	for (const path of ['', 'videos', 'videos/', '/videos/x', 'videos//x', 'videos/../x', 'a/b/c/d', 'videos/te xt']) {
		it(`refuses "${path}"`, () => assert.equal(parseOperationPath(path), undefined));
	}
});
