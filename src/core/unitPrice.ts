import type { OperationPath } from './operation';

/** Units of videos and sounds, and units of images, are different things; dollars of both can be added. */
export type UnitKind = 'video' | 'image';

/**
 * Millionths of a dollar for a hundredth of a unit: a unit of videos is $0.14, one of images $0.0035, by Kling's list prices of the day in
 * requests/priceTable.ts.
 */
export const microDollars = { video: 1_400, image: 35 } as const satisfies Readonly<Record<UnitKind, number>>;

/** What the tasks of an operation are charged in. */
export function unitKindOf({ action }: Pick<OperationPath, 'action'>): UnitKind {
	return action === 'images' ? 'image' : 'video';
}

/** Units with their list price, US dollars. */
export function pricedUnits(
	unitKind: UnitKind,
	units: number,
): { readonly unitKind: UnitKind; readonly units: number; readonly dollars: number } {
	return { unitKind, units, dollars: (Math.round(units * 100) * microDollars[unitKind]) / 1_000_000 };
}

/** What a response says that a task cost (`final_unit_deduction`); undefined if that can be no cost. */
export function unitsOf(unitsDeducted: string | undefined): number | undefined {
	const units = Number(unitsDeducted ?? NaN);
	return Number.isFinite(units) && units >= 0 ? units : undefined;
}
