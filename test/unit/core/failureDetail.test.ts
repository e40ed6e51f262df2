import assert from 'node:assert/strict';
import { failureDetail } from '../../../src/core/failureDetail';

describe('what the reason of a failure objects to', () => {
	for (const [reason, detail] of [
		['there is no human in the video', 'noPerson'],
		['No face was found in the image', 'noPerson'],
		['The face in the image was not detected', 'noPerson'],
		['The resolution or aspect ratio of the input image is invalid. Please ensure it meets the required specifications.', 'imageRatio'],
		['Image pixel is invalid', 'imagePixels'],
		['The width of the image width is below the minimum', 'imagePixels'],
		['File is too large', 'fileSize'],
		['image exceeds 10 MB', 'fileSize'],
		['Unsupported image format', 'fileFormat'],
		['image is not valid base64', 'fileFormat'],
		['prompt is too long', 'promptLength'],
		['The text exceeds the limit of characters', 'promptLength'],
		['duration value 7 is invalid', 'length'],
		['The video url is not reachable', 'link'],
		['model kling-v9 is not supported', 'model'],
		['Something else', undefined],
		['', undefined],
		[undefined, undefined],
	] as const) {
		it(`of “${reason ?? 'nothing'}” is ${detail ?? 'not known'}`, () => assert.equal(failureDetail(reason), detail));
	}
});
