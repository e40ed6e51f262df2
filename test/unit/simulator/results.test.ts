import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, it } from 'mocha';
import type { Simulator } from '../../../src/simulator/simulator';
import { mediaFolder } from '../../support/simulator';
import { call, query, simulators, textAt, textToVideo } from './harness';

const whole = readFileSync(path.join(mediaFolder, 'dawn.mp4'));
const size = whole.length;
const link = 'data.task_result.videos.0.url';

describe('a result link', () => {
	const start = simulators();
	const linkOf = async (simulator: Simulator, id: string) => textAt(await query(simulator, textToVideo, id), link);
	const finished = async (options: Parameters<typeof start>[0] = {}) => {
		const simulator = await start(options);
		const id = simulator.create(textToVideo, { durationMs: 0 });
		return { simulator, id, url: await linkOf(simulator, id) };
	};
	const get = async (url: string, headers: Record<string, string> = {}, method = 'GET') => {
		const response = await fetch(url, { headers, method });
		return { status: response.status, headers: response.headers, body: Buffer.from(await response.arrayBuffer()) };
	};

	it('gives the whole file without a key', async () => {
		const { url } = await finished();
		const received = await get(url);
		assert.equal(received.status, 200);
		assert.deepEqual(received.body, whole);
		assert.equal(received.headers.get('content-type'), 'video/mp4');
		assert.equal(received.headers.get('content-length'), String(size));
		assert.equal(received.headers.get('accept-ranges'), 'bytes');
		assert.ok(received.headers.get('etag'));
		assert.ok(received.headers.get('last-modified'));
		assert.equal(received.headers.get('content-md5'), createHash('md5').update(whole).digest('base64'));
		assert.equal(received.headers.get('repr-digest'), `sha-256=:${createHash('sha256').update(whole).digest('base64')}:`);
	});

	it('gives with a range the digest of the whole file, and none of the range', async () => {
		const { url } = await finished();
		const received = await get(url, { Range: 'bytes=5-' });
		assert.equal(received.headers.get('content-md5'), null);
		assert.equal(received.headers.get('repr-digest'), `sha-256=:${createHash('sha256').update(whole).digest('base64')}:`);
	});

	const ranges: [string, string, number, number, number][] = [
		['a range', 'bytes=0-99', 206, 0, 99],
		['all from the first byte', 'bytes=0-', 206, 0, size - 1],
		['all from some byte', 'bytes=100-', 206, 100, size - 1],
		['the last bytes', 'bytes=-500', 206, size - 500, size - 1],
		['more last bytes than there are', `bytes=-${size * 2}`, 206, 0, size - 1],
		['a range over the end', `bytes=${size - 1}-${size + 50}`, 206, size - 1, size - 1],
		['a range backwards', 'bytes=5-2', 200, 0, size - 1],
		['several ranges', 'bytes=0-1,5-6', 200, 0, size - 1],
		['an empty range', 'bytes=-', 200, 0, size - 1],
		['another unit', 'lines=1-2', 200, 0, size - 1],
	];
	for (const [what, range, status, first, last] of ranges) {
		it(`responds to ${what} with ${status}`, async () => {
			const { url } = await finished();
			const received = await get(url, { Range: range });
			assert.equal(received.status, status);
			assert.deepEqual(received.body, whole.subarray(first, last + 1));
			assert.equal(received.headers.get('content-range'), status === 206 ? `bytes ${first}-${last}/${size}` : null);
		});
	}

	it('responds to a range beyond the end with 416', async () => {
		const { url } = await finished();
		for (const range of [`bytes=${size}-`, 'bytes=-0']) {
			const received = await get(url, { Range: range });
			assert.equal(received.status, 416);
			assert.equal(received.headers.get('content-range'), `bytes */${size}`);
			assert.equal(received.body.length, 0);
		}
	});

	it('responds to HEAD with the headers only', async () => {
		const { url } = await finished();
		const received = await get(url, {}, 'HEAD');
		assert.deepEqual([received.status, received.headers.get('content-length'), received.body.length], [200, String(size), 0]);
	});

	it('honours If-None-Match, If-Modified-Since and If-Range', async () => {
		const { url } = await finished();
		const first = await get(url);
		const etag = first.headers.get('etag') ?? '';
		assert.equal((await get(url, { 'If-None-Match': etag })).status, 304);
		assert.equal((await get(url, { 'If-None-Match': '"other"' })).status, 200);
		assert.equal((await get(url, { 'If-Modified-Since': first.headers.get('last-modified') ?? '' })).status, 304);
		assert.equal((await get(url, { Range: 'bytes=0-1', 'If-Range': etag })).status, 206);
		assert.equal((await get(url, { Range: 'bytes=0-1', 'If-Range': '"other"' })).status, 200);
	});

	it('expires, and a new query returns one that works', async () => {
		const { simulator, id, url } = await finished({ linkLifetimeMs: 60_000 });
		simulator.clock.advance(59_000);
		assert.equal((await get(url)).status, 200);
		simulator.clock.advance(1000);
		const late = await call(url, { headers: {} });
		assert.equal(late.status, 403);
		assert.match(late.text, /Request has expired/);
		const fresh = await linkOf(simulator, id);
		assert.notEqual(fresh, url);
		assert.equal((await get(fresh)).status, 200);
	});

	it('expires for good when links are fixed', async () => {
		const { simulator, id, url } = await finished({ linkLifetimeMs: 60_000, links: 'fixed' });
		simulator.clock.advance(10_000);
		assert.equal(await linkOf(simulator, id), url);
		simulator.clock.advance(50_000);
		assert.equal((await get(await linkOf(simulator, id))).status, 403);
	});

	it('cannot be forged or guessed', async () => {
		const { simulator, url } = await finished();
		assert.equal((await get(url.replace(/Expires=\d+/, 'Expires=9999999999'))).status, 403);
		assert.equal((await get(url.replace(/\?.*/, ''))).status, 403);
		assert.equal((await get(url.replace('dawn.mp4', 'tide.mp4'))).status, 403);
		assert.equal((await get(`${simulator.origin}/results/1/0/package.json`)).status, 404);
	});
});
