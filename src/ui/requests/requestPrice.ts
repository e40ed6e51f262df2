import { estimatePrice, priceOfTakes, type Price } from '../../requests/price';
import { isPriceOpen, priceClass } from '../../requests/priceClass';
import { resolveRequest } from '../../requests/resolve';
import { readOrigin } from '../settings';
import type { ReadRequest } from './requestDocuments';
import type { RequestSession } from './requestSession';
import { dateOf } from './runValues';

/**
 * What all takes of a request will probably cost at the API of the base URL; undefined while a mistake keeps that from being known.
 * @param now ms since 1970
 */
export function priceOf({ parsed: { file }, facts }: ReadRequest, session: RequestSession | undefined, now: number): Price | undefined {
	const { body: whole, unfinished: body } = resolveRequest(file, facts, { take: 1, date: dateOf(now) });
	// A mistake in the prompt does not change the price.
	if (file.operation === undefined || body === undefined || (whole === undefined && isPriceOpen(body))) {
		return undefined;
	}
	const { path } = file.operation;
	const alike = priceClass(path, body);
	const origin = readOrigin();
	const learned = alike === undefined || !origin.ok ? [] : session?.learnedUnits(origin.origin, alike);
	return priceOfTakes(estimatePrice(path, body, learned ?? []), file.repeat.count);
}
