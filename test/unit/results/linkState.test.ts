import { strict as assert } from 'node:assert';
import { createServer, type Server } from 'node:http';
import { linkState } from '../../../src/results/linkState';

describe('what a result link leads to', () => {
	let server: Server;
	let origin: string;
	before(async () => {
		server = createServer((request, response) => {
			const status = Number(/\d+/.exec(request.url ?? '')?.[0]);
			response.writeHead(status, { 'content-type': request.url?.endsWith('page') === true ? 'text/html' : 'video/mp4' }).end('x'.repeat(100_000));
		});
		await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
		const address = server.address();
		assert.ok(address !== null && typeof address !== 'string');
		origin = `http://127.0.0.1:${address.port}`;
	});
	after((done) => {
		server.closeAllConnections();
		server.close(done);
	});

	for (const [path, state] of [
		['/200', 'file'],
		['/403', 'expired'],
		['/404', 'expired'],
		['/410', 'expired'],
		['/200/page', 'notReached'],
		['/502', 'notReached'],
	] as const) {
		it(`${path}: ${state}`, async () => assert.equal(await linkState(`${origin}${path}`, origin, AbortSignal.timeout(5000)), state));
	}

	it('is not asked of a host that may not be followed, or that nobody is at', async () => {
		assert.equal(await linkState(`${origin}/200`, 'https://api.example', AbortSignal.timeout(5000)), 'notReached');
		assert.equal(await linkState('http://127.0.0.1:1/200', 'http://127.0.0.1:1', AbortSignal.timeout(5000)), 'notReached');
	});
});
