import assert from 'node:assert/strict';
import { normaliseOrigin, originArgument } from '../../../src/core/origin';

describe('normaliseOrigin', () => {
	for (const [text, origin] of [
		['https://gateway.example', 'https://gateway.example'],
		['  https://Gateway.Example:443/ \n', 'https://gateway.example'],
		['https://gateway.example:8443', 'https://gateway.example:8443'],
		['https://gateway.example/kling/v1/', 'https://gateway.example'],
		['https://gateway.example/v1', 'https://gateway.example'],
		['https://gateway.example/base//path/', 'https://gateway.example/base/path'],
		['https://gateway.example/base/kling/v1', 'https://gateway.example/base'],
		['https://gateway.example/kling/v1/v1', 'https://gateway.example'],
		['http://127.0.0.1:4010/', 'http://127.0.0.1:4010'],
		['http://127.9.9.9', 'http://127.9.9.9'],
		['http://localhost:80', 'http://localhost'],
		['http://[::1]:4010', 'http://[::1]:4010'],
		['https://b\u00fccher.example', 'https://xn--bcher-kva.example'],
		['https://my_gateway.example/~me/Base-1.0/', 'https://my_gateway.example/~me/Base-1.0'],
	] as const) {
		it(`reads ${JSON.stringify(text)}`, () => assert.deepEqual(normaliseOrigin(text), { ok: true, origin }));
	}
	for (const [text, reason] of [
		['', 'notUrl'],
		['gateway.example', 'notUrl'],
		['https:gateway.example', 'notUrl'],
		['https://', 'notUrl'],
		['https://gate way.example', 'notUrl'],
		['https:\\\\gateway.example', 'notUrl'],
		['https://gateway.example:99999', 'notUrl'],
		['http://gateway.example', 'notHttps'],
		['http://localhost.example', 'notHttps'],
		['http://127.0.0.1.example', 'notHttps'],
		['http://0.0.0.0:4010', 'notHttps'],
		['ftp://gateway.example', 'notHttps'],
		['file:///etc', 'notHttps'],
		['https://me:pw@gateway.example', 'hasCredentials'],
		['https://me@gateway.example', 'hasCredentials'],
		['https://gateway.example/?', 'hasQuery'],
		['https://gateway.example/?key=x', 'hasQuery'],
		['https://gateway.example/#x', 'hasQuery'],
		["https://evil.example/a';touch$IFS./x;'", 'badCharacters'],
		['https://evil.example/$(id)', 'badCharacters'],
		['https://evil.example/a;b', 'badCharacters'],
		['https://evil.example/a&b', 'badCharacters'],
		['https://evil.example/a|b', 'badCharacters'],
		['https://evil.example/a%27b', 'badCharacters'],
		['https://evil.example/a%20b', 'badCharacters'],
		['https://evil.example/a"b', 'badCharacters'],
		['https://evil.example/a`id`', 'badCharacters'],
		['https://evil.example/[1-9]', 'badCharacters'],
		['https://evil.example/{a,b}', 'badCharacters'],
		['https://evil.example/b\u00e4r', 'badCharacters'],
		["https://evil';touch$IFS./x;'.example", 'badCharacters'],
		['https://evil%27.example', 'badCharacters'],
		['https://{one.example,two.example}', 'badCharacters'],
		['https://*.example', 'badCharacters'],
	] as const) {
		it(`refuses ${JSON.stringify(text)}: ${reason}`, () => assert.deepEqual(normaliseOrigin(text), { ok: false, reason }));
	}
});

describe('originArgument', () => {
	const isOurs = (origin: string): boolean => ['https://gateway.example', 'http://127.0.0.1:4010/base'].includes(origin);

	it('accepts an origin in use, in its canonical form', () => {
		assert.equal(originArgument('https://gateway.example', isOurs), 'https://gateway.example');
		assert.equal(originArgument('http://127.0.0.1:4010/base', isOurs), 'http://127.0.0.1:4010/base');
	});

	for (const argument of [
		'https://thief.example',
		'http://127.0.0.1:4010',
		'http://127.0.0.1:4010/?https://gateway.example',
		'https://gateway.example?x',
		'https://gateway.example#https://thief.example',
		'https://gateway.example@thief.example',
		'https://thief.example/https://gateway.example',
		'',
		undefined,
		null,
		5,
		['https://gateway.example'],
		{ toString: () => 'https://gateway.example' },
	]) {
		it(`refuses ${argument === undefined ? 'nothing' : JSON.stringify(argument)}`, () =>
			assert.equal(originArgument(argument, isOurs), undefined));
	}

	for (const spelling of [
		'https://gateway.example/',
		'HTTPS://gateway.example',
		'https://Gateway.example',
		'https://gateway.example:443',
		' https://gateway.example',
		'https://gateway.example/kling/v1',
		'https://me@gateway.example',
	]) {
		it(`refuses another spelling of an origin in use: ${JSON.stringify(spelling)}`, () =>
			assert.equal(
				originArgument(spelling, () => true),
				undefined,
			));
	}
});
