// @ts-check
// A small reverse proxy in front of VS Code's server, so that an ordinary browser can use it like code-server: requests are forwarded, and
// those that code-server's own front end would answer are answered here. The server checks its connection token itself; requests answered
// here are checked here, equally strictly.
import { randomBytes } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import http from 'node:http';
import net from 'node:net';
import path from 'node:path';

/**
 * @typedef {object} Front
 * @property {number} port on 127.0.0.1
 * @property {() => Promise<void>} stop
 */

/**
 * @param {object} options
 * @param {number} options.serverPort of VS Code's server, on 127.0.0.1
 * @param {string} options.token the server's connection token
 * @param {string} options.dataDir the server's; stores the secrets key
 * @returns {Promise<Front>}
 */
export async function startFront({ serverPort, token, dataDir }) {
	const key = secretsKey(dataDir);
	const upstream = { host: '127.0.0.1', port: serverPort };
	/** @type {Set<import('node:stream').Duplex>} */
	const pipes = new Set();

	const front = http.createServer((request, response) => {
		// Any page in the browser can send any request target here, including `//`, which is not a valid URL.
		const url = parseUrl(request.url ?? '/');
		if (url === undefined) {
			response.writeHead(400).end('Bad request.');
			return;
		}
		const elsewhere = /^\/proxy\/(\d+)\/(.*)$/.exec(url.pathname);
		if (url.pathname === '/mint-key' || elsewhere !== null) {
			if (!hasToken(request, url, token)) {
				response.writeHead(403).end('Forbidden.');
			} else if (elsewhere !== null) {
				// This build turns links to http://localhost:N into /proxy/N/ on its own origin.
				response.writeHead(302, { location: `http://127.0.0.1:${elsewhere[1]}/${elsewhere[2]}${url.search}` }).end();
			} else if (request.method === 'POST') {
				// Half of the key with which the workbench encrypts its secrets; the browser keeps the other half.
				response.writeHead(200, { 'content-type': 'application/octet-stream', 'cache-control': 'no-store' }).end(key);
			} else {
				response.writeHead(405, { allow: 'POST' }).end();
			}
			return;
		}
		const { method, headers } = request;
		const onward = http.request({ ...upstream, method, headers, path: request.url }, (upstreamResponse) => {
			response.writeHead(upstreamResponse.statusCode ?? 502, upstreamResponse.headers);
			upstreamResponse.pipe(response);
		});
		onward.once('error', (error) => {
			if (response.headersSent) {
				response.destroy(error);
			} else {
				response.writeHead(502).end(`VS Code's server does not respond: ${error.message}`);
			}
		});
		response.once('close', () => onward.destroy());
		request.pipe(onward);
	});
	front.on('upgrade', (request, socket, head) => {
		const onward = net.connect(upstream, () => {
			onward.write(rawHead(request));
			onward.write(head);
			onward.pipe(socket).pipe(onward);
		});
		for (const [end, other] of /** @type {const} */ ([
			[socket, onward],
			[onward, socket],
		])) {
			pipes.add(end);
			end.once('error', () => other.destroy());
			end.once('close', () => {
				pipes.delete(end);
				other.destroy();
			});
		}
	});
	await new Promise((resolve, reject) => {
		front.once('error', reject);
		front.listen(0, '127.0.0.1', () => resolve(undefined));
	});

	const address = front.address();
	return {
		port: address !== null && typeof address === 'object' ? address.port : 0,
		async stop() {
			for (const pipe of pipes) {
				pipe.destroy();
			}
			front.closeAllConnections();
			await new Promise((resolve) => {
				front.close(resolve);
			});
		},
	};
}

/**
 * Random, and constant for the lifetime of the data folder.
 *
 * @param {string} dataDir
 * @returns {Buffer} 32 bytes
 */
function secretsKey(dataDir) {
	const file = path.join(dataDir, 'secrets-key');
	if (!existsSync(file)) {
		writeFileSync(file, randomBytes(32), { mode: 0o600 });
	}
	return readFileSync(file);
}

/**
 * @param {http.IncomingMessage} request
 * @param {URL} url
 * @param {string} token
 */
function hasToken(request, url, token) {
	const cookies = (request.headers.cookie ?? '').split(';').map((cookie) => cookie.trim());
	return cookies.includes(`vscode-tkn=${token}`) || url.searchParams.get('tkn') === token;
}

/** @param {http.IncomingMessage} request */
function rawHead({ method, url, httpVersion, rawHeaders }) {
	const lines = [`${method} ${url} HTTP/${httpVersion}`];
	for (let i = 0; i < rawHeaders.length; i += 2) {
		lines.push(`${rawHeaders[i]}: ${rawHeaders[i + 1]}`);
	}
	return `${lines.join('\r\n')}\r\n\r\n`;
}

/**
 * URL.parse, which some versions of Node 20 lack.
 * @param {string} path
 */
function parseUrl(path) {
	try {
		return new URL(path, 'http://127.0.0.1');
	} catch {
		return undefined;
	}
}
