// To which addresses a result's link may lead: literal ones, those of names, and names behind a proxy.
import assert from 'node:assert/strict';
import dns, { type LookupAddress } from 'node:dns';
import { once } from 'node:events';
import http from 'node:http';
import https from 'node:https';
import { connect as connectTcp, Socket, type AddressInfo, type LookupFunction } from 'node:net';
import { connect as connectTls, getCACertificates, setDefaultCACertificates } from 'node:tls';
import { publicLookup } from '../../../src/api/addressCheck';
import { openResult } from '../../../src/api/http';
import { authority, signed } from '../../support/certificates';
import { startLoopbackServer } from './loopbackServer';

const never = new AbortController().signal;
const refused = { ok: false, problem: { kind: 'linkRefused' } };

/** Names and their addresses, as resolved one time after the other; the last is repeated. What was resolved is recorded. */
class Names {
	readonly asked: string[] = [];
	readonly #real = dns.lookup;
	readonly #addresses: Readonly<Record<string, readonly (readonly string[])[]>>;

	constructor(addresses: Readonly<Record<string, readonly (readonly string[])[]>>) {
		this.#addresses = addresses;
		Object.assign(dns, { lookup: (...terms: readonly unknown[]) => this.#lookup(terms) });
	}

	restore(): void {
		Object.assign(dns, { lookup: this.#real });
	}

	#lookup([name, options, reply]: readonly unknown[]): void {
		assert.ok(typeof name === 'string' && typeof options === 'object' && options !== null && typeof reply === 'function');
		const times = this.asked.filter((other) => other === name).length;
		this.asked.push(name);
		const rounds = this.#addresses[name];
		const found = (rounds?.[Math.min(times, rounds.length - 1)] ?? []).map((address): LookupAddress => ({
			address,
			family: address.includes(':') ? 6 : 4,
		}));
		const first = found[0];
		if (first === undefined) {
			setImmediate(
				() => void Reflect.apply(reply, undefined, [Object.assign(new Error(`getaddrinfo ENOTFOUND ${name}`), { code: 'ENOTFOUND' })]),
			);
			return;
		}
		const all = 'all' in options && options.all === true;
		setImmediate(() => void Reflect.apply(reply, undefined, all ? [null, found] : [null, first.address, first.family]));
	}
}

describe('the addresses of a name', () => {
	let names: Names;
	afterEach(() => names.restore());
	const rows: readonly (readonly [title: string, addresses: readonly string[], left: readonly string[] | string])[] = [
		['public', ['203.0.113.7'], ['203.0.113.7']],
		['public of both families', ['2606:4700::1111', '203.0.113.7'], ['2606:4700::1111', '203.0.113.7']],
		['some of them private', ['10.0.0.1', '203.0.113.7', '::1', '2606:4700::1111', 'fd00::1'], ['203.0.113.7', '2606:4700::1111']],
		['those of a fake-IP proxy', ['198.18.0.5', '198.19.255.254'], ['198.18.0.5', '198.19.255.254']],
		['a fake one beside a private one of IPv6', ['198.18.0.5', 'fc00::5'], ['198.18.0.5']],
		['this machine', ['127.0.0.1'], 'ERR_PRIVATE_ADDRESS'],
		['this machine, otherwise', ['127.8.9.10'], 'ERR_PRIVATE_ADDRESS'],
		['this machine in IPv6', ['::1'], 'ERR_PRIVATE_ADDRESS'],
		['this machine, mapped', ['::ffff:127.0.0.1'], 'ERR_PRIVATE_ADDRESS'],
		['any', ['0.0.0.0'], 'ERR_PRIVATE_ADDRESS'],
		['private', ['10.1.2.3', '172.20.0.1', '192.168.178.1'], 'ERR_PRIVATE_ADDRESS'],
		['private in IPv6', ['fd12:3456::1'], 'ERR_PRIVATE_ADDRESS'],
		['of the link', ['169.254.169.254'], 'ERR_PRIVATE_ADDRESS'],
		['of the link, with its zone', ['fe80::1%eth0'], 'ERR_PRIVATE_ADDRESS'],
		['carrier-grade', ['100.100.100.200'], 'ERR_PRIVATE_ADDRESS'],
		['translated from private ones', ['64:ff9b::10.0.0.1', '64:ff9b:1::a00:1'], 'ERR_PRIVATE_ADDRESS'],
		['translated from private ones of a local network', ['64:ff9b:1:a00:0:100::', '64:ff9b:1:fffe:a:0:100:0'], 'ERR_PRIVATE_ADDRESS'],
		['translated from public ones', ['64:ff9b::203.0.113.7'], ['64:ff9b::203.0.113.7']],
		['beside the fake ones', ['198.17.255.255', '198.20.0.0'], ['198.17.255.255', '198.20.0.0']],
		['missing', [], 'ENOTFOUND'],
	];
	for (const [title, addresses, left] of rows) {
		it(`that are ${title}: ${typeof left === 'string' ? left : left.join(', ')}`, async () => {
			names = new Names({ 'cdn.example': [addresses] });
			const found = await new Promise<unknown>((resolve) =>
				publicLookup('cdn.example')('cdn.example', { all: true }, (error, list) =>
					resolve(error === null ? (list as readonly LookupAddress[]).map(({ address }) => address) : error.code),
				),
			);
			assert.deepEqual(found, left);
			const one = await new Promise<unknown>((resolve) =>
				publicLookup('cdn.example')('cdn.example', {}, (error, address) => resolve(error === null ? address : error.code)),
			);
			assert.deepEqual(one, typeof left === 'string' ? left : left[0]);
		});
	}

	it('are as they are where the name is that of a proxy', async () => {
		names = new Names({ 'proxy.office.example': [['10.0.0.1']] });
		const found = await new Promise<unknown>((resolve) =>
			publicLookup('cdn.example')('proxy.office.example', { all: true }, (error, list) => resolve(error ?? list)),
		);
		assert.deepEqual(found, [{ address: '10.0.0.1', family: 4 }]);
	});
});

type Connected = (error: Error | null, socket?: Socket) => void;

/** Connects as the agents do that the editor installs: through a tunnel, with TLS in it unless the proxy refuses. */
function tunnels(proxyPort: number): (options: { readonly host?: string; readonly port?: number }, done: Connected) => undefined {
	return ({ host = '', port = 443 }, done) => {
		const request = http.request({
			host: 'proxy.office.example',
			port: proxyPort,
			method: 'CONNECT',
			path: `${host}:${port}`,
			agent: false,
		});
		request.once('error', done);
		request.once('connect', (response, socket) => {
			if (response.statusCode === 200) {
				done(null, connectTls({ socket, servername: host }));
				return;
			}
			socket.destroy();
			const replay = Object.assign(new Socket({ writable: false }), { readable: true });
			setImmediate(() => {
				replay.push(`HTTP/1.1 ${String(response.statusCode)} ${response.statusMessage ?? ''}\r\nContent-Length: 0\r\n\r\n`);
				replay.push(null);
			});
			done(null, replay);
		});
		request.end();
	};
}

describe('a link by name', () => {
	let cdn: https.Server;
	let requests: string[];
	let port: number;
	let names: Names;
	let url: string;
	const trusted = getCACertificates('default');
	beforeEach(async () => {
		setDefaultCACertificates([...trusted, authority]);
		requests = [];
		cdn = https.createServer(signed, (request, response) => {
			requests.push(`${request.headers.host ?? ''}${request.url ?? ''}`);
			response.end('bytes');
		});
		cdn.listen(0, '127.0.0.1');
		await once(cdn, 'listening');
		({ port } = cdn.address() as AddressInfo);
		url = `https://kling.example:${port}/a.mp4`;
	});
	afterEach(() => {
		names.restore();
		setDefaultCACertificates(trusted);
		cdn.closeAllConnections();
		cdn.close();
	});
	const open = (more: Partial<Parameters<typeof openResult>[0]> = {}): ReturnType<typeof openResult> =>
		openResult({ url, taskOrigin: 'https://api.example', signal: never, stallMs: 5000, ...more });
	const status = async (opening: ReturnType<typeof openResult>): Promise<unknown> => {
		const opened = await opening;
		if (opened.ok) {
			opened.response.close();
		}
		return opened.ok ? opened.response.status : opened;
	};

	it('that resolves to this machine is refused before a connection is made, with one look at its addresses', async () => {
		// A name with another address the second time does not get to be asked a second time.
		names = new Names({ 'kling.example': [['127.0.0.1'], ['203.0.113.7']] });
		assert.deepEqual(await open(), refused);
		assert.deepEqual([names.asked, requests], [['kling.example'], []]);
	});

	it('is connected to at the address that was checked', async () => {
		names = new Names({ 'kling.example': [['203.0.113.7'], ['127.0.0.1']] });
		const { createConnection } = https.Agent.prototype as unknown as {
			createConnection: (options: { lookup: LookupFunction }) => Socket;
		};
		const targets: unknown[] = [];
		const { globalAgent } = https;
		https.globalAgent = Object.assign(new https.Agent(), {
			createConnection(this: https.Agent, options: { lookup: LookupFunction }) {
				const socket = createConnection.call(this, options);
				socket.on('lookup', (_error, address) => {
					targets.push(address);
					// Documentation addresses have no host: enough that it was tried.
					socket.destroy(Object.assign(new Error('no route'), { code: 'EHOSTUNREACH' }));
				});
				return socket;
			},
		});
		try {
			assert.deepEqual(await open(), { ok: false, problem: { kind: 'unreachable', code: 'EHOSTUNREACH', message: 'no route' } });
		} finally {
			https.globalAgent = globalAgent;
		}
		assert.deepEqual([targets, names.asked, requests], [['203.0.113.7'], ['kling.example'], []]);
	});

	it('that resolves to this machine is refused as the target of a redirect', async () => {
		const api = await startLoopbackServer();
		names = new Names({ 'kling.example': [['127.0.0.1']] });
		api.respond = (_request, response) => response.writeHead(302, { Location: url }).end();
		assert.deepEqual(await open({ url: `${api.origin}/content`, taskOrigin: api.origin }), refused);
		assert.deepEqual([api.requests.length, requests], [1, []]);
		await api.close();
	});

	it('of the task’s own API may be in a private network', async () => {
		names = new Names({ 'kling.example': [['127.0.0.1']] });
		assert.equal(await status(open({ taskOrigin: `https://kling.example:${port}/base` })), 200);
		assert.equal(await status(open({ taskOrigin: 'https://kling.example' })), 200, 'on another port');
		assert.equal(requests.length, 2);
	});

	it('that does not resolve is not reached', async () => {
		names = new Names({});
		assert.deepEqual(await open(), {
			ok: false,
			problem: { kind: 'unreachable', code: 'ENOTFOUND', message: 'getaddrinfo ENOTFOUND kling.example' },
		});
	});

	describe('through a proxy', () => {
		let proxy: http.Server;
		let asked: string[];
		let refuses: number | undefined;
		const { globalAgent } = https;
		beforeEach(async () => {
			asked = [];
			refuses = undefined;
			proxy = http.createServer();
			proxy.on('connect', (request: http.IncomingMessage, socket: Socket) => {
				asked.push(request.url ?? '');
				if (refuses !== undefined) {
					socket.end(`HTTP/1.1 ${refuses} Not here\r\nContent-Length: 0\r\nConnection: close\r\n\r\n`);
					return;
				}
				const onward = connectTcp(port, '127.0.0.1', () => {
					socket.write('HTTP/1.1 200 Connection Established\r\n\r\n');
					onward.pipe(socket).pipe(onward);
				});
				onward.on('error', () => socket.destroy());
				socket.on('error', () => onward.destroy());
			});
			proxy.listen(0, '127.0.0.1');
			await once(proxy, 'listening');
			const { port: proxyPort } = proxy.address() as AddressInfo;
			https.globalAgent = Object.assign(new https.Agent(), { createConnection: tunnels(proxyPort) });
		});
		afterEach(async () => {
			https.globalAgent = globalAgent;
			proxy.closeAllConnections();
			proxy.close();
			await once(proxy, 'close');
		});

		it('is not resolved here, whatever its address would be', async () => {
			names = new Names({ 'proxy.office.example': [['127.0.0.1']], 'kling.example': [['127.0.0.1']] });
			assert.equal(await status(open()), 200);
			assert.deepEqual(
				[asked, names.asked, requests],
				[[`kling.example:${port}`], ['proxy.office.example'], [`kling.example:${port}/a.mp4`]],
			);
		});

		it('is still refused if it is a private address', async () => {
			names = new Names({});
			assert.deepEqual(await open({ url: 'https://192.168.0.1/a.mp4' }), refused);
			assert.deepEqual(asked, []);
		});

		it('is not reached where the proxy refuses: its response is not the host’s, and the link has not expired', async () => {
			names = new Names({ 'proxy.office.example': [['127.0.0.1']] });
			refuses = 403;
			assert.deepEqual(await open(), { ok: false, problem: { kind: 'unreachable', code: 'HTTP 403', message: 'Not here' } });
			refuses = 407;
			assert.deepEqual(await open(), { ok: false, problem: { kind: 'unreachable', code: 'HTTP 407', message: 'Not here' } });
			assert.deepEqual(requests, []);
		});
	});
});
