import assert from 'node:assert/strict';
import { parseOperationPath, type OperationPath } from '../../../src/core/operation';
import { estimatePrice, priceOfTakes, totalPrice, type Price } from '../../../src/requests/price';
import { isPriceOpen, priceClass } from '../../../src/requests/priceClass';
import { parseRequestFile } from '../../../src/requests/parseRequestFile';
import { resolveRequest } from '../../../src/requests/resolve';
import type { ResolvedObject } from '../../../src/requests/resolvedValue';

function path(operation: string): OperationPath {
	const parsed = parseOperationPath(operation);
	assert.ok(parsed);
	return parsed;
}

function bodyOf(json: string): ResolvedObject {
	const { file } = parseRequestFile(`{"operation": "a/b", "body": ${json}}`);
	const { body } = resolveRequest(file, { files: new Map(), texts: new Map() }, { take: 1, date: '2026-03-14' });
	assert.ok(body);
	return body;
}

function priced(operation: string, body: string, learned: readonly number[] = []): Price {
	return estimatePrice(path(operation), bodyOf(body), learned);
}

/** `4.5 video $0.63`, `0.9 video $0.126 per 1 s`, or why the price is unknown. */
function short(price: Price): string {
	switch (price.kind) {
		case 'unknown':
			return price.reason;
		case 'known':
			return `${price.units} ${price.unitKind} $${price.dollars}`;
		case 'byLength':
			return `${price.units} ${price.unitKind} $${price.dollars} per ${price.seconds} s`;
	}
}

const image = '"image": "https://media.example/a.png"';

