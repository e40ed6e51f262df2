// What can stand between the extension and an API, on loopback: a server in front of it, a forward proxy.
import { createServer, request, type IncomingMessage, type RequestListener, type Server, type ServerResponse } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import { connect } from 'node:net';
import type { Duplex } from 'node:stream';
import type { Certificate } from '../../support/certificates';

/** The port that a server got, or the one that it is to have again. */
async function listen(server: Server, port = 0): Promise<number> {
	await new Promise<void>((resolve, reject) => {
		server.once('error', reject);
		server.listen(port, '127.0.0.1', resolve);
	});
	const address = server.address();
	if (address === null || typeof address === 'string') {
		throw new Error('no port');
	}
	return address.port;
}

function shut(server: Server): Promise<void> {
	server.closeAllConnections();
	return new Promise((resolve) => void server.close(() => resolve()));
}

/** A server that hands every request on to another one, such as the simulator; it can be down for a while, and speaks TLS where it has a certificate. */
export class Front {
	readonly #make: () => Server;
	#server: Server;

	private constructor(
		make: () => Server,
		server: Server,
		readonly port: number,
	) {
		this.#make = make;
		this.#server = server;
	}

	/**
	 * @param behind an origin, such as `http://127.0.0.1:4001`
	 * @param port default: a free one
	 */
	static async start(behind: string, certificate?: Certificate, port?: number): Promise<Front> {
		const handOn: RequestListener = (incoming, response) => void pass(incoming, response, behind);
		const make = (): Server => (certificate === undefined ? createServer(handOn) : createTlsServer({ ...certificate }, handOn));
		const server = make();
		return new Front(make, server, await listen(server, port));
	}

	async down(): Promise<void> {
		await shut(this.#server);
	}

	/** Up again, on the same port. */
	async up(): Promise<void> {
		this.#server = this.#make();
		await listen(this.#server, this.port);
	}

	async stop(): Promise<void> {
		if (this.#server.listening) {
			await shut(this.#server);
		}
	}
}

async function pass(incoming: IncomingMessage, response: ServerResponse, behind: string): Promise<void> {
	const onward = request(
		new URL(incoming.url ?? '/', behind),
		{ method: incoming.method, headers: incoming.headers },
		(upstreamResponse) => {
			response.writeHead(upstreamResponse.statusCode ?? 502, upstreamResponse.headers);
			upstreamResponse.pipe(response);
			upstreamResponse.once('error', () => response.destroy());
		},
	);
	onward.once('error', () => response.destroy());
	incoming.pipe(onward);
	return Promise.resolve();
}

/**
 * A forward proxy for tunnels, which is how `https:` goes through one. Whatever a tunnel is asked to, it leads to 127.0.0.1: no name is looked up.
 * It may be `open`, refuse every tunnel (403), or want a name and a password (407).
 */
export class TunnelProxy {
	mode: 'open' | 'refusing' | 'locked' = 'open';
	/** What tunnels were asked to, and whether with the right name and password. */
	readonly asked: { readonly host: string; readonly authorised: boolean }[] = [];
	readonly #server: Server;
	readonly #tunnels = new Set<Duplex>();

	private constructor(
		server: Server,
		readonly port: number,
	) {
		this.#server = server;
		server.on('connect', (incoming: IncomingMessage, socket: Duplex) => this.#open(incoming, socket));
	}

	static readonly user = { name: 'office', password: 'let-me-out' };

	static async start(): Promise<TunnelProxy> {
		const server = createServer((_, response) => void response.writeHead(501).end());
		return new TunnelProxy(server, await listen(server));
	}

	get url(): string {
		return `http://127.0.0.1:${this.port}`;
	}

	get urlWithPassword(): string {
		return `http://${TunnelProxy.user.name}:${TunnelProxy.user.password}@127.0.0.1:${this.port}`;
	}

	async stop(): Promise<void> {
		for (const tunnel of this.#tunnels) {
			tunnel.destroy();
		}
		await shut(this.#server);
	}

	#open(incoming: IncomingMessage, socket: Duplex): void {
		const { name, password } = TunnelProxy.user;
		const host = incoming.url ?? '';
		const authorised = incoming.headers['proxy-authorization'] === `Basic ${Buffer.from(`${name}:${password}`).toString('base64')}`;
		this.asked.push({ host, authorised });
		socket.on('error', () => socket.destroy());
		if (this.mode === 'refusing') {
			socket.end('HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\nConnection: close\r\n\r\n');
			return;
		}
		if (this.mode === 'locked' && !authorised) {
			socket.end(
				'HTTP/1.1 407 Proxy Authentication Required\r\nProxy-Authenticate: Basic realm="office"\r\nContent-Length: 0\r\nConnection: close\r\n\r\n',
			);
			return;
		}
		const onward = connect(Number(host.split(':').at(-1)), '127.0.0.1', () => {
			socket.write('HTTP/1.1 200 Connection Established\r\n\r\n');
			onward.pipe(socket).pipe(onward);
		});
		for (const [end, other] of [
			[socket, onward],
			[onward, socket],
		] as const) {
			this.#tunnels.add(end);
			end.once('error', () => other.destroy());
			end.once('close', () => {
				this.#tunnels.delete(end);
				other.destroy();
			});
		}
	}
}
