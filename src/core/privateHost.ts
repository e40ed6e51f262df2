/** Benchmarking. Fake-IP proxies (Clash, Surge) resolve every name to an address of it, and connect to the name. */
const fakeNetwork = [0xc6120000, 15] as const;

/**
 * IPv4 networks that are not reachable over the Internet: IANA's special-purpose registry, multicast and reserved addresses. First address
 * and prefix length.
 */
const privateNetworks: readonly Network[] = [
	[0x00000000, 8], // this network
	[0x0a000000, 8],
	[0x64400000, 10], // carrier-grade NAT
	[0x7f000000, 8], // loopback
	[0xa9fe0000, 16], // link-local; cloud metadata services
	[0xac100000, 12],
	[0xc0000000, 24],
	[0xc0a80000, 16],
	fakeNetwork,
	[0xe0000000, 3], // multicast and reserved
];

/**
 * Whether a host is this machine or an address of a private network. Names other than `localhost` are not resolved.
 * @param hostname as in `URL.hostname`: lower case, any spelling of IPv4 as four decimal numbers, IPv6 shortened and in brackets
 */
export function isPrivateHost(hostname: string): boolean {
	const host = hostname.replace(/\.$/, '');
	if (host === 'localhost' || host.endsWith('.localhost')) {
		return true;
	}
	if (/^\d+\.\d+\.\d+\.\d+$/.test(host)) {
		return isIn(privateNetworks, ipv4Of(host));
	}
	return host.startsWith('[') && isPrivateIpv6(groupsOf(host.slice(1, -1)));
}

/**
 * Whether an address to which a name was resolved is of this machine or of a private network. Unlike in a link, an address of a fake-IP
 * proxy is not: behind it is the host of that name.
 * @param address as resolvers return it: `10.0.0.1`, `::ffff:10.0.0.1`, `fe80::1%eth0`
 */
export function isPrivateAddress(address: string): boolean {
	if (address.includes(':')) {
		const host = URL.parse(`https://[${address.replace(/%.*$/, '')}]`)?.hostname;
		return host === undefined || isPrivateHost(host);
	}
	return isPrivateHost(address) && !isIn([fakeNetwork], ipv4Of(address));
}

function ipv4Of(text: string): number {
	return text.split('.').reduce((address, part) => address * 256 + Number(part), 0);
}

type Network = readonly [address: number, bits: number];

function isIn(networks: readonly Network[], address: number): boolean {
	return networks.some(([network, bits]) => Math.floor(address / 2 ** (32 - bits)) === Math.floor(network / 2 ** (32 - bits)));
}

/**
 * Loopback, unspecified, unique local (fc00::/7), link and site local (fe80::/9), multicast (ff00::/8), and private IPv4 addresses in IPv6:
 * mapped, compatible, NAT64, 6to4.
 */
function isPrivateIpv6(groups: readonly number[]): boolean {
	const [first = 0, second = 0, third = 0] = groups;
	const [seventh = 0, eighth = 0] = groups.slice(6);
	const last = seventh * 0x10000 + eighth;
	if ((first & 0xfe00) === 0xfc00 || (first & 0xff80) === 0xfe80 || (first & 0xff00) === 0xff00) {
		return true;
	}
	// Translation within one network (64:ff9b:1::/48, RFC 8215): where the IPv4 address stands depends on that.
	if (first === 0x64 && second === 0xff9b && third === 1) {
		return true;
	}
	if (first === 0x2002) {
		return isIn(privateNetworks, second * 0x10000 + third);
	}
	const isZero = (from: number, to: number): boolean => groups.slice(from, to).every((group) => group === 0);
	const holdsIpv4 =
		(isZero(0, 4) && (groups[4] === 0 || groups[4] === 0xffff) && (groups[5] === 0 || groups[5] === 0xffff)) ||
		(first === 0x64 && second === 0xff9b);
	return holdsIpv4 && isIn(privateNetworks, last);
}

/** The eight groups of an address without dots; the URL parser has converted dotted parts. */
function groupsOf(address: string): readonly number[] {
	const [before = '', after] = address.split('::');
	const numbers = (text: string): readonly number[] => (text === '' ? [] : text.split(':').map((group) => parseInt(group, 16)));
	if (after === undefined) {
		return numbers(before);
	}
	const [left, right] = [numbers(before), numbers(after)];
	return [...left, ...Array.from({ length: 8 - left.length - right.length }, () => 0), ...right];
}
