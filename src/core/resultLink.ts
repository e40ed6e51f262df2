import { signedExpiry } from './linkSignature';
import { isLoopbackHost } from './origin';
import { isPrivateHost } from './privateHost';
import { retentionMs } from './retention';

/** When a link expires, in ms since 1970. `exact`: the link itself says so; otherwise it may expire earlier, never later. */
export interface LinkExpiry {
	readonly at: number;
	readonly exact: boolean;
}

/**
 * When a result link expires: by its signature (linkSignature.ts), otherwise 30 days after `updatedAt` (ms, the server's clock). Undefined
 * if neither is known, and of what is no link: a task that sidecars name has none, until a check gives them.
 */
export function linkExpiry(url: string, updatedAt?: number): LinkExpiry | undefined {
	const parsed = URL.parse(url);
	if (parsed === null) {
		return undefined;
	}
	const signed = signedExpiry(parsed);
	if (signed !== undefined) {
		return { at: signed, exact: true };
	}
	return updatedAt === undefined ? undefined : { at: updatedAt + retentionMs, exact: false };
}

/**
 * Whether a result link may be opened, played or saved: over `https:`, or over `http:` on the loopback origin of its own task (same host
 * and port), never with credentials in it. An address of this machine or of a private network is refused unless the task's API is on that
 * host.
 * @param origin the task's API origin
 */
export function isAllowedLink(url: string, origin: string): boolean {
	const link = URL.parse(url);
	if (link?.username !== '' || link.password !== '') {
		return false;
	}
	const home = URL.parse(origin);
	if (link.protocol === 'https:') {
		return !isPrivateHost(link.hostname) || home?.hostname === link.hostname;
	}
	return link.protocol === 'http:' && isLoopbackHost(link.hostname) && home?.protocol === 'http:' && home.host === link.host;
}
