// A host of results on 127.0.0.1 whose responses can go wrong.
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import { createServer } from 'node:http';

/** What can happen to one response. Sizes in bytes, times in real ms. */
export type MediaFault =
	/** The connection is reset after so many bytes of the body. */
	| { readonly kind: 'reset'; readonly after: number }
	/** The same, of a body whose length is not announced. */
	| { readonly kind: 'cutChunks'; readonly after: number }
	/** Nothing more comes after so many bytes, until the client goes; `endsMs` later the connection is reset. */
	| { readonly kind: 'stall'; readonly after: number; readonly endsMs: number }
	/** So many bytes at a time, with a pause between. */
	| { readonly kind: 'slow'; readonly bytes: number; readonly pauseMs: number }
	/** `Range` is ignored. */
	| { readonly kind: 'whole' }
	/** One byte is wrong; the digest in the header is right. */
	| { readonly kind: 'spoiled' }
	/** The connection is reset after so many bytes, and there is another file behind the link then. */
	| { readonly kind: 'replace'; readonly after: number; readonly by: Buffer }
	/** The link has expired, for good. */
	| { readonly kind: 'expire' }
	/** Another body under another status, or under 200. */
	| { readonly kind: 'other'; readonly status: number; readonly body: string; readonly headers?: Readonly<Record<string, string>> };

/** A file behind a path. */
interface Hosted {
	bytes: Buffer;
	version: number;
	readonly faults: MediaFault[];
	isExpired: boolean;
}

interface MediaRequest {
	readonly path: string;
	readonly range: string | undefined;
	readonly authorization: string | undefined;
}

/** The beginning of an MP4 file. */
const head = Buffer.from('\0\0\0\x18ftypisom\0\0\x02\0isommp41', 'latin1');

/** A file that begins like an MP4 file, of this size, whose every part differs from the same part of one with another seed. */
export function mediaFile(seed: string, size: number): Buffer {
	const blocks: Buffer[] = [head];
	for (let length = head.length, index = 0; length < size; index++) {
		const block = createHash('sha512').update(`${seed} ${index}`).digest();
		blocks.push(block);
		length += block.length;
	}
	return Buffer.concat(blocks).subarray(0, size);
}

export function sha256Of(bytes: Uint8Array): string {
	return createHash('sha256').update(bytes).digest('hex');
}

export class MediaHost {
	readonly requests: MediaRequest[] = [];
	readonly #files = new Map<string, Hosted>();
	readonly #server: Server;
	/** The most responses with a file that were sent at once. */
	mostAtOnce = 0;
	#atOnce = 0;
	/** How files are sent if nothing goes wrong; missing: at once. */
	speed: { readonly bytes: number; readonly pauseMs: number } | undefined;
	/** Responds to requests of other paths. */
	onOther: (path: string, response: ServerResponse) => void = (_path, response) => response.writeHead(404).end();

