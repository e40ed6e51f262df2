import { createHash } from 'node:crypto';

/** Whether a request had a key, and whether the key is accepted. */
export type Authorization = 'absent' | 'correct' | 'wrong';

const hash = (key: string): string => createHash('sha256').update(key).digest('hex');

/** The accepted keys and the received ones, stored as hashes only. */
export class Keys {
	readonly #acceptAnyJwt: boolean;
	#accepted: ReadonlySet<string>;
	readonly #received = new Set<string>();

	constructor(accepted: readonly string[], acceptAnyJwt: boolean) {
		this.#accepted = new Set(accepted.map(hash));
		this.#acceptAnyJwt = acceptAnyJwt;
	}

	/** Replaces the accepted keys. */
	accept(keys: readonly string[]): void {
		this.#accepted = new Set(keys.map(hash));
	}

	/** Whether any request had this key. */
	saw(key: string): boolean {
		return this.#received.has(hash(key));
	}

	/** Checks an `Authorization` header and stores its key's hash. */
	judge(header: string | undefined): Authorization {
		if (header === undefined || header.trim() === '') {
			return 'absent';
		}
		const key = bearerKey(header);
		this.#received.add(hash(key ?? header));
		if (key === undefined) {
			return 'wrong';
		}
		return this.#accepted.has(hash(key)) || (this.#acceptAnyJwt && isJwt(key)) ? 'correct' : 'wrong';
	}
}

/** The key of `Bearer <key>`; undefined if the header has another form. */
export function bearerKey(header: string): string | undefined {
	return /^Bearer +(\S+) *$/i.exec(header)?.[1];
}

/** Three base64url parts, the first two JSON objects. The signature is not verified: there is no secret to verify it with. */
function isJwt(key: string): boolean {
	const parts = key.split('.');
	return parts.length === 3 && parts.every((part) => /^[\w-]+$/.test(part)) && parts.slice(0, 2).every(isJsonObject);
}

function isJsonObject(base64url: string): boolean {
	try {
		const value: unknown = JSON.parse(Buffer.from(base64url, 'base64url').toString('utf8'));
		return typeof value === 'object' && value !== null;
	} catch {
		return false;
	}
}
