// The grid of log-time on which distributions of durations are added up.
import { clamp } from './clamp';
import type { Hump } from './logMixture';
import { densityOf } from './logMixture';

/** Half a second to four hours (ms), in steps of 5 %. */
export const shortest = 500;
export const longest = 4 * 3_600_000;
const start = Math.log(shortest);
const step = 0.05;
export const bins = Math.ceil((Math.log(longest) - start) / step);
/** The edges of the bins, ms. */
export const edges: readonly number[] = Array.from({ length: bins + 1 }, (_, index) => Math.exp(start + index * step));

/** Adds `share` of a distribution of log-time to the mass in each bin. */
export function addHumps(mass: number[], humps: readonly Hump[], share: number): void {
	const densities = Array.from({ length: bins }, (_, bin) => densityOf(humps, start + (bin + 0.5) * step));
	// What lies outside the grid is spread over it.
	const unit = share / densities.reduce((sum, density) => sum + density, 0);
	densities.forEach((density, bin) => {
		mass[bin] = (mass[bin] ?? 0) + unit * density;
	});
}

/** The last bin whose left edge's value fulfils `holds`, by binary search; `holds` must be true up to some edge and false from there on. */
export function lastBin(values: readonly number[], holds: (value: number) => boolean): number {
	let low = 0;
	let high = bins - 1;
	while (low < high) {
		const middle = Math.ceil((low + high) / 2);
		if (holds(values[middle] ?? 0)) {
			low = middle;
		} else {
			high = middle - 1;
		}
	}
	return low;
}

/** The position of a time (ms) in the grid; times outside are clamped to its edges. */
export function positionOf(ms: number): { readonly bin: number; readonly part: number } {
	if (ms <= (edges[0] ?? 0)) {
		return { bin: 0, part: 0 };
	}
	const bin = Math.min(Math.floor((Math.log(ms) - start) / step), bins - 1);
	const [left = 0, right = 0] = [edges[bin], edges[bin + 1]];
	return { bin, part: clamp((ms - left) / (right - left), 0, 1) };
}

/** Interpolates between the values at a bin's two edges. */
export function valueAt(values: readonly number[], bin: number, part: number): number {
	return (values[bin] ?? 0) * (1 - part) + (values[bin + 1] ?? 0) * part;
}

export function timeAt(bin: number, part: number): number {
	const [left = 0, right = 0] = [edges[bin], edges[bin + 1]];
	return left + (right - left) * clamp(part, 0, 1);
}