	private constructor() {
		this.#server = createServer((request, response) => {
			// Clients that disconnect are expected.
			response.on('error', () => undefined);
			void this.#respond(request, response);
		});
	}

	static async start(): Promise<MediaHost> {
		const host = new MediaHost();
		host.#server.listen(0, '127.0.0.1');
		await once(host.#server, 'listening');
		return host;
	}

	get origin(): string {
		const address = this.#server.address();
		if (address === null || typeof address === 'string') {
			throw new Error('The server does not listen');
		}
		return `http://127.0.0.1:${address.port}`;
	}

	/** Puts a file at a path, or another version of it. Returns its link. */
	put(path: string, bytes: Buffer): string {
		const known = this.#files.get(path);
		if (known === undefined) {
			this.#files.set(path, { bytes, version: 1, faults: [], isExpired: false });
		} else {
			known.bytes = bytes;
			known.version++;
		}
		return `${this.origin}${path}`;
	}

	/** The next responses with this file go wrong, one after the other. */
	fail(path: string, ...faults: readonly MediaFault[]): void {
		this.#file(path).faults.push(...faults);
	}

	/** The link has expired, for good. */
	expire(path: string): void {
		this.#file(path).isExpired = true;
	}

	isExpired(path: string): boolean {
		return this.#file(path).isExpired;
	}

	/** A file whose link has expired gets another link. */
	move(from: string, to: string): void {
		this.#files.set(to, { ...this.#file(from), isExpired: false });
	}

	/** How often a path was requested. */
	count(path: string): number {
		return this.requests.filter((request) => request.path === path).length;
	}

	async close(): Promise<void> {
		this.#server.closeAllConnections();
		this.#server.close();
		await once(this.#server, 'close');
	}

	#file(path: string): Hosted {
		const file = this.#files.get(path);
		if (file === undefined) {
			throw new RangeError(`There is no ${path}`);
		}
		return file;
	}

	async #respond({ url: path = '', headers }: IncomingMessage, response: ServerResponse): Promise<void> {
		const { range, authorization } = headers;
		const file = this.#files.get(path);
		if (file === undefined) {
			this.onOther(path, response);
			return;
		}
		this.requests.push({ path, range, authorization });
		const fault = file.isExpired ? undefined : file.faults.shift();
		file.isExpired ||= fault?.kind === 'expire';
		if (file.isExpired) {
			response.writeHead(403, { 'Content-Type': 'text/plain' }).end('Request has expired');
			return;
		}
		if (fault?.kind === 'other') {
			response.writeHead(fault.status, fault.headers).end(fault.body);
			return;
		}
		const { bytes, version } = file;
		const etag = `"v${version}"`;
		const [, from] = /^bytes=(\d+)-$/.exec(range ?? '') ?? [];
		const isSame = headers['if-range'] === undefined || headers['if-range'] === etag;
		const start = from === undefined || !isSame || fault?.kind === 'whole' ? 0 : Number(from);
		if (start > 0 && start >= bytes.length) {
			response.writeHead(416, { 'Content-Range': `bytes */${bytes.length}` }).end();
			return;
		}
		const body = Buffer.from(bytes.subarray(start));
		if (fault?.kind === 'spoiled') {
			const last = body.length - 1;
			body[last] = 255 - (body[last] ?? 0);
		}
		response.writeHead(start > 0 ? 206 : 200, {
			'Content-Type': 'video/mp4',
			ETag: etag,
			...(fault?.kind !== 'cutChunks' && { 'Content-Length': body.length }),
			...(start > 0 && { 'Content-Range': `bytes ${start}-${bytes.length - 1}/${bytes.length}` }),
			...(fault?.kind === 'spoiled' && { 'Repr-Digest': `sha-256=:${createHash('sha256').update(bytes).digest('base64')}:` }),
		});
		this.mostAtOnce = Math.max(this.mostAtOnce, ++this.#atOnce);
		response.once('close', () => this.#atOnce--);
		await send(response, body, fault ?? (this.speed && { kind: 'slow', ...this.speed }));
		if (fault?.kind === 'replace') {
			this.put(path, fault.by);
		}
	}
}

async function send(response: ServerResponse, body: Buffer, fault: MediaFault | undefined): Promise<void> {
	switch (fault?.kind) {
		case 'reset':
		case 'replace':
		case 'cutChunks':
			await written(response, body.subarray(0, fault.after));
			response.destroy();
			return;
		case 'stall':
			await written(response, body.subarray(0, fault.after));
			setTimeout(() => response.destroy(), fault.endsMs).unref();
			return;
		case 'slow':
			for (let at = 0; at < body.length && !response.destroyed; at += fault.bytes) {
				await written(response, body.subarray(at, at + fault.bytes));
				await new Promise((resolve) => setTimeout(resolve, fault.pauseMs));
			}
			response.end();
			return;
		default:
			response.end(body);
	}
}

/** Writes, and lets the bytes leave before anything else happens to the connection. */
async function written(response: ServerResponse, bytes: Buffer): Promise<void> {
	response.flushHeaders();
	if (bytes.length > 0) {
		await new Promise<void>((resolve) => response.write(bytes, () => resolve()));
	}
	await new Promise((resolve) => setTimeout(resolve, 10));
}
