import assert from 'node:assert/strict';
import { digestsOf, type ServerDigest } from '../../../src/results/serverDigests';

describe('the digests that a server sends', () => {
	// Of the five bytes "clip\n".
	const md5Base64 = 'WxUI8hnrs9Bon7DecoEkSg==';
	const md5: ServerDigest = { algorithm: 'md5', expected: '5b1508f219ebb3d0689fb0de7281244a' };
	const sha256Base64 = 'qr0grg7Skv7Se9f25eVy1TC4jJbxlIVbnogG6XbrLjY=';
	const sha256: ServerDigest = { algorithm: 'sha256', expected: 'aabd20ae0ed292fed27bd7f6e5e572d530b88c96f194855b9e8806e976eb2e36' };
	const sha512Base64 = 'd'.repeat(86).concat('==');

	const rows: readonly (readonly [
		title: string,
		headers: Readonly<Record<string, string>>,
		whole: readonly ServerDigest[],
		part: readonly ServerDigest[],
	])[] = [
		['none', {}, [], []],
		['Content-MD5, which is of what is sent', { 'content-md5': md5Base64 }, [md5], []],
		['Content-Digest, which is of what is sent', { 'content-digest': `sha-256=:${sha256Base64}:` }, [sha256], []],
		['Repr-Digest', { 'repr-digest': `sha-256=:${sha256Base64}:` }, [sha256], [sha256]],
		['Repr-Digest with others', { 'repr-digest': `unixsum=:AAAA:, sha-256=:${sha256Base64}:, id-sha-256=:AAAA:` }, [sha256], [sha256]],
		['Digest', { digest: `SHA-256=${sha256Base64},MD5=${md5Base64}` }, [sha256, md5], [sha256, md5]],
		['Google’s', { 'x-goog-hash': `crc32c=yZRlqg==, md5=${md5Base64}` }, [md5], [md5]],
		['Google’s of what is stored encoded', { 'x-goog-hash': `md5=${md5Base64}`, 'x-goog-stored-content-encoding': 'gzip' }, [], []],
		[
			'Google’s of what is stored as it is',
			{ 'x-goog-hash': `md5=${md5Base64}`, 'x-goog-stored-content-encoding': 'identity' },
			[md5],
			[md5],
		],
		['Amazon’s', { 'x-amz-checksum-sha256': sha256Base64 }, [sha256], [sha256]],
		['Amazon’s of the digests of two parts', { 'x-amz-checksum-sha256': `${sha256Base64}-2` }, [], []],
		['Azure’s', { 'x-ms-blob-content-md5': md5Base64 }, [md5], [md5]],
		['the same twice', { 'content-md5': md5Base64, 'x-goog-hash': `md5=${md5Base64}` }, [md5], [md5]],
		['an ETag that looks like one', { etag: '"5b1508f219ebb3d0689fb0de7281244a"' }, [], []],
		['a cyclic redundancy check', { 'x-oss-hash-crc64ecma': '9548213446238412834', 'x-cos-hash-crc64ecma': '1' }, [], []],
		['one that is too short', { 'content-md5': 'AAAA', 'repr-digest': `sha-256=:${md5Base64}:` }, [], []],
		['one that is not Base64', { 'content-md5': 'not a digest of anything', digest: 'sha-256=***' }, [], []],
		['one in hexadecimal', { 'content-md5': '5b1508f219ebb3d0689fb0de7281244a' }, [], []],
		['one of an outdated kind', { digest: 'sha=0beec7b5ea3f0fdbc95d0dd47f3c5bc275da8a33', 'x-amz-checksum-sha1': 'AAAA' }, [], []],
	];
	for (const [title, headers, whole, part] of rows) {
		it(`${title}: ${whole.map(({ algorithm }) => algorithm).join(', ') || 'none'} of a file, ${part.map(({ algorithm }) => algorithm).join(', ') || 'none'} with a part`, () => {
			assert.deepEqual(digestsOf(headers, true), whole);
			assert.deepEqual(digestsOf(headers, false), part);
		});
	}

	it('SHA-512 too', () => {
		const [digest, ...others] = digestsOf({ 'repr-digest': `sha-512=:${sha512Base64}:` }, true);
		assert.deepEqual([digest?.algorithm, digest?.expected.length, others], ['sha512', 128, []]);
	});
});
