import { hostOf } from '../core/origin';
import type { Clock } from '../tracking/ports/host';
import type { Stores } from '../tracking/ports/stores';
import type { ApiKeyStore } from './apiKey/apiKeyStore';

/** How many hosts a question names. */
const mostNamed = 10;

/** The hosts of APIs in a question: "a.example, b.example", with "…" if there are more than it names. */
export function hostsText(origins: readonly string[]): string {
	return origins.slice(0, mostNamed).map(hostOf).join(', ') + (origins.length > mostNamed ? ' …' : '');
}

/**
 * Pauses the APIs that have no key, so that nothing is sent to a host that only a file has named. Keys may have been set since the person was
 * asked about them.
 * @returns the origins that have a key
 */
export async function pauseKeyless(
	origins: readonly string[],
	{ keys, store, clock }: { readonly keys: Pick<ApiKeyStore, 'origins'>; readonly store: Pick<Stores, 'origins'>; readonly clock: Clock },
): Promise<ReadonlySet<string>> {
	const withKey = new Set(await keys.origins());
	for (const origin of origins.filter((one) => !withKey.has(one))) {
		await store.origins.pause(origin, 'noKey', clock.now());
	}
	return withKey;
}
