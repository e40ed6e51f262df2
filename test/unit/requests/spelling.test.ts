import assert from 'node:assert/strict';
import { findBodySchema } from '../../../src/requests/bodySchemas';
import { likelyField, likelyValue } from '../../../src/requests/rules/spelling';

const fieldsOf = (action2: string): readonly string[] => Object.keys(findBodySchema({ action: 'videos', action2 })?.fields ?? {});

describe('what is probably meant', () => {
	const fields: readonly (readonly [unknown: string, operation: string, likely: string | undefined])[] = [
		['negativePrompt', 'text2video', 'negative_prompt'],
		['Negative-Prompt', 'text2video', 'negative_prompt'],
		['promt', 'text2video', 'prompt'],
		['prmopt', 'text2video', 'prompt'],
		['durations', 'text2video', 'duration'],
		['guidance_scale', 'text2video', 'cfg_scale'],
		['webhook_url', 'text2video', 'callback_url'],
		['generate_audio', 'text2video', 'sound'],
		['end_image_url', 'image2video', 'image_tail'],
		['imageUrl', 'image2video', 'image'],
		['imageUrl', 'motion-control', 'image_url'],
		['images', 'multi-image2video', 'image_list'],
		['fps', 'text2video', undefined],
		['constructor', 'text2video', undefined],
		['style', 'text2video', undefined],
	];
	for (const [name, operation, likely] of fields) {
		it(`by the field ${name} of ${operation}: ${likely ?? 'nothing'}`, () => {
			assert.equal(likelyField(name, fieldsOf(operation)), likely);
		});
	}

	const models = ['kling-v3', 'kling-v2-6', 'kling-v2-5-turbo', 'kling-v2-1-master', 'kling-v1-6', 'kling-v1'];
	const values: readonly (readonly [value: string, known: readonly string[], likely: string | undefined])[] = [
		['kling-v2.6', models, 'kling-v2-6'],
		['kling v2.5 turbo', models, 'kling-v2-5-turbo'],
		['Kling-V3', models, 'kling-v3'],
		['sora-2', models, undefined],
		['STD', ['std', 'pro'], 'std'],
		['professional', ['std', 'pro'], 'pro'],
		['1080p', ['std', 'pro'], 'pro'],
		['true', ['on', 'off'], 'on'],
		['no', ['on', 'off'], 'off'],
		['true', ['yes', 'no'], 'yes'],
		['16x9', ['16:9', '9:16', '1:1'], '16:9'],
		['portrait', ['16:9', '9:16', '1:1'], '9:16'],
		['5s', ['3', '4', '5', '10'], '5'],
		['10 seconds', ['3', '4', '5', '10'], '10'],
		['en-US', ['zh', 'en'], 'en'],
		['', ['zh', 'en'], undefined],
		['constructor', ['std', 'pro'], undefined],
	];
	for (const [value, known, likely] of values) {
		it(`by the value "${value}": ${likely ?? 'nothing'}`, () => {
			assert.equal(likelyValue(value, known), likely);
		});
	}
});
