/**
 * IPv4 networks that are not reachable over the Internet: IANA's special-purpose registry, multicast and reserved addresses. First address
 * and prefix length.
 */
const privateNetworks: readonly (readonly [address: number, bits: number])[] = [
	[0x00000000, 8], // this network
	[0x0a000000, 8],
	[0x64400000, 10], // carrier-grade NAT
	[0x7f000000, 8], // loopback
	[0xa9fe0000, 16], // link-local; cloud metadata services
	[0xac100000, 12],
	[0xc0000000, 24],
	[0xc0a80000, 16],
	[0xc6120000, 15], // benchmarking
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
		return isPrivateAddress(host.split('.').reduce((address, part) => address * 256 + Number(part), 0));
	}
	return host.startsWith('[') && isPrivateIpv6(groupsOf(host.slice(1, -1)));
}

function isPrivateAddress(address: number): boolean {
	return privateNetworks.some(([network, bits]) => Math.floor(address / 2 ** (32 - bits)) === Math.floor(network / 2 ** (32 - bits)));
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
	if (first === 0x2002) {
		return isPrivateAddress(second * 0x10000 + third);
	}
	const isZero = (from: number, to: number): boolean => groups.slice(from, to).every((group) => group === 0);
	const holdsIpv4 =
		(isZero(0, 4) && (groups[4] === 0 || groups[4] === 0xffff) && (groups[5] === 0 || groups[5] === 0xffff)) ||
		(first === 0x64 && second === 0xff9b && isZero(2, 6));
	return holdsIpv4 && isPrivateAddress(last);
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
