import assert from 'node:assert/strict';
import { createHmac } from 'node:crypto';
import { bodyChunks, bodyLength } from '../../../src/creation/bodyStream';
import type { BodyPart, MediaPart } from '../../../src/creation/creation';
import { bodyParts, planOrder, type RunOrder } from '../../../src/creation/planning';
import type { ResolvedObject, ResolvedValue } from '../../../src/requests/resolvedValue';

const identity = {
	installation: new Uint8Array(32),
	hmac: (key: Uint8Array, text: string) => createHmac('sha256', key).update(text, 'utf8').digest(),
	newId: () => 'creation-1',
};
const string = (value: string) => ({ kind: 'string', value }) as const;
const object = (fields: Readonly<Record<string, ResolvedValue>>): ResolvedObject => ({ kind: 'object', entries: Object.entries(fields) });
const image = (sha256: string, size: number): ResolvedValue => ({
	kind: 'media',
	path: './a.png',
	facts: { kind: 'image', type: 'png', size, sha256, width: 1, height: 1 },
});

function orderFor(body: ResolvedObject | ((take: number) => ResolvedObject), own: Partial<RunOrder> = {}) {
	return planOrder(
		{
			operation: { origin: 'https://kling.example', action: 'videos', action2: 'text2video' },
			unitKey: 'a'.repeat(64),
			count: 2,
			now: 1_000_000,
			bodyOf: typeof body === 'function' ? body : () => body,
			source: { uri: 'file:///w/fox.kling.json', text: '{}' },
			...own,
		},
		identity,
	);
}

describe('planning a run', () => {
	it('adds an external ID that is the take’s own', () => {
		const order = orderFor(
			object({ prompt: string('a fox'), duration: string('5'), mode: string('pro'), model_name: string('kling-v3') }),
			{
				nameOf: (take) => `fox, take ${take}`,
				estimate: { unitKind: 'video', units: 4, dollars: 0.56 },
				dailyLimit: 10,
			},
		);
		const { details, ...rest } = order;
		assert.deepEqual(rest, {
			operation: { origin: 'https://kling.example', action: 'videos', action2: 'text2video' },
			unitKey: 'a'.repeat(64),
			count: 2,
			now: 1_000_000,
			dailyLimit: 10,
		});
		assert.deepEqual(details(2, ''), {
			id: 'creation-1',
			externalId: 'kt-s7jkgkwqy3vcve5od7yiiuthka',
			body: ['{"prompt":"a fox","duration":"5","mode":"pro","model_name":"kling-v3","external_task_id":"kt-s7jkgkwqy3vcve5od7yiiuthka"}'],
			estimate: { unitKind: 'video', units: 4, dollars: 0.56 },
			subject: {
				name: 'fox, take 2',
				prompt: 'a fox',
				model: 'kling-v3',
				mode: 'pro',
				seconds: 5,
				priceClass: details(2, '').subject.priceClass,
			},
			source: { uri: 'file:///w/fox.kling.json', text: '{}' },
		});
		assert.equal(details(1, '').externalId, 'kt-hihtnucspvydi2uuqiavgubufn');
	});

	it('keeps a person’s own ID, which run.take may be in', () => {
		const order = orderFor((take) => object({ external_task_id: string(`shot-${take}`), prompt: string('a fox') }));
		assert.equal(order.details(7, '').externalId, 'shot-7');
		assert.deepEqual(order.details(7, '').body, ['{"external_task_id":"shot-7","prompt":"a fox"}']);
	});

	it('replaces an ID that is empty', () => {
		const order = orderFor(object({ external_task_id: string(''), prompt: string('a fox') }));
		assert.deepEqual(order.details(1, '').body, ['{"prompt":"a fox","external_task_id":"kt-hihtnucspvydi2uuqiavgubufn"}']);
	});

	it('adds none where the operation has no such field', () => {
		const order = orderFor(object({ text: string('Hello'), voice_id: string('v1') }), {
			operation: { origin: 'https://kling.example', action: 'audio', action2: 'tts' },
		});
		const { externalId, body, subject } = order.details(1, '');
		assert.equal(externalId, undefined);
		assert.deepEqual(body, ['{"text":"Hello","voice_id":"v1"}']);
		assert.equal(subject.prompt, 'Hello');
	});

	it('adds one where nothing is known of the operation', () => {
		const operation = { origin: 'https://kling.example', action: 'videos', action2: 'kling-4' };
		assert.match(orderFor(object({ prompt: string('a fox') }), { operation }).details(1, '').externalId ?? '', /^kt-/);
	});
});

describe('the body of a creation', () => {
	it('keeps numbers as written, and files as digests', () => {
		const body = object({
			seed: { kind: 'number', text: '12345678901234567890' },
			cfg_scale: { kind: 'number', text: '0.50' },
			image: image('a'.repeat(64), 4),
			list: { kind: 'array', items: [image('b'.repeat(64), 7), { kind: 'null' }] },
		});
		assert.deepEqual(bodyParts(body), [
			'{"seed":12345678901234567890,"cfg_scale":0.50,"image":"',
			{ sha256: 'a'.repeat(64), size: 4 },
			'","list":["',
			{ sha256: 'b'.repeat(64), size: 7 },
			'",null]}',
		]);
	});

	it('has no character that is taken for a file', () => {
		const strange = '\u0000 \\u0000 \uE000\uE000 "\uE000"';
		const parts = bodyParts(object({ prompt: string(strange), image: image('a'.repeat(64), 4) }));
		const text = parts.map((part) => (typeof part === 'string' ? part : 'QUJD')).join('');
		assert.deepEqual(JSON.parse(text), { prompt: strange, image: 'QUJD' });
	});

	it('is never made with a file that was not read', () => {
		assert.throws(() => bodyParts(object({ image: { kind: 'media', path: './a.png', facts: undefined } })), { message: /a\.png/ });
	});

	it('is sent in pieces of its announced length, none of which ends within a character', async () => {
		const text = `x${'🦊é'.repeat(60_000)}`;
		const parts: readonly BodyPart[] = [text, { sha256: 'a'.repeat(64), size: 4 }, '"}'];
		const media: MediaPart[] = [];
		const copies = {
			base64: async function* (part: MediaPart) {
				media.push(part);
				await Promise.resolve();
				yield new TextEncoder().encode('QUJD');
				yield new TextEncoder().encode('RA==');
			},
		};
		const chunks: Uint8Array[] = [];
		for await (const chunk of bodyChunks(parts, copies)) {
			assert.ok(chunk.length <= 3 * 65_537);
			assert.doesNotThrow(() => new TextDecoder('utf-8', { fatal: true }).decode(chunk));
			chunks.push(chunk);
		}
		const whole = Buffer.concat(chunks);
		assert.equal(whole.toString(), `${text}QUJDRA=="}`);
		assert.equal(bodyLength(parts), whole.length);
		assert.deepEqual(media, [{ sha256: 'a'.repeat(64), size: 4 }]);
	});
});
