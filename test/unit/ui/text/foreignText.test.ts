import assert from 'node:assert/strict';
import { shown } from '../../../../src/core/shown';
import { apiMessage, escapeCodicons, withoutLinks } from '../../../../src/ui/text/foreignText';

describe('text from outside', () => {
	it('cannot reorder a row: marks of direction are removed', () => {
		assert.equal(shown('a\u202egpj.exe\u202c \u2066b\u2069 \u200ec\u200f\u061c'), 'agpj.exe b c');
	});

	it('has no control characters but line breaks and tabs', () => {
		assert.equal(shown('one\u0000two\u001b[31m\tthree\nfour\u0085five\r'), 'one two [31m\tthree\nfour five ');
	});

	it('keeps letters and signs of every script', () => {
		assert.equal(shown('夜景 – Ñandú 🎬 مرحبا'), '夜景 – Ñandú 🎬 مرحبا');
	});

	it('draws no icon', () => {
		assert.equal(escapeCodicons('$(trash) costs $5 ($)'), '$\u200B(trash) costs $5 ($)');
	});

	it('is no link in a message', () => {
		assert.equal(withoutLinks('[run]\u202e(command:x) [a](https://b)'), '[run]\u200B(command:x) [a]\u200B(https://b)');
	});

	it('that the API sends has no request ID in a sentence', () => {
		assert.equal(apiMessage('Insufficient balance (request id: 2026112 ab) $(x)'), 'Insufficient balance $\u200B(x)');
		assert.equal(apiMessage('Busy (Request ID: a)(request id: b), again'), 'Busy, again');
		assert.equal(apiMessage('Request id: 5 (see log)'), 'Request id: 5 (see log)');
	});
});
