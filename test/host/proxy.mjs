// @ts-check
// A loopback HTTP proxy that records and refuses requests: it shows what an extension host sends to the outside, and keeps it on this
// machine.
import http from 'node:http';
import net from 'node:net';

/**
 * @typedef {object} ProxyRequest
 * @property {string} method `CONNECT` for a tunnel, which is how `https:` goes through a proxy
 * @property {string} host with its port
 * @property {boolean} allowed
 *
 * @typedef {object} RecordingProxy
 * @property {string} url of the proxy
 * @property {ProxyRequest[]} requests all requests so far, in order
 * @property {ProxyRequest[]} refused the refused ones among them: must be empty when nothing leaves
 * @property {Set<string>} allowed hosts with port, such as `127.0.0.1:8080`, that are forwarded; may change at any time
 * @property {Record<string, unknown>} settings for a VS Code that is to use the proxy (see `startServer`)
 * @property {Record<string, string | undefined>} env for a VS Code that is to use the proxy
 * @property {() => Promise<void>} stop
 */

/**
 * @param {Iterable<string>} [allow] loopback hosts with port that are forwarded
 * @returns {Promise<RecordingProxy>}
 */
export async function startProxy(allow = []) {
	const allowed = new Set(allow);
	/** @type {ProxyRequest[]} */
	const requests = [];
	/** @type {Set<import('node:stream').Duplex>} */
	const tunnels = new Set();

	/**
	 * @param {string} method
	 * @param {string} host
	 */
	const record = (method, host) => {
		const request = { method, host, allowed: allowed.has(host) };
		requests.push(request);
		return request.allowed;
	};

	const server = http.createServer((request, response) => {
		const target = URL.canParse(request.url ?? '') ? new URL(request.url ?? '') : undefined;
		const host = target === undefined ? (request.headers.host ?? '') : hostWithPort(target);
		if (!record(request.method ?? '', host) || target === undefined) {
			response.writeHead(403).end('Refused: nothing leaves this machine.\n');
			return;
		}
		const onward = http.request(target, { method: request.method, headers: request.headers }, (upstreamResponse) => {
			response.writeHead(upstreamResponse.statusCode ?? 502, upstreamResponse.headers);
			upstreamResponse.pipe(response);
		});
		onward.once('error', (error) => response.destroy(error));
		request.pipe(onward);
	});
	server.on('connect', (request, socket, head) => {
		if (!record('CONNECT', request.url ?? '')) {
			socket.end('HTTP/1.1 403 Forbidden\r\nConnection: close\r\n\r\n');
			return;
		}
		const target = new URL(`http://${request.url}`);
		const onward = net.connect(Number(target.port || 80), target.hostname, () => {
			socket.write('HTTP/1.1 200 Connection Established\r\n\r\n');
			onward.write(head);
			onward.pipe(socket).pipe(onward);
		});
		for (const [end, other] of /** @type {const} */ ([
			[socket, onward],
			[onward, socket],
		])) {
			tunnels.add(end);
			end.once('error', () => other.destroy());
			end.once('close', () => {
				tunnels.delete(end);
				other.destroy();
			});
		}
	});
	await new Promise((resolve, reject) => {
		server.once('error', reject);
		server.listen(0, '127.0.0.1', () => resolve(undefined));
	});

	const address = server.address();
	const url = `http://127.0.0.1:${address !== null && typeof address === 'object' ? address.port : 0}`;
	return {
		url,
		requests,
		allowed,
		get refused() {
			return requests.filter((request) => !request.allowed);
		},
		settings: { 'http.proxy': url, 'http.proxySupport': 'override', 'http.noProxy': [] },
		env: {
			http_proxy: url,
			https_proxy: url,
			HTTP_PROXY: url,
			HTTPS_PROXY: url,
			all_proxy: undefined,
			ALL_PROXY: undefined,
			no_proxy: undefined,
			NO_PROXY: undefined,
		},
		async stop() {
			for (const tunnel of tunnels) {
				tunnel.destroy();
			}
			server.closeAllConnections();
			await new Promise((resolve) => {
				server.close(resolve);
			});
		},
	};
}

/** @param {URL} url */
function hostWithPort(url) {
	return url.port === '' ? `${url.hostname}:${url.protocol === 'https:' ? 443 : 80}` : url.host;
}
