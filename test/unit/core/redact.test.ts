import assert from 'node:assert/strict';
import fc from 'fast-check';
import { redact } from '../../../src/core/redact';

describe('redact', () => {
	for (const line of [
		'kling.trackTask failed',
		'A look at 871234567890123456 (videos/multi-image2video) failed: unreachable, ECONNREFUSED',
		'looks of https://api.cometapi.com are paused: auth',
		'429 from https://127.0.0.1:4012, again in 1500ms',
		'TypeError: Cannot read properties of undefined',
	]) {
		it(`lets through: ${line}`, () => assert.equal(redact(line), line));
	}

	for (const [name, line, secret] of [
		['a key', 'sent sk-aBcDeF0123456789aBcDeF0123456789', 'aBcDeF0123456789'],
		['a bearer', 'Authorization: Bearer q7Zk2LmN8pRsT4vWxYz0', 'q7Zk2LmN8pRsT4vWxYz0'],
		['a signed link', 'https://media.kling.example/v/clip.mp4?Signature=Zm9vYmFyYmF6cXV4&Expires=1799999999', 'Zm9vYmFy'],
		['a key in a query', 'GET https://api.kling.example/x?key=sk-1234567890abcdef', 'sk-1234567890abcdef'],
		['a key in brackets', '{"key":"sk-aBcDeF0123456789aBcD"}', 'aBcDeF0123456789'],
		['a key after a slash', 'path/sk-aBcDeF0123456789aBcDeF', 'aBcDeF0123456789'],
	] as const) {
		it(`leaves out ${name}`, () => {
			const redacted = redact(line);
			assert.ok(!redacted.includes(secret), redacted);
			assert.ok(redacted.includes('[…]') || !redacted.includes('?'), redacted);
		});
	}

	it('leaves out any long word that mixes letters and digits, wherever it stands', () => {
		const secret = fc.stringMatching(/^[A-Za-z0-9]{20,60}$/).filter((text) => /[A-Za-z]/.test(text) && /\d/.test(text));
		const around = fc.constantFrom('', ' ', '"', "'", '(', ')', '=', ',', '/', ': ', '\n', '{', ';');
		fc.assert(
			fc.property(secret, around, around, (word, before, after) => {
				assert.ok(!redact(`a${before}${word}${after}b`).includes(word));
			}),
		);
	});
});
