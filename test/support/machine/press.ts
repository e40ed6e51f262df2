import { createHash, createHmac } from 'node:crypto';
import type { Creation } from '../../../src/creation/creation';
import { planOrder } from '../../../src/creation/planning';
import type { Installation } from '../../../src/creation/ports/identity';
import type { MediaCopies } from '../../../src/creation/ports/mediaCopies';
import type { ResolvedObject, ResolvedValue } from '../../../src/requests/resolvedValue';
import { unitKey } from '../../../src/requests/unitKey';
import type { Stores } from '../../../src/tracking/ports/stores';
import type { Order } from './orders';

/** What one press of Run needs of a window. */
export interface PressParts {
	readonly store: Stores;
	readonly media: MediaCopies;
	readonly installation: Installation;
	/** Ms since 1970. */
	readonly now: () => number;
	readonly newId: () => string;
}

/** The string of a body that stands for the image. */
export const imageMark = '<image>';

/**
 * What the flow of Run does once it is confirmed, without its dialog: copies, identity, journal. Resolves when that is on the disk.
 * @throws when it cannot be planned
 */
export async function pressRun(order: Extract<Order, { do: 'press' }>, parts: PressParts): Promise<readonly Creation[]> {
	const { origin, action, action2, takes } = order;
	const image = order.image === undefined ? undefined : Buffer.from(order.image, 'base64');
	if (image !== undefined) {
		const problem = await parts.media.put(image, sha256(image));
		if (problem !== undefined) {
			throw new Error(`The image was not copied: ${problem.kind}`);
		}
	}
	const parsed: unknown = JSON.parse(order.body);
	const body = resolved(parsed, image);
	if (body.kind !== 'object') {
		throw new TypeError('A body is an object.');
	}
	const installation = await parts.installation.id();
	const planned = await parts.store.creations.plan(
		planOrder(
			{
				operation: { origin, action, action2 },
				unitKey: keyOf(origin, `${action}/${action2}`, body),
				count: takes,
				now: parts.now(),
				bodyOf: () => body,
				source: { uri: order.uri, text: order.body },
			},
			{ installation, hmac, newId: parts.newId },
		),
	);
	if (planned.kind !== 'planned') {
		throw new Error(`Nothing was planned: ${planned.kind}`);
	}
	await parts.store.creations.flush();
	return planned.creations;
}

function keyOf(origin: string, operation: string, body: ResolvedObject): string {
	const key = unitKey({ origin, operation, body }, sha256);
	if (key === undefined) {
		throw new Error('A file of the body is not known.');
	}
	return key;
}

/** Plain JSON as a resolved body. */
function resolved(value: unknown, image: Buffer | undefined): ResolvedValue {
	if (typeof value === 'string') {
		return value === imageMark && image !== undefined
			? {
					kind: 'media',
					path: './image.png',
					facts: { kind: 'image', type: 'png', size: image.length, sha256: sha256(image), width: 640, height: 480 },
				}
			: { kind: 'string', value };
	}
	if (typeof value === 'object' && value !== null) {
		return { kind: 'object', entries: Object.entries(value).map(([key, inner]) => [key, resolved(inner, image)] as const) };
	}
	throw new TypeError(`Not in these bodies: ${String(value)}`);
}

function sha256(data: string | Uint8Array): string {
	return createHash('sha256').update(data).digest('hex');
}

function hmac(key: Uint8Array, text: string): Uint8Array {
	return createHmac('sha256', key).update(text).digest();
}
