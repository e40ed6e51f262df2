import dns, { type LookupAddress } from 'node:dns';
import type { LookupFunction } from 'node:net';
import { isPrivateAddress } from '../core/privateHost';

/** The code of the error with which a connection fails whose host has private addresses only. */
export const privateAddressCode = 'ERR_PRIVATE_ADDRESS';

/**
 * A `lookup` that leaves out the addresses of this machine and of private networks, and fails if a name has no other. The connection is made
 * to an address that it returns, so that a name cannot have one address for the check and another for the connection.
 *
 * Other names than `host` are resolved as ever: a connection is made to one only if that is a proxy, and then the proxy resolves `host`.
 * The editor's proxies (`http.proxySupport`) do not ask at all: their agents connect to the proxy with options of their own, and hand the
 * request's on only where there is none.
 * @param host as in `URL.hostname`
 */
export function publicLookup(host: string): LookupFunction {
	return (hostname, options, callback) => {
		if (hostname !== host) {
			dns.lookup(hostname, options, callback);
			return;
		}
		dns.lookup(hostname, { ...options, all: true }, (error, found) => {
			const addresses: readonly LookupAddress[] = error === null ? found.filter(({ address }) => !isPrivateAddress(address)) : [];
			const [first] = addresses;
			if (error !== null || first === undefined) {
				callback(error ?? Object.assign(new Error(`${hostname} has no public address`), { code: privateAddressCode }), '');
			} else if (options.all === true) {
				callback(null, [...addresses]);
			} else {
				callback(null, first.address, first.family);
			}
		});
	};
}
