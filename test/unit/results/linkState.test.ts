import { strict as assert } from 'node:assert';
import type { LoopbackServer } from '../api/loopbackServer';
import { startLoopbackServer } from '../api/loopbackServer';
import { linkState, type LinkState } from '../../../src/results/linkState';

describe('the state of a result link', () => {
	let server: LoopbackServer;
	let origin: string;
	before(async () => {
		server = await startLoopbackServer();
		({ origin } = server);
	});
	after(() => server.close());

	const movie = `\0\0\0\x18ftypisom${'x'.repeat(100_000)}`;
	const cases: readonly (readonly [title: string, status: number, body: string, state: LinkState])[] = [
		['a video', 200, movie, 'file'],
		['a forbidden video', 403, movie, 'expired'],
		['nothing there', 404, '', 'expired'],
		['something gone', 410, '', 'expired'],
		[
			'a bad request that says it has expired',
			400,
			'<Error><Code>AccessDenied</Code><Message>Request has expired</Message></Error>',
			'expired',
		],
		['a bad request', 400, '', 'notReached'],
		['a refusal without a key', 401, '', 'wantsKey'],
		['an error under 200', 200, '{"error":{"message":"Failed to fetch video content"}}', 'notResult'],
		['a page', 200, '<html>Sign in</html>', 'notReached'],
		['a gateway that is down', 502, movie, 'notReached'],
	];
	for (const [title, status, body, state] of cases) {
		it(`is "${state}" for ${title}`, async () => {
			server.respond = (_request, response) => response.writeHead(status, { 'content-type': 'video/mp4' }).end(body);
			assert.equal(await linkState(`${origin}/a.mp4`, origin, AbortSignal.timeout(20_000)), state);
		});
	}

	it('does not wait long for the body of a refusal', async function () {
		this.timeout(8000);
		server.respond = (_request, response) => response.writeHead(403).write('Requ');
		assert.equal(await linkState(`${origin}/a.mp4`, origin, AbortSignal.timeout(20_000)), 'expired');
		await server.disconnected();
	});

	it('is not reached for a link that is not allowed, or a host without a server', async () => {
		assert.equal(await linkState(`${origin}/200`, 'https://api.example', AbortSignal.timeout(20_000)), 'notReached');
		assert.equal(await linkState('http://127.0.0.1:1/200', 'http://127.0.0.1:1', AbortSignal.timeout(20_000)), 'notReached');
	});
});
