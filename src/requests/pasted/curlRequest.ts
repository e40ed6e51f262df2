import { shellWords, withoutCarets } from './shellWords';

/** What a curl command with a body, or of a POST request, would send. */
export interface CurlRequest {
	readonly isPost: boolean;
	readonly url: string;
	/** `Name: value` */
	readonly headers: readonly string[];
	/** As written; undefined without one. */
	readonly body: string | undefined;
	/** The name of the file from which the body would be read (`-d @request.json`). */
	readonly bodyFile: string | undefined;
	/** User names, passwords and tokens in options. */
	readonly secrets: readonly string[];
}

/** What an option's value is. Options that are missing here have none. */
const valueOptions: Readonly<Record<string, string>> = {
	...options('method', 'X request'),
	...options('header', 'H header'),
	...options('data', 'd data data-raw data-binary data-ascii json'),
	...options('url', 'url'),
	...options('secret', 'u user oauth2-bearer U proxy-user'),
	...options(
		'other',
		'A user-agent e referer b cookie c cookie-jar o output m max-time connect-timeout x proxy F form form-string T upload-file w write-out K config C continue-at D dump-header E cert cert-type cacert capath key key-type r range t telnet-option y speed-time Y speed-limit z time-cond Q quote P ftp-port retry retry-delay retry-max-time resolve interface data-urlencode limit-rate aws-sigv4 ciphers tls-max dns-servers noproxy proto max-redirs max-filesize trace trace-ascii stderr',
	),
};

function options(kind: string, names: string): Record<string, string> {
	return Object.fromEntries(names.split(' ').map((name) => [name, kind]));
}

/** Where a command may begin: at the beginning of a line, behind a prompt or in quotes. */
const curl = /(?<![\w./\\-])curl(?:\.exe)?(?=[\s^`\\])/g;

/** The requests of the curl commands in a text, in their order, without those that have neither POST nor a body. */
export function curlRequests(text: string): readonly CurlRequest[] {
	curl.lastIndex = 0;
	if (!curl.test(text)) {
		return [];
	}
	const read = /\^(?:\r?\n|["{])/.test(text) ? withoutCarets(text) : text;
	const requests: CurlRequest[] = [];
	curl.lastIndex = 0;
	while (curl.exec(read) !== null) {
		const command = shellWords(read, curl.lastIndex);
		const request = requestOf(command.words);
		if (request !== undefined) {
			requests.push(request);
		}
		curl.lastIndex = Math.max(curl.lastIndex, command.end);
	}
	return requests;
}

/** The request of a command's words; undefined if it is neither a POST nor has a body. */
function requestOf(words: readonly string[]): CurlRequest | undefined {
	const found: Record<string, string[]> = {};
	const urls: string[] = [];
	let isGet = false;
	for (let index = 0; index < words.length; index++) {
		const word = words[index] ?? '';
		if (!word.startsWith('-') || word === '-') {
			urls.push(word);
			continue;
		}
		const { name, value } = optionOf(word);
		isGet ||= name === 'G' || name === 'get' || name === 'I' || name === 'head';
		const kind = valueOptions[name];
		if (kind !== undefined) {
			(found[kind] ??= []).push(value ?? words[++index] ?? '');
		}
	}
	const { method = [], header = [], data = [], url = [], secret = [] } = found;
	const isPost = !isGet && (method.length > 0 ? method.at(-1)?.toUpperCase() === 'POST' : data.length > 0);
	const address = [...url, ...urls].find((one) => one.includes('/'));
	if ((!isPost && data.length === 0) || address === undefined) {
		return undefined;
	}
	const [first] = data;
	const isFile = first !== undefined && /^@./.test(first);
	return {
		isPost,
		url: address,
		headers: header,
		body: isFile ? undefined : data.length > 0 ? data.join('&') : undefined,
		bodyFile: isFile ? first.slice(1) : undefined,
		secrets: secret.map((text) => text.slice(text.indexOf(':') + 1)),
	};
}

/** An option's name and the value that is written without a space. Of letters in one word, the one that takes a value is last. */
function optionOf(word: string): { readonly name: string; readonly value: string | undefined } {
	if (word.startsWith('--')) {
		const [, name = '', value] = /^--([\w-]{1,40})(?:=([^]*))?$/.exec(word) ?? [];
		return { name, value };
	}
	for (let index = 1; index < Math.min(word.length, 20); index++) {
		const letter = word[index] ?? '';
		if (valueOptions[letter] !== undefined) {
			const value = word.slice(index + 1);
			return { name: letter, value: value === '' ? undefined : value };
		}
	}
	return { name: /[GI]/.exec(word)?.[0] ?? '', value: undefined };
}
