import { isPrivateHost } from '../../core/privateHost';
import type { Facts } from './bodyRules';
import { shown } from './texts';

/** Why Kling cannot fetch a link; undefined if nothing speaks against it. */
export function linkProblem(
	text: string,
): { readonly code: 'link-invalid' | 'link-scheme' | 'link-private'; readonly facts: Facts } | undefined {
	const url = /\s/.test(text) ? null : URL.parse(text);
	if (url === null) {
		return { code: 'link-invalid', facts: { value: shown(text) } };
	}
	if (url.protocol !== 'https:' && url.protocol !== 'http:') {
		return { code: 'link-scheme', facts: { scheme: url.protocol.slice(0, -1) } };
	}
	return isUnreachable(url.hostname) ? { code: 'link-private', facts: { host: url.hostname } } : undefined;
}

/** Whether nobody outside of this machine and its network can fetch from a host: private addresses, and names that only a network knows. */
function isUnreachable(hostname: string): boolean {
	const host = hostname.replace(/\.$/, '');
	return isPrivateHost(host) || (!host.startsWith('[') && !host.includes('.')) || /\.(?:local|internal|lan|home\.arpa)$/.test(host);
}
