import { strict as assert } from 'node:assert';
import { failureCause } from '../../../src/core/failureCause';

describe('the cause of a failure', () => {
	for (const [reason, cause] of [
		['Failure to pass the risk control system', 'policy'],
		['Trigger the content security policy of the platform', 'policy'],
		['Image pixel is invalid', 'input'],
		['The resolution or aspect ratio of the input image is invalid. Please ensure it meets the required specifications.', 'input'],
		['there is no human in the video', 'input'],
		['Account balance not enough', 'quota'],
		['用户额度不足', 'quota'],
		['任务超时（30分钟）', 'passing'],
		['upstream returned error', 'passing'],
		['Failed to get channel info, channel ID: 7', 'passing'],
		['Something else', 'unknown'],
		['', 'unknown'],
		[undefined, 'unknown'],
	] as const) {
		it(`of “${reason ?? 'nothing'}” is ${cause}`, () => assert.equal(failureCause(reason), cause));
	}
});
