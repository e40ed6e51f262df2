import assert from 'node:assert/strict';
import fc from 'fast-check';
import { keyScrubber } from '../../../src/api/scrub';

const key = 'sk-canary/Key+0123-4567_89';
const secret = key.slice(3);

/** A key in the format of gateways. */
const long = 'sk-Qm4Tz6Rb1Ny8Hs3Jd5Gf0LpCv7Kx2Vw9Zk3pQ9vX1mN7bC5t';

/** The characters of a text, each encoded by `write` from its code in hexadecimal. */
function written(text: string, write: (hex: string, character: string) => string): string {
	return Array.from(text, (character) => write(character.charCodeAt(0).toString(16).padStart(2, '0'), character)).join('');
}

describe('keyScrubber', () => {
	it('finds the key however its characters are written in JSON or a URL', () => {
		const scrub = keyScrubber(key);
		const spelled = fc.tuple(
			...Array.from(secret, (character) => {
				const hex = character.charCodeAt(0).toString(16).padStart(4, '0');
				return fc.constantFrom(
					character,
					character,
					`\\u${hex}`,
					`\\u${hex.toUpperCase()}`,
					`\\\\u${hex}`,
					`%${hex.slice(2)}`,
					`%${hex.slice(2).toUpperCase()}`,
					`%25${hex.slice(2)}`,
					...(character === '/' ? ['\\/'] : []),
				);
			}),
		);
		fc.assert(
			fc.property(spelled, fc.string(), fc.string(), (parts, before, after) => {
				const scrubbed = scrub(`${before}~${parts.join('')}~${after}`);
				assert.equal(scrubbed, `${before}~[API key]~${after}`);
			}),
		);
	});

	it('leaves everything else alone', () => {
		const scrub = keyScrubber(key);
		fc.assert(fc.property(fc.string(), (text) => assert.equal(scrub(text), text)));
		assert.equal(keyScrubber('')('any text'), 'any text');
		assert.equal(keyScrubber('sk-')('sk-any text'), 'sk-any text');
	});

	const base64 = Buffer.from(`user:${long}`.repeat(2)).toString('base64');
	for (const [how, echo] of [
		['in capitals', long.toUpperCase()],
		['in small letters', long.toLowerCase()],
		['in hexadecimal', Buffer.from(long).toString('hex')],
		['in hexadecimal, in capitals', Buffer.from(long).toString('hex').toUpperCase()],
		['in hexadecimal, byte by byte', written(long, (hex) => `${hex} `).trim()],
		['in hexadecimal with colons', written(long, (hex) => `${hex}:`).slice(0, -1)],
		['as a list of codes', JSON.stringify(Array.from(Buffer.from(long))).slice(1, -1)],
		['as HTML numbers', written(long, (hex) => `&#${Number.parseInt(hex, 16)};`)],
		['as HTML numbers without their end', written(long, (hex) => `&#x${hex}`)],
		['as HTML numbers in hexadecimal', written(long, (hex) => `&#x${hex.toUpperCase()};`)],
		['as HTML numbers, quoted again', written(long, (hex) => `&amp;#x${hex};`)],
		['as HTML numbers in JSON', written(long, (hex) => `\\u0026#x${hex};`)],
		['as HTML numbers in a URL', written(long, (hex) => `%26%23x${hex}%3B`)],
		['with \\x', written(long, (hex) => `\\x${hex}`)],
		['with \\x in JSON', written(long, (hex) => `\\\\x${hex}`)],
		['with \\u{}', written(long, (hex) => `\\u{${hex}}`)],
		['with \\u in JSON in JSON', written(long, (hex) => `\\\\\\\\u00${hex}`)],
		['with \\u in a URL', written(long, (hex) => `%5Cu00${hex}`)],
		['in octal', written(long, (hex) => `\\${Number.parseInt(hex, 16).toString(8).padStart(3, '0')}`)],
		['percent-encoded thrice', written(long, (hex) => `%2525${hex}`)],
		['with a zero-width space inside', `${long.slice(0, 20)}\u200b${long.slice(20)}`],
		['with a zero-width space inside, as JSON', `${long.slice(0, 20)}\\u200b${long.slice(20)}`],
		['with a zero-width space inside, as HTML', `${long.slice(0, 20)}&ZeroWidthSpace;${long.slice(20)}`],
		['with one after every character', written(long, (_hex, character) => `${character}\u200d`)],
		['with soft hyphens', `${long.slice(0, 10)}\u00ad${long.slice(10, 30)}&shy;${long.slice(30)}`],
		['with a line break inside', `${long.slice(0, 15)}\n${long.slice(15)}`],
		['with a line break inside, as JSON', `${long.slice(0, 15)}\\r\\n${long.slice(15)}`],
		['with direction marks', `\u202e${long.slice(0, 18)}\u2066${long.slice(18)}`],
		['with spaces', long.replace(/(.{8})/g, '$1 ')],
		['in base64 of capitals', Buffer.from(long.toUpperCase()).toString('base64')],
		['in base64 in lines of 76', base64.replace(/(.{76})/g, '$1\r\n')],
		['in base64 in lines of 76, as JSON', base64.replace(/(.{76})/g, '$1\\n')],
		['in base64url', Buffer.from(`a${long}`).toString('base64url')],
		['in base64 in a URL', encodeURIComponent(Buffer.from(`ab${long}`).toString('base64'))],
		['without its last character', long.slice(0, -1)],
		['without its first half', long.slice(26)],
		['in 16 characters of the middle', long.slice(20, 36)],
	] as const) {
		it(`finds the key ${how}`, () => {
			const scrubbed = keyScrubber(long)(`before: ${echo}. after`);
			assert.match(scrubbed, /^before: \S{0,8}\[API key\].*after$/s);
			// Only characters that share base64 groups with neighbouring text, or with 16 of the key's characters, may remain; the key
			// cannot be restored from them.
			assert.ok(scrubbed.replaceAll('[API key]', '').replace(/[^A-Za-z0-9]/g, '').length <= 'beforeafter'.length + 24, scrubbed);
		});
	}

	it('finds 16 consecutive characters, including signs', () => {
		for (let start = 0; start + 16 <= secret.length; start++) {
			const scrubbed = keyScrubber(key)(`"${secret.slice(start, start + 16)}"`);
			assert.match(scrubbed, /^"[/+_-]?\[API key\][/+_-]?"$/, scrubbed);
		}
	});

	it('keeps a deliberately masked key', () => {
		const masked = `The key ${long.slice(0, 10)}********${long.slice(-6)} has no credit`;
		assert.equal(keyScrubber(long)(masked), masked);
		assert.equal(keyScrubber(long)(long.slice(10, 25)), long.slice(10, 25));
	});

	it('keeps JSON valid around what it removes', () => {
		const scrub = keyScrubber(long);
		const plain = {
			message: `C:\\new "${long}"\n`,
			parts: [long.slice(0, 20), long.slice(20)],
			quoted: JSON.stringify({ quoted: JSON.stringify({ key: `${long}\t` }) }),
		};
		const scrubbed: unknown = JSON.parse(scrub(JSON.stringify(plain)));
		assert.deepEqual(scrubbed, {
			message: 'C:\\new "[API key]"\n',
			parts: ['[API key]', ''],
			quoted: '{"quoted":"{\\"key\\":\\"[API key]\\\\t\\"}"}',
		});
		const escaped = JSON.stringify({ a: 1 }).replace('1', `"${written(long, (hex) => `\\u00${hex}`)}"`);
		assert.equal(scrub(escaped), '{"a":"[API key]"}');
		const nested = JSON.stringify({ a: escaped });
		assert.equal(scrub(nested), '{"a":"{\\"a\\":\\"[API key]\\"}"}');
	});

	it('leaves responses alone that are full of escapes and do not contain the key', () => {
		const body = JSON.stringify({
			message: 'C:\\new\\table \u200b "quoted" 100% & more &amp; &lt;',
			url: 'https://media.example/a.mp4?Signature=Zm9v%2Fbar%3D&Expires=1799999999',
			nested: JSON.stringify({ a: '\\\n\u0001' }),
		});
		assert.equal(keyScrubber(long)(body), body);
		fc.assert(
			fc.property(
				fc.array(fc.constantFrom('\\', '%', '&', '#', 'x', 'u', '2', '5', ';', 'amp;', 'n', '{', '}', '"', 'sk-'), { maxLength: 200 }),
				(pieces) => assert.equal(keyScrubber(long)(pieces.join('')), pieces.join('')),
			),
		);
	});

	it('reads a key as text, not as a pattern', () => {
		for (const odd of ['a.c+d*e', '(((((', '[abcd', 'a|b|c|d', '\\d\\d\\d', '^$^$^$']) {
			assert.equal(keyScrubber(odd)(`x ${odd} abcd 1234`), 'x [API key] abcd 1234', odd);
		}
	});
});
