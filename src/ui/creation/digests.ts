import { createHash, createHmac } from 'node:crypto';
import type { Hmac } from '../../creation/ports/identity';

/** The SHA-256 of a UTF-8 text, in hexadecimal digits. */
export function sha256OfText(text: string): string {
	return createHash('sha256').update(text).digest('hex');
}

/** HMAC-SHA-256. */
export const hmacSha256: Hmac = (key, text) => createHmac('sha256', key).update(text).digest();
