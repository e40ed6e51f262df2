import type { Hmac } from './ports/identity';

const digits = 'abcdefghijklmnopqrstuvwxyz234567';
const prefix = 'kt-';
/** 130 bits. */
const length = 26;

/** What an external ID is made of: it differs between installations, which may share an account, and between takes. */
export interface TakeOfUnit {
	/** `https://api.cometapi.com`. */
	readonly origin: string;
	/** See requests/unitKey.ts. */
	readonly unitKey: string;
	/** From 1 on. */
	readonly take: number;
	/** See `PlanOrder.details`; empty: none. */
	readonly salt?: string;
}

/**
 * The external ID of a take: `kt-` and the first 26 base32 characters (RFC 4648, lower case) of the HMAC-SHA-256 of origin, unit and take.
 * @param installation its 32 bytes; see `Installation`
 */
export function externalTaskId(installation: Uint8Array, { origin, unitKey, take, salt = '' }: TakeOfUnit, hmac: Hmac): string {
	const parts = [origin, unitKey, take, ...(salt === '' ? [] : [salt])];
	return prefix + base32(hmac(installation, JSON.stringify(parts))).slice(0, length);
}

/** Without padding. */
function base32(bytes: Uint8Array): string {
	let text = '';
	let [buffer, bits] = [0, 0];
	for (const byte of bytes) {
		buffer = (buffer << 8) | byte;
		bits += 8;
		while (bits >= 5) {
			bits -= 5;
			text += digits.charAt((buffer >> bits) & 31);
		}
		buffer &= (1 << bits) - 1;
	}
	return bits === 0 ? text : text + digits.charAt((buffer << (5 - bits)) & 31);
}
