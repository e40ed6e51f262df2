import { l10n } from 'vscode';
import type { Price } from '../../../requests/price';

/** The price of a request in the few words of a lens: `≈ 4.5 units ($0.63)`. */
export function priceLabel(price: Price): string {
	switch (price.kind) {
		case 'unknown':
			return l10n.t('price unknown');
		case 'known':
			return l10n.t({
				message: '≈ {0} units (${1})',
				args: [price.units, dollarText(price.dollars)],
				comment: ['{0} is a number of billing units of Kling, {1} an amount of US dollars.'],
			});
		case 'byLength':
			return price.seconds === 1
				? l10n.t({
						message: '≈ {0} units per second (${1})',
						args: [price.units, dollarText(price.dollars)],
						comment: ['{0} is a number of billing units of Kling, {1} an amount of US dollars.'],
					})
				: l10n.t({
						message: '≈ {0} units per {1} seconds (${2})',
						args: [price.units, price.seconds, dollarText(price.dollars)],
						comment: ['{0} is a number of billing units of Kling, {1} a number of seconds, {2} an amount of US dollars.'],
					});
	}
}

/** The price of a request on the button that spends it: `≈ 4.0 units ($0.56 list price)`. */
export function runPriceLabel(price: Price | undefined): string {
	if (price === undefined || price.kind === 'unknown') {
		return l10n.t('price unknown');
	}
	const units = unitText(price.units);
	const dollars = dollarText(price.dollars);
	if (price.kind === 'known') {
		return l10n.t({
			message: '≈ {0} units (${1} list price)',
			args: [units, dollars],
			comment: ['{0} is a number of billing units of Kling, {1} an amount of US dollars.'],
		});
	}
	return price.seconds === 1
		? l10n.t({
				message: '≈ {0} units per second (${1} list price)',
				args: [units, dollars],
				comment: ['{0} is a number of billing units of Kling, {1} an amount of US dollars.'],
			})
		: l10n.t({
				message: '≈ {0} units per {1} seconds (${2} list price)',
				args: [units, price.seconds, dollars],
				comment: ['{0} is a number of billing units of Kling, {1} a number of seconds, {2} an amount of US dollars.'],
			});
}

/** At least one decimal: an estimate is no count. */
function unitText(units: number): string {
	return Number.isInteger(units) ? units.toFixed(1) : String(units);
}

/** Where a price is from and what it is worth, in whole sentences. */
export function priceExplanation(price: Price): string {
	if (price.kind === 'unknown') {
		return price.reason === 'operation'
			? l10n.t('The price is unknown: nothing is known of this operation.')
			: l10n.t('The price is unknown: Kling’s list has none for this model and these settings.');
	}
	const { source, tasks } = price;
	const origin =
		source.kind === 'list'
			? l10n.t({
					message: 'An estimate from Kling’s list prices of {0}. The gateway may charge otherwise.',
					args: [source.date],
					comment: ['{0} is a date such as 2026-09-20.'],
				})
			: source.count === 1
				? l10n.t('An estimate: what your last task of this kind was charged, in dollars of Kling’s list price.')
				: l10n.t({
						message: 'An estimate: the median of what your last {0} tasks of this kind were charged, in dollars of Kling’s list price.',
						args: [source.count],
						comment: ['{0} is a number above 1.'],
					});
	const length = price.kind === 'byLength' ? l10n.t('The length of the video or sound decides the price.') : undefined;
	const takes =
		tasks > 1 ? l10n.t({ message: 'It is the price of all {0} takes.', args: [tasks], comment: ['{0} is a number above 1.'] }) : undefined;
	return [origin, length, takes].filter((sentence) => sentence !== undefined).join(' ');
}

/** Two decimals; below ten cents as many as the amount has, up to four. */
export function dollarText(dollars: number): string {
	return dollars >= 0.1 || dollars === 0 ? dollars.toFixed(2) : String(Number(dollars.toFixed(4)));
}
