/** A link's query parameters, names in lower case. */
type Parameters = ReadonlyMap<string, string>;

/** One way to encode a link's expiry, and the services that use it. */
interface Signature {
	readonly source: string;
	/** ms since 1970. */
	readonly read: (parameters: Parameters) => number | undefined;
}

const signatures: readonly Signature[] = [
	{ source: "Kling's own CDN: `ksTime`, hexadecimal seconds, beside `ksSecret`", read: (parameters) => hexTime(parameters.get('kstime')) },
	{
		source:
			'Alibaba OSS and Amazon S3 version 2, CloudFront with a canned policy, Google version 2 (`Expires`), TikTok and Volcengine CDNs (`x-expires`), OSS by header name (`x-oss-expires`), and gateways that spell it out',
		read: (parameters) =>
			earliest(
				['expires', 'x-expires', 'x-oss-expires', 'expire', 'expiry', 'exp', 'expiration', 'expires_at', 'expiresat', 'expire_time'].map(
					(name) => absoluteTime(parameters.get(name)),
				),
			),
	},
	{
		source: 'Tencent COS: `q-sign-time` and `q-key-time`, <start>;<end> in seconds',
		read: (parameters) => earliest(['q-sign-time', 'q-key-time'].map((name) => absoluteTime(parameters.get(name)?.split(';')[1]))),
	},
	{
		source:
			'Version 4 of S3 (`X-Amz-`), OSS (`x-oss-`), Google (`X-Goog-`), TOS (`X-Tos-`), OBS (`X-Obs-`): `…Date` as yyyymmddThhmmssZ and a lifetime `…Expires` in seconds',
		read: (parameters) => earliest([...parameters].map(([name, lifetime]) => lifetimeEnd(parameters, name, lifetime))),
	},
	{
		source: 'Alibaba CDN, type A: `auth_key=<seconds>-<random>-<user>-<MD5>`',
		read: (parameters) => absoluteTime(/^(\d+)-[^-]*-[^-]*-[\da-f]{32}$/i.exec(parameters.get('auth_key') ?? '')?.[1]),
	},
	{
		source: 'Akamai tokens: `exp=<seconds>` between tildes, in `hdnts`, `hdnea`, `hdntl` or `__token__`',
		read: (parameters) =>
			earliest(
				['hdnts', 'hdnea', 'hdntl', '__token__'].map((name) => absoluteTime(/(?:^|~)exp=(\d+)/.exec(parameters.get(name) ?? '')?.[1])),
			),
	},
	{
		source: 'CloudFront with a policy of its own: `Policy`, base64 with `-_~` for `+=/`',
		read: (parameters) => absoluteTime(/"DateLessThan":\{"AWS:EpochTime":(\d+)\}/.exec(policyText(parameters.get('policy')))?.[1]),
	},
	{
		source: 'Tencent VOD: `t`, hexadecimal seconds, beside an MD5 `sign`',
		read: (parameters) => (isMd5(parameters.get('sign')) ? hexTime(parameters.get('t')) : undefined),
	},
	{
		source: 'Tencent CSS: `txTime`, hexadecimal seconds, beside an MD5 `txSecret`',
		read: (parameters) => (isMd5(parameters.get('txsecret')) ? hexTime(parameters.get('txtime')) : undefined),
	},
	{
		source: 'Qiniu: `e`, seconds, beside `token`',
		read: (parameters) => (parameters.has('token') ? absoluteTime(parameters.get('e')) : undefined),
	},
	{
		source: 'Azure Blob Storage, shared access signature: `se` as ISO 8601, beside `sig`',
		read: (parameters) => (parameters.has('sig') ? isoTime(parameters.get('se')) : undefined),
	},
];

/** When a link expires by its own parameters, ms since 1970; the earliest of several. Undefined if it has no readable expiry. */
export function signedExpiry(url: URL): number | undefined {
	const parameters = new Map([...url.searchParams].map(([name, value]) => [name.toLowerCase(), value.trim()]));
	return earliest(signatures.map(({ read }) => read(parameters)));
}

function earliest(times: readonly (number | undefined)[]): number | undefined {
	return times.reduce((first, time) => (first === undefined || (time !== undefined && time < first) ? time : first), undefined);
}

/** A time from 2015 to 2100. Other numbers mean something else, such as a lifetime. */
function plausible(ms: number): number | undefined {
	return ms >= Date.UTC(2015) && ms < Date.UTC(2100) ? ms : undefined;
}

/** Seconds or ms since 1970 (distinguished by the number of digits), or ISO 8601. */
function absoluteTime(text: string | undefined): number | undefined {
	if (text === undefined) {
		return undefined;
	}
	if (/^\d{10}(?:\.\d+)?$/.test(text)) {
		return plausible(Math.floor(Number(text)) * 1000);
	}
	return /^\d{13}$/.test(text) ? plausible(Number(text)) : isoTime(text);
}

/** Seconds since 1970 in eight hexadecimal digits. */
function hexTime(text: string | undefined): number | undefined {
	return text !== undefined && /^(?:0x)?[\da-f]{8}$/i.test(text) ? plausible(parseInt(text, 16) * 1000) : undefined;
}

/** ISO 8601, to the day, minute, second or finer, with or without hyphens and colons. Without a zone it is UTC (Azure). */
function isoTime(text: string | undefined): number | undefined {
	// A `+` in a query decodes to a space.
	const parts = /^(\d{4})-?(\d\d)-?(\d\d)(?:[T ](\d\d):?(\d\d)(?::?(\d\d)(?:\.(\d{1,7}))?)?(Z|[ +-]\d\d:?\d\d)?)?$/i.exec(text ?? '');
	if (parts === null) {
		return undefined;
	}
	const [, year = '', month = '', day = '', hour = '00', minute = '00', second = '00', fraction = '0', zone = 'Z'] = parts;
	const offset = zone.toUpperCase() === 'Z' ? 'Z' : zone.replace(' ', '+').replace(/^(...):?/, '$1:');
	const ms = Date.parse(`${year}-${month}-${day}T${hour}:${minute}:${second}.${fraction.padEnd(3, '0').slice(0, 3)}${offset}`);
	return Number.isNaN(ms) ? undefined : plausible(ms);
}

function lifetimeEnd(parameters: Parameters, name: string, lifetime: string): number | undefined {
	if (!/^x-[a-z]+-expires$/.test(name) || !/^\d{1,9}$/.test(lifetime)) {
		return undefined;
	}
	const date = parameters.get(name.replace(/expires$/, 'date')) ?? '';
	const signedAt = /^\d{8}T\d{6}Z$/i.test(date) ? isoTime(date) : undefined;
	return signedAt === undefined ? undefined : signedAt + Number(lifetime) * 1000;
}

/** Empty if it is not base64. */
function policyText(policy = ''): string {
	const base64 = policy.replaceAll('-', '+').replaceAll('_', '=').replaceAll('~', '/');
	return /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/.test(base64) ? atob(base64).replace(/\s/g, '') : '';
}

function isMd5(text: string | undefined): boolean {
	return text !== undefined && /^[\da-f]{32}$/i.test(text);
}
