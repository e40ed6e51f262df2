import { estimatePrice, priceOfTakes, type Price } from '../../requests/price';
import { priceClass } from '../../requests/priceClass';
import { readOrigin } from '../settings';
import { bodyOf } from './runValues';
import type { ReadRequest } from './requestDocuments';
import type { RequestSession } from './requestSession';

/** What all takes of a request will probably cost at the API of the base URL; undefined while its body cannot be known. `now` in ms since 1970. */
export function priceOf({ parsed: { file }, facts }: ReadRequest, session: RequestSession | undefined, now: number): Price | undefined {
	const body = bodyOf(file, facts, 1, now);
	if (file.operation === undefined || body === undefined) {
		return undefined;
	}
	const { path } = file.operation;
	const alike = priceClass(path, body);
	const origin = readOrigin();
	const learned = alike === undefined || !origin.ok ? [] : session?.learnedUnits(origin.origin, alike);
	return priceOfTakes(estimatePrice(path, body, learned ?? []), file.repeat.count);
}
