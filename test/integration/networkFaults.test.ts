// Failures below HTTP: no network, an unknown host, an untrusted certificate, a proxy that refuses.
import assert from 'node:assert/strict';
import dns from 'node:dns';
import { getCACertificates, setDefaultCACertificates } from 'node:tls';
import * as vscode from 'vscode';
import { openResult } from '../../src/api/http';
import type { Disposable } from '../../src/core/emitter';
import { authority, selfSigned, signed } from '../support/certificates';
import { apiKey, type FaultBench } from './tools/faultBench';
import { faultSuite } from './tools/faultSuite';
import { Front, TunnelProxy } from './tools/fronts';
import { replace } from './tools/replace';
import { soon } from '../support/retry';

const second = 1_000;
const minute = 60 * second;

describe('a network', function () {
	this.timeout(60_000);
	const suite = faultSuite();
	let front: Front;
	let proxy: TunnelProxy;
	let bench: FaultBench;
	let names: Disposable;
	const trusted = getCACertificates('default');

	before(async () => {
		setDefaultCACertificates([...trusted, authority]);
		front = await Front.start(suite.simulator.origin, signed);
		proxy = await TunnelProxy.start();
	});
	after(async () => {
		setDefaultCACertificates(trusted);
		await setProxy(undefined);
		await proxy.stop();
		await front.stop();
	});
	beforeEach(async () => {
		// The API's name resolves to this machine, and no other name is resolved.
		names = replace(dns, 'lookup', lookup('known'));
		bench = await suite.start({ origin: `https://kling.example:${front.port}`, deadlineMs: 10_000 });
	});
	afterEach(async () => {
		names.dispose();
		await setProxy(undefined);
		proxy.mode = 'open';
		proxy.asked.length = 0;
	});

	/** `dns.lookup` of a machine that can resolve the API's name, or cannot. */
	const lookup =
		(name: 'known' | 'unknown') =>
		(...terms: readonly unknown[]): void => {
			const [hostname, options] = terms;
			const reply = terms.at(-1);
			assert.ok(typeof reply === 'function');
			const all = typeof options === 'object' && options !== null && 'all' in options && options.all === true;
			if (hostname === 'kling.example' && name === 'unknown') {
				const error = Object.assign(new Error('getaddrinfo ENOTFOUND kling.example'), {
					code: 'ENOTFOUND',
					syscall: 'getaddrinfo',
					hostname,
				});
				setImmediate(() => void Reflect.apply(reply, undefined, [error]));
				return;
			}
			assert.ok(
				hostname === 'kling.example' || hostname === '127.0.0.1' || hostname === 'localhost',
				`a name was looked up: ${String(hostname)}`,
			);
			setImmediate(
				() => void Reflect.apply(reply, undefined, all ? [null, [{ address: '127.0.0.1', family: 4 }]] : [null, '127.0.0.1', 4]),
			);
		};

	const setProxy = async (url: string | undefined, support?: 'on'): Promise<void> => {
		const settings = vscode.workspace.getConfiguration('http');
		await settings.update('proxy', url, vscode.ConfigurationTarget.Global);
		await settings.update('proxySupport', support, vscode.ConfigurationTarget.Global);
		await soon('the setting', () => (vscode.workspace.getConfiguration('http').get('proxy') ?? '') === (url ?? ''));
	};

	/** A quarter of an hour of failures: how many requests there were, what the rows show, and that there is no notification. */
	const suffer = async (row: string, hover: RegExp, requests: readonly [least: number, most: number] = [18, 22]): Promise<void> => {
		const before = bench.requests;
		await bench.advance(15 * minute);
		const asked = bench.requests - before;
		assert.ok(asked >= requests[0] && asked <= requests[1], `${asked} requests in a quarter of an hour`);
		assert.deepEqual(bench.rows(), [row, row]);
		assert.match(bench.hover(), hover);
		assert.equal(bench.store.tasks.counts().active, 2);
		assert.deepEqual(bench.notifications(), []);
	};
	const goesOn = async (within: number): Promise<void> => {
		await bench.until('the rows go on', () => bench.rows().every((row) => row === 'Processing'), within);
		assert.deepEqual(bench.notifications(), []);
	};

	it('that is down and comes back is shown in the rows without a notification, and tracking resumes within two minutes', async () => {
		await front.down();
		await suffer('cannot connect', /Cannot connect to kling\.example:\d+ \(ECONNREFUSED\)\. Checking again\./);
		await front.up();
		await goesOn(3 * minute);
	});

	it('that cannot resolve the API’s name is shown in the rows, and tracking resumes when it can', async () => {
		names.dispose();
		names = replace(dns, 'lookup', lookup('unknown'));
		await suffer('cannot connect', /Cannot connect to kling\.example:\d+ \(ENOTFOUND\)/);
		names.dispose();
		names = replace(dns, 'lookup', lookup('known'));
		await goesOn(3 * minute);
	});

	it('with an untrusted certificate is shown in the rows, with a button that opens the network settings', async () => {
		await front.down();
		const stranger = await Front.start(suite.simulator.origin, selfSigned, front.port);
		await suffer(
			'certificate not trusted',
			/The certificate of kling\.example:\d+ is not trusted \(DEPTH_ZERO_SELF_SIGNED_CERT\)\. Checking again\. If your proxy or network uses its own certificate/,
		);
		assert.ok(bench.tags().includes('openNetworkSettings'));
		await stranger.stop();
		await front.up();
		await goesOn(3 * minute);
	});

	it('with a proxy gets every request through it', async () => {
		await setProxy(proxy.url);
		const before = bench.requests;
		await bench.advance(2 * minute);
		assert.ok(bench.requests > before);
		assert.equal(proxy.asked.length, bench.requests - before);
		assert.ok(proxy.asked.every(({ host }) => host === `kling.example:${front.port}`));
		assert.deepEqual(bench.rows(), ['Processing', 'Processing']);
		assert.equal(suite.simulator.requests.sawKey(apiKey), true);
	});

	it('with a proxy only for requests without an agent gets every request through it', async () => {
		await setProxy(proxy.url, 'on');
		const before = bench.requests;
		await bench.advance(2 * minute);
		assert.ok(bench.requests > before);
		assert.equal(proxy.asked.length, bench.requests - before);
	});

	it('with a proxy gets results through it too', async () => {
		for (const support of [undefined, 'on'] as const) {
			await setProxy(proxy.url, support);
			const before = proxy.asked.length;
			const origin = `https://kling.example:${front.port}`;
			const opened = await openResult({ url: `${origin}/no-such-result`, taskOrigin: origin, signal: AbortSignal.timeout(10_000) });
			assert.ok(opened.ok, JSON.stringify(opened));
			opened.response.close();
			assert.equal(opened.response.status, 404);
			assert.equal(proxy.asked.length, before + 1, support);
		}
	});

	it('with a proxy resolves no name of a result, and without one refuses a name of this machine', async () => {
		const url = `https://kling.example:${front.port}/no-such-result`;
		const open = (): ReturnType<typeof openResult> =>
			openResult({ url, taskOrigin: 'https://api.example', signal: AbortSignal.timeout(10_000) });
		for (const support of [undefined, 'on'] as const) {
			await setProxy(undefined, support);
			assert.deepEqual(await open(), { ok: false, problem: { kind: 'linkRefused' } }, support);
			await setProxy(proxy.url, support);
			const opened = await open();
			assert.ok(opened.ok, JSON.stringify(opened));
			opened.response.close();
			assert.equal(opened.response.status, 404);
		}
		assert.equal(proxy.asked.length, 2);
	});

	it('with a proxy that refuses does not let a result’s link pass for expired', async () => {
		await setProxy(proxy.url);
		const origin = `https://kling.example:${front.port}`;
		for (const [mode, code] of [
			['refusing', 'HTTP 403'],
			['locked', 'HTTP 407'],
		] as const) {
			proxy.mode = mode;
			const opened = await openResult({ url: `${origin}/no-such-result`, taskOrigin: origin, signal: AbortSignal.timeout(10_000) });
			assert.ok(!opened.ok && opened.problem.kind === 'unreachable', JSON.stringify(opened));
			assert.equal(opened.problem.code, code);
		}
	});

	it('with a proxy that refuses does not let its response pass for the API’s', async () => {
		await setProxy(proxy.url);
		proxy.mode = 'refusing';
		await suffer(
			'unexpected response',
			/Unexpected response from kling\.example:\d+\. Check the base URL, the proxy, or whether the network requires sign-in\./,
			[4, 6],
		);
		proxy.mode = 'open';
		await goesOn(61 * minute);
	});

	it('with a proxy that is down is shown in the rows without the proxy’s user name and password', async () => {
		const gone = await TunnelProxy.start();
		await setProxy(gone.urlWithPassword);
		await gone.stop();
		await suffer('cannot connect', /Cannot connect to kling\.example:\d+ \(Failed to establish a socket connection to proxies: PROXY /);
		assert.doesNotMatch(JSON.stringify([bench.hover(), bench.store.tasks.active(), bench.log]), /office|let-me-out/);
		await setProxy(undefined);
		await goesOn(3 * minute);
	});

	it('with a proxy that requires a password is shown in the rows with a button for the setting, and tracking resumes with the password', async () => {
		await setProxy(proxy.url);
		proxy.mode = 'locked';
		await suffer(
			'proxy password required',
			/The proxy for kling\.example:\d+ requires a user name and password\. Checking again\. Add the credentials to the “http\.proxy” setting \(http:\/\/user:password@host:port\)\./,
		);
		assert.ok(bench.tags().includes('openNetworkSettings'));
		await setProxy(proxy.urlWithPassword);
		await goesOn(3 * minute);
		assert.ok(proxy.asked.some(({ authorised }) => authorised));
	});
});
