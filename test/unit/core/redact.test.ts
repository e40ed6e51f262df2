import assert from 'node:assert/strict';
import fc from 'fast-check';
import { redact } from '../../../src/core/redact';

describe('redact', () => {
	for (const line of [
		'kling.trackTask failed',
		'Checking 871234567890123456 (videos/multi-image2video) failed: unreachable (code ECONNREFUSED)',
		'Polling of https://api.cometapi.com is paused: auth',
		'429 from https://127.0.0.1:4012, again in 1500ms',
		'TypeError: Cannot read properties of undefined',
		'Checking 871234567890123456 (videos/avatar/image2video) failed: server (HTTP 503, code 5000)',
		'Failed to claim a notification: Error: database is locked',
		'kling-12.db is damaged: Error: database disk image is malformed',
		'nothing can be read from kling-3.db-wal: Error: unable to open database file',
		'    at TaskTreeProvider.resolveTreeItem extension.js:12:34567',
		'    at process.processTicksAndRejections node:internal/process/task_queues:105:5',
		'connect ECONNREFUSED 127.0.0.1:4012 at 2026-11-28T10:15:30.123Z',
		'getaddrinfo ENOTFOUND gateway.kling.example',
		'write EPROTONOSUPPORT, connect EADDRNOTAVAIL, read ENAMETOOLONG',
		'/kling/v1/images/kolors-virtual-try-on/853300000000000101',
		'1790000000000 ms, 65536 bytes, 42.5 KiB, v22.11.0',
		'What was claimed could not be renewed: it didn’t last',
	]) {
		it(`lets through: ${line}`, () => assert.equal(redact(line), line));
	}

	for (const [name, line, logged] of [
		['a key', 'sent sk-aBcDeF0123456789aBcDeF0123456789', 'sent […]'],
		['a bearer', 'Authorization: Bearer q7Zk2LmN8pRsT4vWxYz0', 'Authorization: Bearer […]'],
		[
			'a signed link',
			'https://media.kling.example/v/clip.mp4?Signature=Zm9vYmFyYmF6cXV4&Expires=1799999999',
			'https://media.kling.example=[…]=1799999999',
		],
		['a key in a query', 'GET https://api.kling.example/x?key=sk-1234567890abcdef', 'GET https://api.kling.example=[…]'],
		['a key in brackets', '{"key":"sk-aBcDeF0123456789aBcD"}', '{"key":"[…]"}'],
		['a key after a slash', 'path/sk-aBcDeF0123456789aBcDeF', '[…]'],
		['a key in groups', 'sent sk-ab12-cd34-ef56-ab78-cd90', 'sent […]'],
		['a key in groups without digits in some', 'sent sk-proj-abcd-ef12-qrst-34uv', 'sent […]'],
		['a UUID whose groups begin with letters', 'sent a3f0c1d9-be55-ab1e-cd0f-ef6f1d2c7b11', 'sent […]'],
		['a dotted secret', 'sent ab12.cd34.ef56.gh78', 'sent […]'],
		['a slashed secret', 'sent ab12/cd34/ef56/gh78', 'sent […]'],
		['a secret with backslashes', 'sent ab12\\cd34\\ef56\\gh78', 'sent […]'],
		['a secret with colons', 'sent 9f:86:d0:81:88:4c:7d:65:9a:2f', 'sent […]'],
		['a secret with underlines', 'sent ab12_cd34_ef56_gh78', 'sent […]'],
		['a secret with plus signs', 'sent ab12+cd34+ef56+gh78', 'sent […]'],
		['twenty capitals', 'sent QWKZJXVBNMPLRTYHGFDS', 'sent […]'],
		['capitals in groups', 'sent QWKZ-JXVB-NMPL-RTYH-GFDS', 'sent […]'],
		['twenty letters, small ones and capitals by turns', 'sent qZkLmNpRsTvWxYzAbCdE', 'sent […]'],
		['such letters in groups', 'sent qZkL-mNpR-sTvW-xYzA-bCdE', 'sent […]'],
		['twenty small letters', 'sent qwkzjxvbnmplrtyhgfds', 'sent […]'],
		['a long number', 'sent 12345678901234567890123456789012', 'sent […]'],
		['a number in groups', 'sent 1234-5678-9012-3456-7890', 'sent […]'],
		['a proxy’s password', 'connect http://office:let-me-out@gate.example:3128', 'connect http://gate.example:3128'],
		['a password with signs', 'connect http://office:12345,let=me@gate.example', 'connect http://gate.example'],
		['a secret behind a task’s id', '/x/853300000000000101/ab12-cd34-ef56-gh78', '[…]'],
		['a secret that looks like a position in a file', 'at ab12cd34ef56.gh78:12:34', 'at […]'],
	] as const) {
		it(`leaves out ${name}`, () => assert.equal(redact(line), logged));
	}

	it('leaves out any long word that mixes letters and digits, in any position', () => {
		const secret = fc.stringMatching(/^[A-Za-z0-9]{20,60}$/).filter((text) => /[A-Za-z]/.test(text) && /\d/.test(text));
		const around = fc.constantFrom('', ' ', '"', "'", '(', ')', '=', ',', '/', ': ', '\n', '{', ';');
		fc.assert(
			fc.property(secret, around, around, (word, before, after) => {
				assert.ok(!redact(`a${before}${word}${after}b`).includes(word));
			}),
		);
	});

	it('leaves out any long word that mixes letters and digits, in groups too, however they are joined', () => {
		const group = fc.stringMatching(/^[A-Za-z0-9]{2,8}$/);
		const joined = fc
			.tuple(fc.array(group, { minLength: 3, maxLength: 12 }), fc.constantFrom('-', '.', '/', '|', '\\', '_', ':', '+'))
			.map(([groups, sign]) => ({ groups, word: groups.join(sign) }))
			.filter(
				({ groups }) =>
					groups.join('').length >= 16 &&
					(groups.join('').match(/\d/g) ?? []).length >= 3 &&
					groups.slice(0, -2).some((one) => /[A-Za-z]\d|\d[A-Za-z]/.test(one)),
			);
		fc.assert(fc.property(joined, ({ word }) => assert.ok(!redact(`sent ${word} to nobody`).includes(word), word)));
	});
});
