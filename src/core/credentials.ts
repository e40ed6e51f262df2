/** What follows a host and its port, so that what stands before it is no password. */
const afterPort = String.raw`(?:[\s/?#"'.,;:)\]}>]|$)`;
/** Ends a user name and its colon. No password: a port, a scheme, or what follows a colon in a sentence. */
const colon = String.raw`:(?!\d{1,5}${afterPort}|//|\s)`;
/** The first characters of a host: a name, an IPv4 address or `[`. */
const host = String.raw`(?=[\p{L}\p{N}[])`;
/** Full-width signs end a URL in Chinese text. */
const ends = '"<>，。；：！？、（）「」《》';

/**
 * Where credentials stand, and what of the match stays. Bounded, so that a long text takes hardly any time.
 * The list after `PROXY` is the format of proxy auto-configuration files, in which editors name the proxies that they tried.
 */
const positions: readonly RegExp[] = [
	// `http://user:password@host`, in JSON also `http:\/\/`. A user name may contain `\` (a Windows domain), a password `@`.
	new RegExp(String.raw`(?<=:(?:\\*/){2})[^\s/?#${ends}]*@`, 'gu'),
	// `http://user:pass/word@host`, which is no valid URL but accepted in settings. (With `@` in it too it cannot be told from a path.)
	new RegExp(String.raw`(?<=:(?:\\*/){2})[^\s/?#@:[\]${ends}]*${colon}[^\s@${ends}]{0,512}@${host}`, 'gu'),
	// A whole URL inside another one: `?proxy=http%3A%2F%2Fuser%3Apassword%40host`.
	/(?<=%(?:25)*3A(?:%(?:25)*2F){2})(?:(?!%(?:25)*(?:2F|3F|23))[^\s/?#&"<>])*%(?:25)*40/giu,
	// `PROXY user:password@host:port`, `SOCKS5 name@host:port`; a password may contain spaces.
	/(?<=\b(?:PROXY|HTTPS|SOCKS[45]?[ah]?) )[^\s;]{1,512}@/gu,
	new RegExp(String.raw`(?<=\b(?:PROXY|HTTPS|SOCKS[45]?[ah]?) )[^\s:;@]{1,256}${colon}[^;\n@]{0,256}@${host}`, 'gu'),
	// `proxy: user:password@host`, `https_proxy=user:password@host`.
	new RegExp(
		String.raw`(?<=prox(?:y|ies)(?:[ _-]?(?:server|host|url|address))?(?: is| at)?["']?\s?[:=]?\s?["'(<]?)(?!mailto:)[^\s:@/"'=(<>]{1,256}${colon}[^\s"<>]{0,256}@${host}`,
		'giu',
	),
	// `user:password@host:port`.
	new RegExp(
		String.raw`(?<=^|[\s"'${'`'}=(,;|<>[{])(?!mailto:)[^\s:@/"'=(,;|<>[{]{1,256}${colon}[^\s"<>]{0,256}@(?=(?:[\p{L}\p{N}.-]{1,253}|\[[\w:.%]{2,64}\]):\d{1,5}(?!\d))`,
		'gimu',
	),
];

/**
 * Removes user names and passwords from the URLs and proxy addresses in a text; the addresses stay readable. Some proxies and editors
 * repeat an address with its password in their error messages. E-mail addresses stay.
 */
export function withoutCredentials(text: string): string {
	return /@|%(?:25)*40/.test(text) ? positions.reduce((left, position) => left.replace(position, ''), text) : text;
}
