import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import { tmpdir } from 'node:os';
import path from 'node:path';
import * as v from 'valibot';
import { isAllowedLink } from '../../../src/core/resultLink';
import { download } from '../../../src/results/download';

/** The responses to the requests for one link, in their order; the last is repeated. `base64` is a body that is not text. */
const hopsFile = v.object({
	hops: v.pipe(
		v.array(
			v.object({
				status: v.number(),
				contentType: v.optional(v.string()),
				location: v.optional(v.string()),
				headers: v.optional(v.record(v.string(), v.string())),
				body: v.optional(v.string()),
				base64: v.optional(v.string()),
			}),
		),
		v.minLength(1),
	),
});
type Hop = v.InferOutput<typeof hopsFile>['hops'][number];

/** Saves a link on the task's own API, whose key is known, into a temporary folder. */
export async function downloadFile(file: unknown): Promise<{ readonly ok: boolean; readonly says: string }> {
	const { hops } = v.parse(hopsFile, file);
	const folder = await mkdtemp(path.join(tmpdir(), 'kling-cases-'));
	const server = serve(hops);
	try {
		server.listen(0, '127.0.0.1');
		await once(server, 'listening');
		const origin = originOf(server);
		const outcome = await download({
			url: `${origin}/result`,
			target: path.join(folder, 'result'),
			taskOrigin: origin,
			apiKey: () => Promise.resolve('sk-made-up-key-of-the-corpus'),
			signal: AbortSignal.timeout(10_000),
			stallMs: 2_000,
		});
		return { ok: outcome.ok, says: outcome.ok ? 'saved' : JSON.stringify(outcome.problem) };
	} finally {
		server.closeAllConnections();
		server.close();
		await rm(folder, { recursive: true });
	}
}

/** A host on this machine that responds with one hop after the other. */
function serve(hops: readonly Hop[]): Server {
	let requests = 0;
	const server = createServer((_request, response) => {
		const hop = hops[Math.min(requests++, hops.length - 1)];
		response.writeHead(hop?.status ?? 500, {
			...hop?.headers,
			...(hop?.contentType !== undefined && { 'Content-Type': hop.contentType }),
			...(hop?.location !== undefined && { Location: headerText(local(hop.location, originOf(server))) }),
		});
		response.end(hop?.base64 === undefined ? hop?.body : Buffer.from(hop.base64, 'base64'));
	});
	return server;
}

/** A redirect that would be followed to another host stays on this machine; one that is refused needs no host. */
function local(location: string, origin: string): string {
	const target = URL.parse(location, 'https://media.example');
	return target !== null && isAllowedLink(target.href, 'https://media.example')
		? location.replace(/^(?:https:)?\/\/[^/?#]*/i, origin)
		: location;
}

/** Node writes headers as Latin-1: a text whose bytes are those of UTF-8. */
function headerText(text: string): string {
	return Buffer.from(text, 'utf8').toString('latin1');
}

function originOf(server: Server): string {
	const address = server.address();
	if (address === null || typeof address === 'string') {
		throw new Error('The server has no port.');
	}
	return `http://127.0.0.1:${address.port}`;
}
