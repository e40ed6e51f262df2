import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startFront } from '../../host/front.mjs';
import type { LoopbackServer } from '../api/loopbackServer';
import { startLoopbackServer } from '../api/loopbackServer';

describe("the proxy in front of VS Code's server", () => {
	let dataDir: string;
	let server: LoopbackServer;
	let front: Awaited<ReturnType<typeof startFront>>;
	beforeEach(async () => {
		dataDir = mkdtempSync(join(tmpdir(), 'kling-front-'));
		server = await startLoopbackServer();
		server.respond = (_request, response) => response.end('from the server');
		front = await startFront({ serverPort: Number(new URL(server.origin).port), token: 'secret', dataDir });
	});
	afterEach(async () => {
		await front.stop();
		await server.close();
		rmSync(dataDir, { recursive: true });
	});

	/** The response status for a request target as any client can send it. */
	function ask(path: string): Promise<number | undefined> {
		return new Promise((resolve, reject) => {
			request({ host: '127.0.0.1', port: front.port, path, agent: false }, (response) => {
				response.resume();
				resolve(response.statusCode);
			})
				.once('error', reject)
				.end();
		});
	}

	it('refuses an invalid request target, and continues to serve', async () => {
		assert.equal(await ask('//'), 400);
		assert.equal(await ask('/'), 200);
		assert.equal(server.requests.length, 1);
	});

	it('returns the secrets key only with the token', async () => {
		assert.equal(await ask('/mint-key'), 403);
		assert.equal(await ask('/mint-key?tkn=secret'), 405);
		assert.equal(server.requests.length, 0);
	});
});
