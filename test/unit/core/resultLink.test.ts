import assert from 'node:assert/strict';
import { isAllowedLink, linkExpiry } from '../../../src/core/resultLink';

const day = 24 * 60 * 60 * 1000;

describe('linkExpiry', () => {
	const updatedAt = Date.UTC(2026, 3, 28, 10, 15, 30);
	const cases: [title: string, query: string, at: string][] = [
		['an Expires in seconds', '?Expires=1780000000&Signature=x', '2026-05-28T20:26:40.000Z'],
		['an expires in lower case', '?expires=1780000000', '2026-05-28T20:26:40.000Z'],
		['OSS version 4', '?x-oss-date=20260428T101530Z&x-oss-expires=3600', '2026-04-28T11:15:30.000Z'],
		['S3 version 4', '?X-Amz-Expires=604800&X-Amz-Date=20260428T101530Z&X-Amz-Signature=x', '2026-05-05T10:15:30.000Z'],
		['Google', '?X-Goog-Date=20260428T101530Z&X-Goog-Expires=60', '2026-04-28T10:16:30.000Z'],
		['COS', '?q-sign-time=1779990000;1780000000', '2026-05-28T20:26:40.000Z'],
		[
			'COS, percent-encoded',
			'?q-sign-algorithm=sha1&q-sign-time=1779990000%3B1780000000&q-key-time=1779990000%3B1780000000',
			'2026-05-28T20:26:40.000Z',
		],
		["Kling's CDN", `?cacheKey=x&x-kcdn-pid=112781&ksSecret=0123456789abcdef0123456789abcdef&ksTime=6c2b4a80`, '2027-07-05T08:34:08.000Z'],
		["Kling's CDN in capitals", '?KSTIME=6A18A800', '2026-05-28T20:39:28.000Z'],
		['ms', '?expires=1780000000123', '2026-05-28T20:26:40.123Z'],
		['an x-expires', '?x-expires=1780000000&x-signature=y', '2026-05-28T20:26:40.000Z'],
		['OSS by header name', '?x-oss-expires=1780000000&x-oss-signature=y', '2026-05-28T20:26:40.000Z'],
		['TOS', '?X-Tos-Date=20260428T101530Z&X-Tos-Expires=86400', '2026-04-29T10:15:30.000Z'],
		['OBS in lower case', '?x-obs-date=20260428t101530z&x-obs-expires=60', '2026-04-28T10:16:30.000Z'],
		['Alibaba CDN type A', '?auth_key=1780000000-0-0-0123456789abcdef0123456789abcdef', '2026-05-28T20:26:40.000Z'],
		['Tencent VOD', '?t=6a18a800&us=abc&sign=0123456789abcdef0123456789abcdef', '2026-05-28T20:39:28.000Z'],
		['Tencent live', '?txSecret=0123456789abcdef0123456789abcdef&txTime=6A18A800', '2026-05-28T20:39:28.000Z'],
		['Qiniu', '?e=1780000000&token=ak:sign', '2026-05-28T20:26:40.000Z'],
		['Akamai', '?hdnts=st=1779990000~exp=1780000000~acl=/*~hmac=00', '2026-05-28T20:26:40.000Z'],
		[
			'CloudFront with a policy',
			'?Policy=eyJTdGF0ZW1lbnQiOiBbeyJSZXNvdXJjZSI6ICJodHRwczovL2Nkbi5leGFtcGxlLyoiLCAiQ29uZGl0aW9uIjogeyJEYXRlTGVzc1RoYW4iOiB7IkFXUzpFcG9jaFRpbWUiOiAxNzgwMDAwMDAwfX19XX0_&Signature=x&Key-Pair-Id=K',
			'2026-05-28T20:26:40.000Z',
		],
		['Azure', '?sv=2024-11-04&se=2026-05-28T20%3A26%3A40Z&sp=r&sig=x', '2026-05-28T20:26:40.000Z'],
		['Azure to the minute', '?se=2026-05-28T20:26Z&sig=x', '2026-05-28T20:26:00.000Z'],
		['Azure to the day', '?se=2026-05-28&sig=x', '2026-05-28T00:00:00.000Z'],
		['a time in words', '?expires_at=2026-05-28T22:26:40%2B02:00', '2026-05-28T20:26:40.000Z'],
		['the earliest of several', '?Expires=1780000000&ksTime=6c2b4a80', '2026-05-28T20:26:40.000Z'],
	];
	for (const [title, query, at] of cases) {
		it(`reads ${title}`, () => {
			assert.deepEqual(linkExpiry(`https://cdn.example/clip.mp4${query}`, updatedAt), { at: Date.parse(at), exact: true });
		});
	}
	const silent = [
		'',
		'?Expires=soon',
		'?Expires=3600',
		'?expires=604800000',
		'?X-Amz-Expires=60',
		'?x-oss-expires=60&x-oss-date=20269999T999999Z',
		'?t=5',
		'?t=6a18a800',
		'?t=1780000000&sign=x',
		'?e=1780000000',
		'?se=2026-05-28',
		'?ksTime=12',
		'?ksTime=ffffffff',
		'?auth_key=1780000000',
		'?txTime=6a18a800',
		'?q-sign-time=1779990000',
		'?Policy=bm90aGluZw__',
		'?Policy=***',
		'?Date=1780000000',
		'?v=1780000000',
	];
	for (const query of silent) {
		it(`allows 30 days at the most without a readable signature: ${query}`, () => {
			assert.deepEqual(linkExpiry(`https://cdn.example/clip.mp4${query}`, updatedAt), { at: updatedAt + 30 * day, exact: false });
		});
	}
	it('does not know the expiry of an unsigned link of unknown age', () => {
		assert.equal(linkExpiry('https://cdn.example/clip.mp4'), undefined);
		assert.equal(linkExpiry('no link'), undefined);
	});
	it('is that of no link for none: the results of a task that sidecars name have none', () => {
		assert.equal(linkExpiry('', updatedAt), undefined);
	});
});

