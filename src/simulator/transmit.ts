import { once } from 'node:events';
import type { IncomingMessage, OutgoingHttpHeaders, ServerResponse } from 'node:http';
import { setTimeout as pause } from 'node:timers/promises';
import { assertNever } from '../core/assertNever';
import type { Fault } from './faults';

/** A complete response. */
export interface ResponseSpec {
	readonly status: number;
	readonly headers: OutgoingHttpHeaders;
	readonly body: Buffer;
}

/** The faults that spoil the transmission of a regular response; the others replace it. */
export type TransportFault = Extract<
	Fault,
	{ kind: 'late' | 'held' | 'slowBody' | 'truncated' | 'resetMidBody' | 'endlessBody' | 'hugeBody' | 'cut' | 'overlong' }
>;

const slices = 20;
/** Spaces: JSON may begin with them. */
const filler = Buffer.alloc(64 * 1024, ' ');

/**
 * Sends a response, spoilt by a fault if there is one.
 * @param closing aborts when the simulator closes; waiting then rejects with an AbortError
 */
export async function transmit(
	request: IncomingMessage,
	response: ServerResponse,
	spec: ResponseSpec,
	fault: TransportFault | undefined,
	closing: AbortSignal,
): Promise<void> {
	const { status } = spec;
	const body = request.method === 'HEAD' ? Buffer.alloc(0) : spec.body;
	const { 'Content-Length': length = body.length, ...headers } = spec.headers;
	// A 304 has no Content-Length: it would be that of the content that is not sent.
	const whole = status === 304 ? headers : { ...headers, 'Content-Length': length };
	switch (fault?.kind) {
		case undefined:
			response.writeHead(status, whole).end(body);
			return;
		case 'late':
			await pause(fault.ms, undefined, { signal: closing });
			response.writeHead(status, whole).end(body);
			return;
		case 'held':
			if (!fault.until.aborted) {
				await once(fault.until, 'abort', { signal: closing });
			}
			response.writeHead(status, whole).end(body);
			return;
		case 'slowBody':
			response.writeHead(status, whole);
			for (let sent = 0; sent < slices && !response.destroyed; sent++) {
				response.write(body.subarray(Math.floor((sent * body.length) / slices), Math.floor(((sent + 1) * body.length) / slices)));
				await pause(fault.ms / slices, undefined, { signal: closing });
			}
			response.end();
			return;
		case 'truncated': {
			const half = body.subarray(0, Math.floor(body.length / 2));
			response.writeHead(status, { ...headers, 'Content-Length': half.length }).end(half);
			return;
		}
		case 'resetMidBody':
			response.writeHead(status, whole);
			await cut(request, response, body.subarray(0, Math.floor(body.length / 2)), 'reset', closing);
			return;
		case 'cut': {
			const part = body.subarray(0, fault.bytes ?? Math.floor(body.length / 2));
			if (fault.by === 'closeUnannounced') {
				response.useChunkedEncodingByDefault = false;
			}
			response.writeHead(status, fault.by === 'chunks' || fault.by === 'closeUnannounced' ? headers : whole);
			await cut(request, response, part, fault.by, closing);
			return;
		}
		case 'overlong':
			response.writeHead(status, { ...headers, 'Content-Length': Math.max(0, body.length - 1) }).end(body);
			return;
		case 'endlessBody':
			response.writeHead(status, headers);
			if (fault.after === 'body') {
				response.write(body);
			}
			await pour(response, Infinity, closing);
			return;
		case 'hugeBody':
			response.writeHead(status, { ...headers, 'Content-Length': fault.bytes + body.length });
			await pour(response, fault.bytes, closing);
			response.end(body);
			return;
		default:
			assertNever(fault);
	}
}

/** Sends a part of a body, and nothing more. */
async function cut(
	request: IncomingMessage,
	response: ServerResponse,
	part: Buffer,
	by: Extract<Fault, { kind: 'cut' }>['by'],
	closing: AbortSignal,
): Promise<void> {
	// Wait until the part is sent: a reset discards unsent data.
	await new Promise<void>((done) => response.write(part, () => done()));
	switch (by) {
		case 'silence':
			return;
		case 'reset':
			await pause(20, undefined, { signal: closing });
			request.socket.resetAndDestroy();
			return;
		case 'close':
		case 'chunks':
		case 'closeUnannounced':
			request.socket.end();
	}
}

/** Writes filler as fast as the client reads it, until `bytes` are written or the connection is closed. */
async function pour(response: ServerResponse, bytes: number, closing: AbortSignal): Promise<void> {
	for (let left = bytes; left > 0 && !response.destroyed; left -= filler.length) {
		const more = response.write(left < filler.length ? filler.subarray(0, left) : filler);
		if (more) {
			await pause(1, undefined, { signal: closing });
		} else {
			await drained(response);
		}
	}
}

/** Resolves when the response can take more data, or is closed. */
function drained(response: ServerResponse): Promise<void> {
	return new Promise((resolve) => {
		const done = () => {
			response.off('drain', done);
			response.off('close', done);
			resolve();
		};
		response.on('drain', done);
		response.on('close', done);
		if (response.destroyed) {
			done();
		}
	});
}