describe('the price of a request', () => {
	/** What Kling's tables of 2026-09-20 say, by hand. */
	const listed: readonly (readonly [operation: string, body: string, price: string])[] = [
		['videos/text2video', '{"model_name": "kling-v3", "prompt": "A fox"}', '3 video $0.42'],
		['videos/text2video', '{"model_name": "kling-v3", "mode": "std", "duration": "5"}', '3 video $0.42'],
		['videos/text2video', '{"model_name": "kling-v3", "mode": "pro", "duration": "15"}', '12 video $1.68'],
		['videos/text2video', '{"model_name": "kling-v3", "mode": "4k", "duration": "3"}', '9 video $1.26'],
		['videos/text2video', '{"model_name": "kling-v3", "sound": "on", "duration": "5"}', '4.5 video $0.63'],
		['videos/text2video', '{"model_name": "kling-v3", "sound": "on", "mode": "pro", "duration": "7"}', '8.4 video $1.176'],
		['videos/text2video', '{"model_name": "kling-v3", "sound": "on", "mode": "4k", "duration": "5"}', '15 video $2.1'],
		// The list has no price for voices of one's own with kling-v3.
		['videos/text2video', '{"model_name": "kling-v3", "sound": "on", "voice_list": [{"voice_id": "v"}]}', 'notListed'],
		['videos/text2video', '{"model_name": "kling-v3", "sound": "off", "voice_list": [{"voice_id": "v"}]}', '3 video $0.42'],
		['videos/image2video', `{"model_name": "kling-v2-6", ${image}}`, '1.5 video $0.21'],
		['videos/image2video', `{"model_name": "kling-v2-6", "mode": "pro", "duration": "10", ${image}}`, '5 video $0.7'],
		['videos/image2video', `{"model_name": "kling-v2-6", "mode": "pro", "sound": "on", ${image}}`, '5 video $0.7'],
		[
			'videos/image2video',
			`{"model_name": "kling-v2-6", "mode": "pro", "sound": "on", "voice_list": [{"voice_id": "v"}], ${image}}`,
			'6 video $0.84',
		],
		['videos/image2video', `{"model_name": "kling-v2-6", "sound": "on", ${image}}`, 'notListed'],
		['videos/image2video', `{"model_name": "kling-v2-5-turbo", "mode": "pro", ${image}}`, '2.5 video $0.35'],
		['videos/image2video', `{"model_name": "kling-v2-5-turbo", "mode": "4k", ${image}}`, 'notListed'],
		['videos/text2video', '{"model_name": "kling-v1-6"}', 'notListed'],
		['videos/text2video', '{"prompt": "A fox"}', 'notListed'],
		['videos/text2video', '{"model_name": "kling-v3", "duration": "long"}', 'notListed'],
		['videos/text2video', '{"model_name": "constructor"}', 'notListed'],
		['videos/omni-video', '{"prompt": "A fox"}', '4 video $0.56'],
		['videos/omni-video', '{"model_name": "kling-v3-omni", "mode": "std", "duration": "3"}', '1.8 video $0.252'],
		['videos/omni-video', '{"model_name": "kling-v3-omni", "mode": "pro", "sound": "on", "duration": "10"}', '10 video $1.4'],
		[
			'videos/omni-video',
			'{"model_name": "kling-v3-omni", "duration": "5", "video_list": [{"video_url": "https://media.example/a.mp4", "refer_type": "feature"}]}',
			'6 video $0.84',
		],
		[
			'videos/omni-video',
			'{"model_name": "kling-v3-omni", "mode": "std", "video_list": [{"video_url": "https://media.example/a.mp4"}]}',
			'0.9 video $0.126 per 1 s',
		],
		['videos/omni-video', '{"mode": "4k"}', 'notListed'],
		['videos/motion-control', '{"model_name": "kling-v3", "mode": "pro"}', '1.2 video $0.168 per 1 s'],
		['videos/motion-control', '{"mode": "std"}', '0.5 video $0.07 per 1 s'],
		['videos/avatar/image2video', `{${image}}`, '0.4 video $0.056 per 1 s'],
		['videos/advanced-lip-sync', '{"session_id": "1"}', '0.5 video $0.07 per 5 s'],
		['videos/lip-sync', '{"input": {}}', '0.5 video $0.07 per 5 s'],
		['videos/identify-face', '{"video_id": "1"}', '0.05 video $0.007'],
		['audio/tts', '{"text": "Hello"}', '0.05 video $0.007'],
		['audio/text-to-audio', '{"prompt": "Rain", "duration": 5}', '0.25 video $0.035'],
		['audio/video-to-audio', '{"video_id": "1"}', '0.25 video $0.035'],
		['images/generations', '{"model_name": "kling-v3", "prompt": "A fox", "n": 3}', '24 image $0.084'],
		['images/generations', '{"model_name": "kling-v2-1", "prompt": "A fox"}', '4 image $0.014'],
		['images/generations', `{"model_name": "kling-v2-1", "prompt": "A fox", "resolution": "2k", ${image}}`, '8 image $0.028'],
		['images/generations', '{"prompt": "A fox"}', 'notListed'],
		['images/omni-image', '{"model_name": "kling-v3-omni", "prompt": "A fox", "resolution": "4k"}', '16 image $0.056'],
		['images/omni-image', '{"model_name": "kling-v3-omni", "prompt": "A fox", "result_type": "series"}', '32 image $0.112'],
		[
			'images/omni-image',
			'{"model_name": "kling-v3-omni", "prompt": "A fox", "result_type": "series", "series_amount": "auto"}',
			'notListed',
		],
		['images/omni-image', '{"prompt": "A fox", "resolution": "4k"}', 'notListed'],
		['images/multi-image2image', '{"subject_image_list": []}', '16 image $0.056'],
		['images/editing/expand', `{${image}, "n": 2}`, '16 image $0.056'],
		['images/kolors-virtual-try-on', '{}', 'notListed'],
		['videos/effects', '{"effect_scene": "squish"}', 'notListed'],
		['videos/video-extend', '{"video_id": "1"}', 'notListed'],
		['videos/multi-image2video', '{"prompt": "A fox"}', 'notListed'],
		['videos/upscale', '{"model_name": "kling-v3"}', 'operation'],
	];
	for (const [operation, body, price] of listed) {
		it(`${operation} ${body}: ${price}`, () => {
			assert.equal(short(priced(operation, body)), price);
		});
	}

	it('names its source and date', () => {
		const price = priced('audio/tts', '{}');
		assert.ok(price.kind === 'known');
		assert.deepEqual(price.source, { kind: 'list', date: '2026-09-20' });
	});

	it('is multiplied by the takes, exact to a hundredth of a unit', () => {
		assert.equal(short(priceOfTakes(priced('audio/tts', '{}'), 3)), '0.15 video $0.021');
		assert.equal(
			short(priceOfTakes(priced('videos/text2video', '{"model_name": "kling-v3", "sound": "on", "duration": "7"}'), 3)),
			'18.9 video $2.646',
		);
		assert.equal(short(priceOfTakes(priced('images/generations', '{"model_name": "kling-v3", "n": 9}'), 20)), '1440 image $5.04');
		assert.equal(short(priceOfTakes(priced('videos/upscale', '{}'), 3)), 'operation');
		const three = priceOfTakes(priceOfTakes(priced('audio/tts', '{}'), 3), 1);
		assert.equal(three.kind === 'known' ? three.tasks : 0, 3);
	});

	it('of takes that differ is their sum, and unknown if one of them is', () => {
		const of = (duration: string): Price => priced('videos/text2video', `{"model_name": "kling-v3", "duration": "${duration}"}`);
		assert.equal(short(totalPrice([of('5'), of('5'), of('5')])), short(priceOfTakes(of('5'), 3)));
		assert.equal(short(totalPrice([of('5'), of('7')])), '7.2 video $1.008');
		assert.equal(short(totalPrice([of('5'), of('5000')])), 'notListed');
		assert.equal(short(totalPrice([of('5000'), of('5')])), 'notListed');
		const lipSync = priced('videos/lip-sync', '{}');
		assert.equal(short(totalPrice([lipSync, lipSync])), short(priceOfTakes(lipSync, 2)));
	});

	describe('learned from what tasks cost', () => {
		const learned: readonly (readonly [string, readonly number[], string])[] = [
			['one figure', [4.2], '4.2 video $0.588'],
			['the middle one', [9, 1, 4], '4 video $0.56'],
			['the mean of the two in the middle: 0.1 + 0.2', [0.1, 0.2], '0.15 video $0.021'],
			['rounded to a hundredth', [0.1, 0.11], '0.11 video $0.0154'],
			['of the newest twenty', [...Array<number>(30).fill(9), ...Array<number>(20).fill(2)], '2 video $0.28'],
			['without what is no amount', [NaN, -1, Infinity, 3], '3 video $0.42'],
		];
		for (const [name, figures, price] of learned) {
			it(name, () => {
				assert.equal(short(priced('videos/text2video', '{"model_name": "kling-v3", "duration": "10"}', figures)), price);
			});
		}

		it('is known where the list has nothing, in units of the operation’s kind', () => {
			assert.equal(short(priced('videos/effects', '{"effect_scene": "squish"}', [2, 2])), '2 video $0.28');
			assert.equal(short(priced('images/kolors-virtual-try-on', '{}', [20])), '20 image $0.07');
		});

		it('says of how many tasks', () => {
			const price = priced('videos/effects', '{"effect_scene": "squish"}', [2, 2, 3]);
			assert.deepEqual(price.kind === 'known' && price.source, { kind: 'learned', count: 3 });
		});
	});
});

