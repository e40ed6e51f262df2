import { operationKey, type OperationPath } from '../core/operation';
import { microDollars, unitKindOf, type UnitKind } from '../core/unitPrice';
import { findBodySchema } from './bodySchemas';
import { isEdit, isFromImage, videoClass, wordOf } from './priceClass';
import { avatarRate, callPrices, expansionPrice, imagePrices, lipSyncRate, priceDate, videoRates, type Rate } from './priceTable';
import type { ResolvedObject } from './resolvedValue';

/** Where a figure is from. Both are estimates: what is charged is known only when a task has finished. */
type PriceSource =
	/** Kling's list price of `date` (`2026-09-20`); the gateway may charge otherwise. */
	| { readonly kind: 'list'; readonly date: string }
	/** The median of what the last `count` tasks of the same class were charged. */
	| { readonly kind: 'learned'; readonly count: number };

/** What a request costs. Units have at most two decimals. */
export type Price =
	| {
			readonly kind: 'known';
			readonly unitKind: UnitKind;
			/** Never added to units of the other kind. */
			readonly units: number;
			/** US dollars at the list price of a unit. */
			readonly dollars: number;
			/** How many tasks it is for. */
			readonly tasks: number;
			readonly source: PriceSource;
	  }
	/** Charged by the length of a video or sound that the body does not say. */
	| {
			readonly kind: 'byLength';
			readonly unitKind: UnitKind;
			/** For every `seconds` seconds. */
			readonly units: number;
			readonly dollars: number;
			readonly seconds: number;
			readonly tasks: number;
			readonly source: PriceSource;
	  }
	| { readonly kind: 'unknown'; readonly reason: 'operation' | 'notListed' };

/** Of the learned figures, the newest that count. */
const mostLearned = 20;

/**
 * Estimates what one task costs.
 * @param body with its expressions replaced
 * @param learned `final_unit_deduction` of the last tasks of the same class (see priceClass), the newest one last; they replace the list price
 */
export function estimatePrice(operation: OperationPath, body: ResolvedObject, learned: readonly number[]): Price {
	const figures = learned.filter((units) => Number.isFinite(units) && units >= 0).slice(-mostLearned);
	if (figures.length > 0) {
		return known(unitKindOf(operation), median(figures), { kind: 'learned', count: figures.length });
	}
	return findBodySchema(operation) === undefined ? { kind: 'unknown', reason: 'operation' } : listPrice(operation, body);
}

/** The price of several takes. Exact to a hundredth of a unit. */
export function priceOfTakes(price: Price, count: number): Price {
	if (price.kind === 'unknown') {
		return price;
	}
	const hundredths = hundredthsOf(price.units) * count;
	return { ...price, ...amount(price.unitKind, hundredths), tasks: price.tasks * count };
}

/**
 * What tasks of one operation cost together, which may differ by their takes. Exact to a hundredth of a unit.
 * @param prices of one task each, at least one
 */
export function totalPrice(prices: readonly Price[]): Price {
	const [first = { kind: 'unknown', reason: 'notListed' }, ...others] = prices;
	const total = priceOfTakes(first, prices.length);
	if (total.kind === 'unknown' || others.every((price) => isSamePrice(price, first))) {
		return total;
	}
	const hundredths = prices.reduce((sum, price) => sum + (price.kind === 'known' ? hundredthsOf(price.units) : NaN), 0);
	return Number.isNaN(hundredths)
		? { kind: 'unknown', reason: 'notListed' }
		: { ...total, ...amount(total.unitKind, hundredths), kind: 'known' };
}

function isSamePrice(one: Price, other: Price): boolean {
	return one.kind === other.kind && (one.kind === 'unknown' || other.kind === 'unknown' || one.units === other.units);
}

/** Hundredths of a unit: binary fractions cannot hold 0.1 + 0.2. */
function hundredthsOf(units: number): number {
	return Math.round(units * 100);
}

function amount(unitKind: UnitKind, hundredths: number): { readonly units: number; readonly dollars: number } {
	return { units: hundredths / 100, dollars: (hundredths * microDollars[unitKind]) / 1_000_000 };
}

function known(unitKind: UnitKind, hundredths: number | undefined, source: PriceSource): Price {
	return hundredths === undefined
		? { kind: 'unknown', reason: 'notListed' }
		: { kind: 'known', unitKind, ...amount(unitKind, hundredths), tasks: 1, source };
}

