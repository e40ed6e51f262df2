// How long the removal of credentials takes.
import assert from 'node:assert/strict';
import { withoutCredentials } from '../../../src/core/credentials';

describe('withoutCredentials, in time,', () => {
	const pieces = ['http://', '://a:b', 'a:b@', ',a:', ':@', '@', 'PROXY a:', 'proxy ', '%3A%2F%2F', '%2525', 'a', '//a:@['];
	const listPieces = [',', 'a.a,', '://a,a:', '@a.a,a:', 'proxy=a:b,', 'PROXY a,', '://a:b@a.a;', `://a:${'@a.a,a'.repeat(40)}`];
	const headerPieces = ['authorization: ', 'Authorization: Basic '];

	for (const start of ['', '://', ' //', 'http%3A%2F%2F', 'proxy=', 'PROXY ', 'a:']) {
		it(`takes hardly any time, whatever follows “${start}”`, () => {
			for (const piece of [...pieces, ...listPieces, ...headerPieces]) {
				const text = `${start}${piece.repeat(40_000 / piece.length)}@`;
				const before = process.cpuUsage();
				withoutCredentials(text);
				const { user, system } = process.cpuUsage(before);
				assert.ok(user + system < 250_000, `${piece}: ${(user + system) / 1000} ms`);
			}
		});
	}
});