describe('the class of requests that are priced alike', () => {
	const classOf = (operation: string, body: string): string | undefined => priceClass(path(operation), bodyOf(body));

	it('does not depend on what is priced alike', () => {
		assert.equal(
			classOf('videos/text2video', '{"model_name": "kling-v3", "prompt": "A fox", "external_task_id": "1"}'),
			classOf('videos/text2video', '{"duration": "5", "mode": "std", "sound": "off", "model_name": "kling-v3", "prompt": "A den"}'),
		);
	});

	it('differs by operation, model, mode, seconds, sound, voices, given media and number', () => {
		const classes = [
			classOf('videos/text2video', '{"model_name": "kling-v3"}'),
			classOf('videos/image2video', '{"model_name": "kling-v3"}'),
			classOf('videos/text2video', '{"model_name": "kling-v2-6"}'),
			classOf('videos/text2video', '{"model_name": "kling-v3", "mode": "pro"}'),
			classOf('videos/text2video', '{"model_name": "kling-v3", "duration": "10"}'),
			classOf('videos/text2video', '{"model_name": "kling-v3", "sound": "on"}'),
			classOf('videos/text2video', '{"model_name": "kling-v3", "sound": "on", "voice_list": [{"voice_id": "v"}]}'),
			classOf('images/generations', '{"model_name": "kling-v3"}'),
			classOf('images/generations', '{"model_name": "kling-v3", "n": 2}'),
			classOf('images/generations', `{"model_name": "kling-v3", ${image}}`),
			classOf('images/generations', '{"model_name": "kling-v3", "resolution": "2k"}'),
			classOf('videos/effects', '{"effect_scene": "squish"}'),
			classOf('videos/effects', '{"effect_scene": "hug"}'),
		];
		assert.equal(new Set(classes).size, classes.length);
		assert.ok(!classes.includes(undefined));
	});

	it('is open only where an expression that decides it cannot be replaced', () => {
		const isOpen = (body: string): boolean => {
			const { file } = parseRequestFile(`{"operation": "videos/text2video", "body": ${body}}`);
			const { body: whole, unfinished } = resolveRequest(file, { files: new Map(), texts: new Map() }, { take: 1, date: '2026-03-14' });
			assert.equal(whole, undefined);
			assert.ok(unfinished);
			return isPriceOpen(unfinished);
		};
		assert.equal(isOpen('{"model_name": "kling-v3", "prompt": "${{ vars.nothing }}"}'), false);
		assert.equal(isOpen('{"model_name": "${{ vars.nothing }}", "prompt": "A fox"}'), true);
		assert.equal(isOpen('{"model_name": "kling-v3", "prompt": "A fox", "sound": "${{ vars.nothing }}"}'), true);
	});

	it('is unknown where the length of a given video decides, and for unknown operations', () => {
		assert.deepEqual(
			[
				classOf('videos/omni-video', '{"video_list": [{"video_url": "https://media.example/a.mp4"}]}'),
				classOf('videos/motion-control', '{"mode": "std"}'),
				classOf('videos/avatar/image2video', '{}'),
				classOf('videos/lip-sync', '{}'),
				classOf('videos/upscale', '{}'),
			],
			[undefined, undefined, undefined, undefined, undefined],
		);
	});
});