function byLength(hundredths: number | undefined, seconds: number): Price {
	return hundredths === undefined
		? { kind: 'unknown', reason: 'notListed' }
		: { kind: 'byLength', unitKind: 'video', ...amount('video', hundredths), seconds, tasks: 1, source: list };
}

const list: PriceSource = { kind: 'list', date: priceDate };

/** The middle figure, or the mean of the two in the middle, in hundredths. */
function median(units: readonly number[]): number {
	const sorted = units.map(hundredthsOf).sort((a, b) => a - b);
	const middle = Math.floor(sorted.length / 2);
	const upper = sorted[middle] ?? 0;
	return sorted.length % 2 === 1 ? upper : Math.round((upper + (sorted[middle - 1] ?? upper)) / 2);
}

function listPrice(operation: OperationPath, body: ResolvedObject): Price {
	const key = operationKey(operation);
	const word = (field: string): string => wordOf(operation, body, field) ?? '';
	switch (key) {
		case 'videos/text2video':
		case 'videos/image2video':
			return known('video', times(videoRate(operation, body), secondsOf(word('duration'))), list);
		case 'videos/omni-video':
			return isEdit(body)
				? byLength(videoRate(operation, body), 1)
				: known('video', times(videoRate(operation, body), secondsOf(word('duration'))), list);
		case 'videos/motion-control':
			return byLength(videoRate(operation, body), 1);
		case 'videos/avatar/image2video':
			return byLength(ofMode(avatarRate, word('mode')), 1);
		case 'videos/lip-sync':
		case 'videos/advanced-lip-sync':
			return byLength(lipSyncRate, 5);
		case 'images/generations':
		case 'images/multi-image2image':
		case 'images/omni-image':
			return known('image', times(imagePrice(key, operation, body), imageCount(operation, body)), list);
		case 'images/editing/expand':
			return known('image', times(expansionPrice, wholeNumber(word('n'))), list);
		default:
			return known('video', Object.hasOwn(callPrices, key) ? callPrices[key as keyof typeof callPrices] : undefined, list);
	}
}

function times(hundredths: number | undefined, count: number | undefined): number | undefined {
	return hundredths === undefined || count === undefined ? undefined : hundredths * count;
}

/** A second of a video. */
function videoRate(operation: OperationPath, body: ResolvedObject): number | undefined {
	const model = wordOf(operation, body, 'model_name') ?? '';
	const rates: Readonly<Partial<Record<string, Rate>>> | undefined = Object.hasOwn(videoRates, model)
		? videoRates[model as keyof typeof videoRates]
		: undefined;
	return ofMode(rates?.[videoClass(operation, body)], wordOf(operation, body, 'mode') ?? '');
}

function ofMode(rate: Rate | undefined, mode: string): number | undefined {
	return mode === 'std' || mode === 'pro' || mode === '4k' ? rate?.[mode] : undefined;
}

/** `"5"`; undefined for anything that is no whole number of seconds that somebody sells. */
function secondsOf(text: string): number | undefined {
	return /^[1-9]\d?$/.test(text) ? Number(text) : undefined;
}

function wholeNumber(text: string): number | undefined {
	return /^[1-9]$/.test(text) ? Number(text) : undefined;
}

/** How many images are made; undefined if the model decides. */
function imageCount(operation: OperationPath, body: ResolvedObject): number | undefined {
	const isSeries = wordOf(operation, body, 'result_type') === 'series';
	return wholeNumber(wordOf(operation, body, isSeries ? 'series_amount' : 'n') ?? '');
}

function imagePrice(key: keyof typeof imagePrices, operation: OperationPath, body: ResolvedObject): number | undefined {
	const models: Readonly<Record<string, Partial<Record<'text' | 'fromImage', Readonly<Record<string, number>>>>>> = imagePrices[key];
	const model = wordOf(operation, body, 'model_name') ?? '';
	const given = key === 'images/multi-image2image' || isFromImage(body) ? 'fromImage' : 'text';
	const prices = Object.hasOwn(models, model) ? models[model]?.[given] : undefined;
	const resolution = wordOf(operation, body, 'resolution') ?? '1k';
	return prices !== undefined && Object.hasOwn(prices, resolution) ? prices[resolution] : undefined;
}
