import type { Fault, FaultOrder } from './faults';

/** What the host of a result can do wrong, and for how many requests in a row it takes to be noticed. */
interface LinkFault {
	readonly says: string;
	readonly fault: Fault;
	/** Default 1. */
	readonly times?: number;
}

const document = (type: string, body: string): Fault => ({ kind: 'body', status: 200, type, body });
const redirect = (location: string): Fault => ({ kind: 'redirect', status: 302, location });

/** The faults of results by name, for the command line, the tests and the soak. */
export const linkFaults = {
	'range-ignored': { says: 'the whole file, whatever range is requested', fault: { kind: 'rangeIgnored' } },
	'changed-file': { says: 'another file with another ETag', fault: { kind: 'changedFile' } },
	'changed-rest': { says: 'the requested range of another file, against If-Range', fault: { kind: 'changedFile', as: 'rest' } },
	'416': { says: 'no such range, to a request for one', fault: { kind: 'unsatisfiable' } },
	'cut-length': { says: 'half of the file, then the connection is closed', fault: { kind: 'cut', by: 'close' } },
	'cut-reset': { says: 'half of the file, then the connection is reset', fault: { kind: 'cut', by: 'reset' } },
	'cut-chunks': { says: 'half of the file in chunks, and no last chunk', fault: { kind: 'cut', by: 'chunks' } },
	stall: { says: 'half of the file, then nothing any more', fault: { kind: 'cut', by: 'silence' } },
	silence: { says: 'no response', fault: { kind: 'silence' } },
	endless: { says: 'the file, and then bytes without end', fault: { kind: 'endlessBody', after: 'body' } },
	overlong: { says: 'one byte more than announced', fault: { kind: 'overlong' } },
	damaged: { says: 'a byte that is not the file’s, with the digest of the file', fault: { kind: 'damaged' } },
	'wrong-kind': { says: 'an image instead of a video', fault: { kind: 'otherMedia', file: 'valley.png' } },
	gzip: { says: 'the file, compressed without saying so', fault: { kind: 'gzipped' } },
	empty: { says: 'no bytes', fault: document('video/mp4', '') },
	html: { says: 'a web page', fault: document('text/html', '<!DOCTYPE html><html><title>Sign in to the network</title></html>') },
	json: { says: 'an error in JSON', fault: document('application/json', '{"error":{"message":"Failed to fetch video content"}}') },
	xml: {
		says: 'an error in XML',
		fault: document('application/xml', '<Error><Code>InternalError</Code><Message>Try again.</Message></Error>'),
	},
	playlist: { says: 'a list of parts', fault: document('application/vnd.apple.mpegurl', '#EXTM3U\n#EXTINF:5,\npart-1.ts\n') },
	expired: { says: '400 “Request has expired”', fault: { kind: 'canned', name: 'linkExpired', status: 400 } },
	'401': { says: '401 until the key is sent', fault: { kind: 'wantsKey' }, times: 2 },
	'403': { says: '403, no longer valid', fault: { kind: 'body', status: 403, body: 'This link is no longer valid.', type: 'text/plain' } },
	'404': { says: '404', fault: { kind: 'canned', name: 'notFoundPage' } },
	'410': { says: '410', fault: { kind: 'body', status: 410, body: '' } },
	'429': { says: '429, again in 2 s', fault: { kind: 'canned', name: 'rateLimitPage', retryAfter: 2 } },
	'502': { says: '502', fault: { kind: 'canned', name: 'badGatewayPage' } },
	'503': { says: '503, again in 2 s, as a date', fault: { kind: 'canned', name: 'unavailablePage', retryAfter: 2, retryAfterAs: 'date' } },
	'redirect-loop': { says: 'a redirect that never ends', fault: redirect('./dawn.mp4'), times: 6 },
	'redirect-http': { says: 'a redirect to http:', fault: redirect('http://media.example/a.mp4') },
	'redirect-file': { says: 'a redirect to a file of this machine', fault: redirect('file:///etc/hostname') },
	'redirect-private': { says: 'a redirect to a private address', fault: redirect('https://192.168.0.1/a.mp4') },
} as const satisfies Readonly<Record<string, LinkFault>>;

export type LinkFaultName = keyof typeof linkFaults;

export function isLinkFaultName(name: string): name is LinkFaultName {
	return Object.hasOwn(linkFaults, name);
}

/** The fault of one name, as `Faults.next` takes it; only requests for results get it. */
export function linkFaultOrder(name: LinkFaultName, taskId?: string): FaultOrder {
	const { fault, times = 1 }: LinkFault = linkFaults[name];
	return { fault, times, match: { on: 'result', ...(taskId !== undefined && { taskId }) } };
}
