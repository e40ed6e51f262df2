import { getFips } from 'node:crypto';

type Headers = Readonly<Record<string, string>>;

/** A digest of a whole file that its server sent. */
export interface ServerDigest {
	/** A name that `crypto.createHash` knows. */
	readonly algorithm: 'md5' | 'sha256' | 'sha512';
	/** Hexadecimal, in lower case. */
	readonly expected: string;
}

const lengths = { md5: 16, sha256: 32, sha512: 64 } as const;

/**
 * The digests that a response states of the file. Not among them: an ETag, which is no digest of an object that was uploaded in parts or is
 * encrypted; CRC32C and CRC64, because who sends one sends an MD5 of everything that was not uploaded in parts.
 * - whole file, whatever part of it is sent: `Repr-Digest` (RFC 9530, 3), `Digest` (RFC 3230, 4.3.2), `x-goog-hash` (Google Cloud Storage),
 *   `x-amz-checksum-sha256` (Amazon S3; `…-2`: of parts, no digest of the file), `x-ms-blob-content-md5` (Azure)
 * - what is sent, so the file only if all of it is: `Content-Digest` (RFC 9530, 2), `Content-MD5` (RFC 2616, 14.15)
 *
 * None of MD5 where the system forbids that (FIPS).
 * @param isWhole whether the response is the whole file
 */
export function digestsOf(headers: Headers, isWhole: boolean): readonly ServerDigest[] {
	const stored = headers['x-goog-stored-content-encoding'];
	const found = [
		...structured(headers['repr-digest']),
		...listed(headers['digest']),
		// Google decodes what is stored encoded, and states the digest of what is stored.
		...(stored === undefined || stored === 'identity' ? listed(headers['x-goog-hash']) : []),
		...one('sha256', headers['x-amz-checksum-sha256']),
		...one('md5', headers['x-ms-blob-content-md5']),
		...(isWhole ? [...structured(headers['content-digest']), ...one('md5', headers['content-md5'])] : []),
	];
	return found.filter(
		({ algorithm, expected }, index) =>
			(algorithm !== 'md5' || getFips() === 0) &&
			found.slice(0, index).every((other) => other.algorithm !== algorithm || other.expected !== expected),
	);
}

const algorithms: Readonly<Record<string, ServerDigest['algorithm']>> = {
	md5: 'md5',
	'sha-256': 'sha256',
	'sha-512': 'sha512',
};

/** `sha-256=:BASE64:, sha-512=:BASE64:`, a dictionary of byte sequences (RFC 8941). */
function structured(header = ''): readonly ServerDigest[] {
	return Array.from(header.matchAll(/(?:^|,)\s*([a-z0-9-]+)=:([a-z0-9+/=]*):/gi)).flatMap(([, name, value]) => named(name, value));
}

/** `SHA-256=BASE64,md5=BASE64`. */
function listed(header = ''): readonly ServerDigest[] {
	return header.split(',').flatMap((entry) => {
		const [, name, value] = /^\s*([a-z0-9-]+)=(\S*)\s*$/i.exec(entry) ?? [];
		return named(name, value);
	});
}

function named(name = '', value: string | undefined): readonly ServerDigest[] {
	const algorithm = algorithms[name.toLowerCase()];
	return algorithm === undefined ? [] : one(algorithm, value);
}

/** None if a value cannot be a digest of this algorithm. */
function one(algorithm: ServerDigest['algorithm'], value: string | undefined): readonly ServerDigest[] {
	const base64 = value?.trim() ?? '';
	const bytes = Buffer.from(base64, 'base64');
	return /^[a-z0-9+/]+={0,2}$/i.test(base64) && bytes.length === lengths[algorithm] ? [{ algorithm, expected: bytes.toString('hex') }] : [];
}
