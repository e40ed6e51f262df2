/** Full-width signs end a URL in Chinese text. */
const wide = '，。；：！？、（）「」《》';
const ends = `"<>${wide}`;
/** What may stand before an address without a scheme. */
const before = String.raw`\s"'${'`'}=(,;|<>[{${wide}`;
/** What follows a host and its port, so that what stands before it is no password. */
const afterPort = String.raw`(?:[\s/?#"'.,;:)\]}>]|$)`;
/** Ends a user name and its colon. No password: a port, a scheme, or what follows a colon in a sentence. */
const colon = String.raw`:(?!\d{1,5}${afterPort}|//|\s)`;
/** In a URL only this is no password: `(https://host:80)mail@example`. */
const colonInUrl = String.raw`:(?!\d{1,5}\))`;

const name = String.raw`[\p{L}\p{N}.-]{1,253}`;
const ipv6 = String.raw`\[[\w:.%]{2,64}\]`;
const port = String.raw`:\d{1,5}(?![\p{L}\p{N}])`;
/** The first characters of a host: a name, an IPv4 address or `[`. */
const host = String.raw`(?=[\p{L}\p{N}[])`;
/** A host that no e-mail address has: an IP address, or one with a port. The digest of a container image is none. */
const server = String.raw`(?=(?!(?:sha\d+|md5):)${name}${port}|(?:\d{1,3}\.){3}\d{1,3}(?![\p{L}\p{N}-]|\.[\p{L}\p{N}])|${ipv6})`;
/** An e-mail address after a word, as in `mailto:a@b.example`, is no credentials. */
const noMail = String.raw`(?!(?:mailto|e-?mail|contact|error|warning|from|to|cc):[^\s:@]{1,256}@(?:[\p{L}\p{N}-]{1,63}\.){1,8}\p{L}{2})`;

const listed = String.raw`(?:${ipv6}|${name})(?:${port})?[,;]\s?`;
/**
 * A host of a list, if an entry with a colon follows it: it stays. Without a port it needs a dot, because passwords may contain `@`, `,`
 * and `;` too.
 */
const entry = String.raw`(?=\[|[\p{L}\p{N}-]+(?:\.[\p{L}\p{N}]|:))${listed}[^\s:@]{1,256}:`;
/** In a list, credentials stand before its first host or after another one. */
const entryStart = String.raw`(?<=^|${listed})(?!${entry})`;
/** A password and the `@` after it. It may contain `@`, but not the other entries of a list. */
function password(characters: string): string {
	return `${characters}@(?:(?!${entry})${characters}@){0,32}`;
}

/** After `://`, in JSON also `:\/\/`. */
const slashes = String.raw`(?::|%(?:25)*3[Aa])(?:\\*/){2}`;
/** After the type of a proxy in the format of proxy auto-configuration files, in which editors name the proxies that they tried. */
const proxyType = String.raw`\b(?:PROXY|HTTPS|SOCKS[45]?[ah]?) `;
const proxyWord = String.raw`prox(?:y|ies)(?:[ _-]?(?:server|host|url|address))?(?: is| at)?["']?\s?[:=]?\s?["'(<]?`;
/** `Authorization: Basic `, also in JSON. */
const authorization = String.raw`authorization["'\\\s:=,[]{1,8}basic`;

/** `user:password@` or `name@`, until the end of an authority. A user name may contain `\` (a Windows domain) and `@`. */
const inAuthority = new RegExp(String.raw`${entryStart}[^:]{0,256}:(?!\d{1,5}\))${password('[^@]*')}|^[^:,;)]*@`, 'gu');
const afterProxyWord = new RegExp(
	String.raw`${entryStart}${noMail}[^\s:@/"'=(<>]{1,256}${colon}${password(String.raw`[^\s@]{0,256}`)}(?:$|${host})`,
	'giu',
);

/**
 * Where credentials stand, and what of the match is removed: all if not given. Bounded, so that a long text takes hardly any time.
 */
const positions: readonly (readonly [where: RegExp, credentials?: RegExp])[] = [
	// `http://user:password@host`, `http://name@host`. Text may follow a URL without a space: `(http://host)a@b.example`.
	[new RegExp(String.raw`(?<=${slashes})[^\s/?#${ends}]*@`, 'gu'), inAuthority],
	// `http://user:pass/word@host`, which is no valid URL but accepted in settings. (With `@` in it too it cannot be told from a path.)
	[new RegExp(String.raw`(?<=${slashes})[^\s/?#:[\]${ends}]*${colon}[^\s@${ends}]{0,512}@${host}`, 'gu')],
	// `//user:password@host`.
	[
		new RegExp(
			String.raw`(?<=(?:^|[${before}])(?:\\*/){2})${noMail}[^\s/?#:@${ends}]+${colon}${password(String.raw`[^\s/?#@${ends}]*`)}${host}`,
			'gimu',
		),
	],
	// A whole URL inside another one: `?proxy=http%3A%2F%2Fuser%3Apassword%40host`. What is encoded once more belongs to the password.
	[
		new RegExp(
			String.raw`(?<=(?::|%(?:25)*3A)(?:%(?<level>(?:25)*)2F){2})(?:(?:(?!%\k<level>(?:2F|3F|23|3A|40))[^\s/?#&:@${ends}])*(?:%\k<level>3A|${colonInUrl})(?:(?!%\k<level>(?:2F|3F|23))[^\s/?#&${ends}])*|(?:(?!%\k<level>(?:2F|3F|23|3A))[^\s/?#&:,;)${ends}])*)(?:%\k<level>40|@)`,
			'giu',
		),
	],
	// `PROXY user:password@host:port`, `SOCKS5 name@host:port`; a password may contain spaces.
	[new RegExp(String.raw`(?<=${proxyType})[^\s;]{1,512}@`, 'gu'), inAuthority],
	[new RegExp(String.raw`(?<=${proxyType})[^\s:;]{1,256}${colon}[^;\n@]{0,256}@${host}`, 'gu')],
	// `proxy: user:password@host`, `https_proxy=user:password@host`, `proxies: a:b@one:1, c:d@two:2`.
	[new RegExp(String.raw`(?<=${proxyWord})(?![:="'(<])[^\s"<>]{1,512}(?:[,;]\s[^\s"<>]{1,256}){0,8}@${host}`, 'giu'), afterProxyWord],
	// `user:password@host:port`.
	[
		new RegExp(
			String.raw`(?<=^|[${before}])${noMail}[^:@/${before}]{1,256}${colon}${password(String.raw`[^\s"<>@${wide}]{0,256}`)}${server}`,
			'gimu',
		),
	],
	// `Proxy-Authorization: Basic dXNlcjpwYXNz`, but not “Authorization: Basic authentication failed”.
	[
		new RegExp(
			String.raw`(?<=${authorization})\s{1,8}(?!(?:auth|authentication|authorization|access|credentials?|header|scheme|token|failed|required)(?![\w+/=.~-]))[\w+/.~-]{4,}=*`,
			'giu',
		),
	],
];

/**
 * Removes user names and passwords from the URLs, proxy addresses and `Authorization` headers in a text; the addresses stay readable. Some
 * proxies and editors repeat an address with its password in their error messages. E-mail addresses stay.
 */
export function withoutCredentials(text: string): string {
	return /@|%(?:25)*40|authorization/i.test(text) ? positions.reduce(without, text) : text;
}

function without(text: string, [where, credentials]: (typeof positions)[number]): string {
	return text.replace(where, (match) => (credentials === undefined ? '' : match.replace(credentials, '')));
}
