import assert from 'node:assert/strict';
import { createServer } from 'node:net';
import path from 'node:path';
import { describe, it } from 'mocha';
import { Simulator } from '../../../src/simulator/simulator';
import { activeResources } from '../../support/handles';
import { mediaFolder } from '../../support/simulator';
import { apiKey, arrived, simulators, textToVideo } from './harness';

/** Resources that keep a process alive. */
const held = () => activeResources((kind) => kind.startsWith('TCP') || kind === 'Timeout');
const settle = () => new Promise((resolve) => setImmediate(() => setImmediate(resolve)));

describe('the simulator', () => {
	const start = simulators();

	it('listens on 127.0.0.1 and nowhere else', async () => {
		const simulator = await start();
		assert.match(simulator.origin, /^http:\/\/127\.0\.0\.1:\d+$/);
		const port = new URL(simulator.origin).port;
		// A server on all addresses would respond here too.
		await assert.rejects(fetch(`http://127.0.0.2:${port}/`));
		await assert.rejects(fetch(`http://[::1]:${port}/`));
	});

	it('refuses a taken port, a folder without media and an invalid speed', async () => {
		const simulator = await start();
		const port = Number(new URL(simulator.origin).port);
		await assert.rejects(start({ port }), { code: 'EADDRINUSE' });
		await assert.rejects(start({ mediaFolder: path.join(mediaFolder, 'nowhere') }), { code: 'ENOENT' });
		await assert.rejects(start({ speed: 0 }), RangeError);
		await assert.rejects(start({ speed: Number.NaN }), RangeError);
		assert.throws(() => simulator.clock.advance(-1), RangeError);
	});

	it('closes every connection at once when it closes and leaves nothing open', async () => {
		await settle();
		const before = held();
		const simulator = await Simulator.start({ mediaFolder, apiKeys: [apiKey] });
		const id = simulator.create(textToVideo, { durationMs: 0 });
		const url = `${simulator.origin}/kling/v1/videos/text2video/${id}`;
		const kinds = [{ kind: 'silence' }, { kind: 'endlessBody' }, { kind: 'slowBody', ms: 60_000 }, { kind: 'late', ms: 60_000 }] as const;
		for (const fault of kinds) {
			simulator.faults.next({ fault });
		}
		const asked = kinds.map(() => fetch(url, { headers: { Authorization: `Bearer ${apiKey}` } }).then((response) => response.text()));
		const finished = Promise.allSettled(asked);
		await arrived(simulator, kinds.length);

		// Without `close` all four would last for a minute or for ever.
		let timer: NodeJS.Timeout | undefined;
		const tooLate = new Promise<string>((resolve) => {
			timer = setTimeout(() => resolve('after a second'), 1_000);
		});
		assert.equal(await Promise.race([simulator.close().then(() => 'within a second'), tooLate]), 'within a second');
		clearTimeout(timer);
		await simulator.close();
		assert.deepEqual(
			(await finished).map(({ status }) => status),
			kinds.map(() => 'rejected'),
		);
		for (let turn = 0; turn < 20 && held().length > before.length; turn++) {
			await new Promise((resolve) => setTimeout(resolve, 10));
		}
		assert.deepEqual(held(), before);
		await assert.rejects(fetch(url));
		// The port is free again.
		const again = createServer().listen(Number(new URL(simulator.origin).port), '127.0.0.1');
		await new Promise((resolve, reject) => again.once('listening', resolve).once('error', reject));
		await new Promise((resolve) => again.close(resolve));
	});
});