describe('isAllowedLink', () => {
	it('gives the same result on every call, unlike URL.canParse once it is compiled', () => {
		for (let i = 0; i < 20_000; i++) {
			assert.ok(isAllowedLink('https://media.kling.example/fl\u00fcsse.mp4', 'https://api.kling.example'));
		}
	});

	const local = 'http://127.0.0.1:4010';
	const cases: [url: string, origin: string, allowed: boolean][] = [
		['https://cdn.example/x.mp4', 'https://gateway.example', true],
		['HTTPS://cdn.example/x.mp4', local, true],
		['http://cdn.example/x.mp4', 'https://gateway.example', false],
		['http://cdn.example/x.mp4', 'http://cdn.example', false],
		['http://127.0.0.1:4010/x.mp4', local, true],
		['http://127.0.0.1:4010/x.mp4', `${local}/base`, true],
		['http://127.0.0.1:4011/x.mp4', local, false],
		['http://127.0.0.2:4010/x.mp4', local, false],
		['http://localhost:4010/x.mp4', local, false],
		['http://127.0.0.1:4010/x.mp4', 'https://127.0.0.1:4010', false],
		['http://localhost:4010/x.mp4', 'http://localhost:4010', true],
		['http://[::1]:4010/x.mp4', 'http://[::1]:4010', true],
		['http://localhost.example:4010/x.mp4', 'http://localhost.example:4010', false],
		['https://me:pw@cdn.example/x.mp4', 'https://gateway.example', false],
		['file:///etc/passwd', local, false],
		['data:video/mp4;base64,AAAA', local, false],
		['javascript:alert(1)', local, false],
		['//cdn.example/x.mp4', local, false],
		['', local, false],
		['http://127.0.0.1:4010/x.mp4', 'nonsense', false],
		['https://127.0.0.1/x.mp4', 'https://gateway.example', false],
		['https://localhost:8443/x.mp4', 'https://gateway.example', false],
		['https://localhost./x.mp4', 'https://gateway.example', false],
		['https://media.localhost/x.mp4', 'https://gateway.example', false],
		['https://2130706433/x.mp4', 'https://gateway.example', false],
		['https://0x7f.1/x.mp4', 'https://gateway.example', false],
		['https://0177.0.0.1/x.mp4', 'https://gateway.example', false],
		['https://127.1/x.mp4', 'https://gateway.example', false],
		['https://127.0.0.1./x.mp4', 'https://gateway.example', false],
		['https://0x7f000001/x.mp4', 'https://gateway.example', false],
		['https://017700000001/x.mp4', 'https://gateway.example', false],
		['https://0x7F.0.0.0x1/x.mp4', 'https://gateway.example', false],
		['https://%31%32%37.0.0.1/x.mp4', 'https://gateway.example', false],
		['https://１２７.0.0.1/x.mp4', 'https://gateway.example', false],
		['https://127。0。0。1/x.mp4', 'https://gateway.example', false],
		['https://①②⑦.0.0.1/x.mp4', 'https://gateway.example', false],
		['https:127.0.0.1/x.mp4', 'https://gateway.example', false],
		['https:\\\\127.0.0.1\\x.mp4', 'https://gateway.example', false],
		['https:///127.0.0.1/x.mp4', 'https://gateway.example', false],
		['ht\ntps://127.0.\n0.1/x.mp4', 'https://gateway.example', false],
		['https://LOCALHOST/x.mp4', 'https://gateway.example', false],
		['https://ⓛⓞⓒⓐⓛⓗⓞⓢⓣ/x.mp4', 'https://gateway.example', false],
		['https://local\u00adhost/x.mp4', 'https://gateway.example', false],
		['https://[0:0:0:0:0:0:0:1]/x.mp4', 'https://gateway.example', false],
		['https://[0000::0001]/x.mp4', 'https://gateway.example', false],
		['https://[::1%25lo]/x.mp4', 'https://gateway.example', false],
		['https://[::FFFF:7F00:1]/x.mp4', 'https://gateway.example', false],
		['https://[0:0:0:0:0:ffff:127.0.0.1]/x.mp4', 'https://gateway.example', false],
		['https://[64:ff9b:1::a00:1]/x.mp4', 'https://gateway.example', false],
		['https://198.18.0.5/x.mp4', 'https://gateway.example', false],
		['https://198.19.255.255/x.mp4', 'https://gateway.example', false],
		['https://0xC6.0x12.5/x.mp4', 'https://gateway.example', false],
		['https://198.20.0.1/x.mp4', 'https://gateway.example', true],
		['https://[64:ff9b::808:808]/x.mp4', 'https://gateway.example', true],
		['https://0.0.0.0/x.mp4', 'https://gateway.example', false],
		['https://10.1.2.3/x.mp4', 'https://gateway.example', false],
		['https://172.16.0.1/x.mp4', 'https://gateway.example', false],
		['https://172.31.255.255/x.mp4', 'https://gateway.example', false],
		['https://192.168.1.1/x.mp4', 'https://gateway.example', false],
		['https://169.254.169.254/latest', 'https://gateway.example', false],
		['https://100.64.0.1/x.mp4', 'https://gateway.example', false],
		['https://224.0.0.1/x.mp4', 'https://gateway.example', false],
		['https://[::1]/x.mp4', 'https://gateway.example', false],
		['https://[::]/x.mp4', 'https://gateway.example', false],
		['https://[fd00::1]/x.mp4', 'https://gateway.example', false],
		['https://[fe80::1]/x.mp4', 'https://gateway.example', false],
		['https://[ff02::1]/x.mp4', 'https://gateway.example', false],
		['https://[::ffff:192.168.1.1]/x.mp4', 'https://gateway.example', false],
		['https://[::ffff:7f00:1]/x.mp4', 'https://gateway.example', false],
		['https://[::127.0.0.1]/x.mp4', 'https://gateway.example', false],
		['https://[64:ff9b::10.0.0.1]/x.mp4', 'https://gateway.example', false],
		['https://[2002:a00:1::1]/x.mp4', 'https://gateway.example', false],
		['https://172.15.0.1/x.mp4', 'https://gateway.example', true],
		['https://172.32.0.1/x.mp4', 'https://gateway.example', true],
		['https://100.128.0.1/x.mp4', 'https://gateway.example', true],
		['https://8.8.8.8/x.mp4', 'https://gateway.example', true],
		['https://[2606:4700::1111]/x.mp4', 'https://gateway.example', true],
		['https://[::ffff:8.8.8.8]/x.mp4', 'https://gateway.example', true],
		['https://localhost.example/x.mp4', 'https://gateway.example', true],
		['https://10.0.0.5:9000/x.mp4', 'https://10.0.0.5', true],
		['https://10.0.0.6/x.mp4', 'https://10.0.0.5', false],
		['https://127.0.0.1:8443/x.mp4', local, true],
		['https://[fd00::1]/x.mp4', 'https://[fd00:0::1]:8443', true],
	];
	for (const [url, origin, allowed] of cases) {
		it(`${allowed ? 'follows' : 'refuses'} ${url} of ${origin}`, () => {
			assert.equal(isAllowedLink(url, origin), allowed);
		});
	}
});
