import assert from 'node:assert/strict';
import fc from 'fast-check';
import { withoutCredentials } from '../../../src/core/credentials';

describe('withoutCredentials', () => {
	for (const [name, text, expected] of [
		['a user name and password', 'connect to http://user:pw@host failed', 'connect to http://host failed'],
		['a user name alone', 'http://token@host/path', 'http://host/path'],
		['an empty user name', 'http://:pw@host', 'http://host'],
		['an empty password', 'http://user:@host', 'http://host'],
		['percent-encoded ones', 'http://us%40er:p%3Aw%2F%40@host:8080/', 'http://host:8080/'],
		['capitals', 'HTTPS://USER:PW@HOST', 'HTTPS://HOST'],
		['another scheme', 'socks5://user:pw@host:1080 and socks5h://user:pw@host', 'socks5://host:1080 and socks5h://host'],
		['a scheme with signs', 'postgres+ssl://admin:pw@db.example/tasks', 'postgres+ssl://db.example/tasks'],
		['an IPv4 host', 'http://user:pw@127.0.0.1:46407', 'http://127.0.0.1:46407'],
		['an IPv6 host', 'http://user:pw@[::1]:8080/x', 'http://[::1]:8080/x'],
		['@ in the password', 'http://user:p@ss@w@host/x', 'http://host/x'],
		['a slash in the password', 'http://user:pa/ss@host/x', 'http://host/x'],
		['a question mark in the password', 'http://user:pa?s#s@host/x', 'http://host/x'],
		['a Windows domain', 'http://CORP\\alice:pw@proxy:8080', 'http://proxy:8080'],
		['signs in the password', "http://user:a!$&'()*+,;=b@host", 'http://host'],
		['letters beyond ASCII', 'http://müller:pässwört@host', 'http://host'],
		['a full stop after it', 'It was http://user:pw@host.', 'It was http://host.'],
		['brackets around it', '(http://user:pw@host:80), <http://user:pw@host>', '(http://host:80), <http://host>'],
		['quotation marks around it', '{"proxy":"http://user:pw@host","mail":"a@b.example"}', '{"proxy":"http://host","mail":"a@b.example"}'],
		['escaped slashes', '{"url":"http:\\/\\/user:pw@host\\/x"}', '{"url":"http:\\/\\/host\\/x"}'],
		['several URLs', 'http://a:b@one, http://c:d@two and https://e@three', 'http://one, http://two and https://three'],
		['several URLs without spaces', 'http://a:b@one,http://c:d@two;https://e@three', 'http://one,http://two;https://three'],
		['a URL and an e-mail address', 'http://user:pw@host or mail a@b.example', 'http://host or mail a@b.example'],
		['lines', 'http://a:b@one\nhttp://c:d@two\r\nx', 'http://one\nhttp://two\r\nx'],
		['an encoded URL', 'x?to=http%3A%2F%2Fuser%3Apw%40host%2Fx&mail=a%40b', 'x?to=http%3A%2F%2Fhost%2Fx&mail=a%40b'],
		['a URL encoded twice', 'x?to=http%253a%252f%252fuser%253apw%2540host', 'x?to=http%253a%252f%252fhost'],
		[
			'an editor’s list of proxies',
			'Failed to establish a socket connection to proxies: PROXY office:let-me-out@127.0.0.1:46407',
			'Failed to establish a socket connection to proxies: PROXY 127.0.0.1:46407',
		],
		[
			'a list of several',
			'proxies: PROXY a:b@one:1; SOCKS5 c:d@two:2; HTTPS e:f@[::1]:3; DIRECT',
			'proxies: PROXY one:1; SOCKS5 two:2; HTTPS [::1]:3; DIRECT',
		],
		['a list without ports', 'PROXY user:pw@host', 'PROXY host'],
		['a list with a user name alone', 'SOCKS token@host:1080', 'SOCKS host:1080'],
		['a list with @ in the password', 'PROXY user:p@ss@host:1', 'PROXY host:1'],
		['a list with a space in the password', 'PROXY user:let me@host:1 failed', 'PROXY host:1 failed'],
		['a list with a slash in the password', 'PROXY user:a/b?c@host:1', 'PROXY host:1'],
		['what stands after “proxy”', 'proxy user:pw@host:3128 refused', 'proxy host:3128 refused'],
		['what stands after “proxy:”', 'The proxy: user:pw@host.', 'The proxy: host.'],
		['what stands after “Proxy server”', "Proxy server 'user:pw@host' refused", "Proxy server 'host' refused"],
		['an environment variable', 'https_proxy=user:pw@host', 'https_proxy=host'],
		['an address without a scheme', 'connect user:p@w@gate.example:3128: refused', 'connect gate.example:3128: refused'],
		['an IPv6 address without a scheme', 'connect user:pw@[fe80::1%25eth0]:3128', 'connect [fe80::1%25eth0]:3128'],
		['an IPv4 address without a port', 'connect user:pw@10.0.0.1. Failed', 'connect 10.0.0.1. Failed'],
		['an IPv6 address without a port', 'connect user:pw@[::1] failed', 'connect [::1] failed'],
		['an address in Chinese text', '连接失败：user:pw@host:80', '连接失败：host:80'],
		['two slashes without a scheme', 'from //user:pw@host:80/x', 'from //host:80/x'],
		['an encoded scheme before a plain @', 'x?to=https%3A%2F%2Fuser:pw@host/x', 'x?to=https%3A%2F%2Fhost/x'],
		['an encoded colon before plain slashes', 'x?to=https%3A//user:pw@host/x', 'x?to=https%3A//host/x'],
		['encoded slashes after a plain colon', 'x?to=https:%2F%2Fuser:pw@host', 'x?to=https:%2F%2Fhost'],
		['a password that was encoded before its URL', 'x?to=http%3A%2F%2Fuser%3Ap%252Fw%40host', 'x?to=http%3A%2F%2Fhost'],
		['a header', 'Proxy-Authorization: Basic dXNlcjpwYXNz\r\nVia: x', 'Proxy-Authorization: Basic\r\nVia: x'],
		['a header in another case', 'proxy-authorization:BASIC dXNlcjpwYXNzOg==', 'proxy-authorization:BASIC'],
		['a header in JSON', '{"Authorization":"Basic dXNlcjpwYXNz","a":1}', '{"Authorization":"Basic","a":1}'],
		['a header in escaped JSON', '{\\"authorization\\":\\"basic dXNlcjpwYXNz\\"}', '{\\"authorization\\":\\"basic\\"}'],
		['a header in a list', '["Host","x","Authorization","Basic dXNlcjpwYXNz"]', '["Host","x","Authorization","Basic"]'],
		['those of each URL in a list', 'http://a:b@one:1,c:d@two.example;e:f@three', 'http://one:1,two.example;three'],
		['those of one URL in a list', 'http://one:1,c:d@two:2', 'http://one:1,two:2'],
		['those of each address after “proxies”', 'proxies: a:b@one:1, c:d@two.example; e:f@three', 'proxies: one:1, two.example; three'],
		[
			'those of each address of a variable',
			'https_proxy=a:b@one.example;c:d@two,http://e:f@three',
			'https_proxy=one.example;two,http://three',
		],
		['those of each address in a list of one type', 'PROXY a:b@one:1,c:d@two.example', 'PROXY one:1,two.example'],
		['those of each address without a scheme', 'a:b@one:1;c:d@two:2,e:f@[::1]', 'one:1;two:2,[::1]'],
		['a password with the signs of a list', 'http://user:1,2;p@s,s@host', 'http://host'],
	] as const) {
		it(`removes ${name}`, () => assert.equal(withoutCredentials(text), expected));
	}

	for (const text of [
		'Write to support@kling.example, or mailto:help@kling.example.',
		'Contact:support@kling.example',
		'See https://kling.example:8080 or mail support@kling.example',
		'https://kling.example/@user/video and https://kling.example:443/a@b?c=d@e#f@g',
		'https://kling.example?mail=a@b.example',
		'https://[::1]:80/x@y',
		'请查看https://kling.example，或联系support@kling.example。',
		'The proxy admin@corp.example knows: ask it@corp.example',
		'PROXY host:8080; DIRECT. Ask it@corp.example',
		'PROXY error: write to it@corp.example',
		'the proxy host:8080 is down, ask it@corp.example',
		'connect ECONNREFUSED 127.0.0.1:4012',
		'(见https://kling.example)support@kling.example',
		'(https://kling.example:443)support@kling.example',
		'https://kling.example,support@kling.example;it@corp.example',
		'x?to=https%3A%2F%2Fkling.example,support@kling.example',
		'error:bob@x.example:25 and mailto:bob@x.example:25',
		'tag@sha256:12345 and image:tag@sha256:12345',
		'image:1.2@sha256:12ab34',
		'a:x@1.2.3.4.5 and a:x@1.2.3.4-beta',
		'Authorization: Basic authentication failed',
		'Proxy-Authorization: basic credentials required',
		'npm:react@18.2.0 and git@github.example:kling/tasks.git',
		'image_list[0]: at 12:30 @ 3:45, 100%40',
		'',
	]) {
		it(`keeps: ${text}`, () => assert.equal(withoutCredentials(text), text));
	}

	it('removes any password in front of any host', () => {
		const name = fc.stringMatching(/^[A-Za-z0-9._~\\%-]{1,12}$/);
		const password = fc.oneof(
			fc.stringMatching(/^Q[A-Za-z0-9._~!$&()*+,=:%@-]{8,30}Q$/),
			fc.stringMatching(/^Q[A-Za-z0-9._~!$&()*+,=:%/?#-]{8,30}Q$/),
		);
		const scheme = fc.constantFrom('http://', 'HTTPS://', 'socks5://', 'PROXY ', 'proxy ');
		const hostName = fc.constantFrom('host:80', 'gate.example:3128', '127.0.0.1:1', '[::1]:8080');
		fc.assert(
			fc.property(scheme, name, password, hostName, (before, user, secret, address) => {
				// Otherwise it cannot be told from a list of addresses.
				fc.pre(!/@[\w.-]+(?::\d+)?,[^@]*:/.test(secret));
				assert.equal(withoutCredentials(`x ${before}${user}:${secret}@${address}`), `x ${before}${address}`);
			}),
		);
	});
});
