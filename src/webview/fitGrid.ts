/** The space for a grid of pictures, px. */
export interface GridSpace {
	readonly width: number;
	readonly height: number;
	/** Between pictures, in both directions. */
	readonly gap: number;
	/** Height of the line above each picture. */
	readonly line: number;
}

/** Pictures smaller than a square of this side (px) are scrolled instead of fitted. */
const leastSide = 96;
/** The width of a picture (px) in a grid that is scrolled. */
const scrolledWidth = 200;

/** A grid of pictures, px. */
export interface Grid {
	/** Of each picture. */
	readonly widths: readonly number[];
	/** Of the widest row, which is where the rows wrap. */
	readonly width: number;
}

/**
 * The widths at which pictures of different proportions fill rows without empty bars: every picture of a row has the same height. Among all
 * numbers of columns, the one with the largest pictures that fit the space; if they would be too small, rows of a usual width that are
 * scrolled.
 * @param ratios width divided by height of each picture
 */
export function fitGrid(ratios: readonly number[], space: GridSpace): Grid {
	const [best] = ratios.map((_, index) => rowsOf(ratios, index + 1, space)).toSorted((a, b) => worthOf(b) - worthOf(a));
	if (best === undefined) {
		return { widths: [], width: 0 };
	}
	const least = Math.min(...best.flat().map(({ width, height }) => Math.sqrt(width * height)));
	const columns = Math.min(Math.max(Math.floor(space.width / scrolledWidth), 1), ratios.length);
	const rows = least >= leastSide || ratios.length === 1 ? best : rowsOf(ratios, columns, { ...space, height: Infinity });
	const widths = rows.map((row) => row.map(({ width }) => Math.floor(width)));
	return { widths: widths.flat(), width: Math.max(...widths.map((row) => sum(row) + space.gap * (row.length - 1))) };
}

interface Picture {
	readonly width: number;
	readonly height: number;
}

function rowsOf(ratios: readonly number[], columns: number, { width, height, gap, line }: GridSpace): readonly (readonly Picture[])[] {
	const rows: (readonly number[])[] = [];
	for (let start = 0; start < ratios.length; start += columns) {
		rows.push(ratios.slice(start, start + columns));
	}
	const full = rows.map((row) => Math.max(0, width - gap * (row.length - 1)) / sum(row));
	// The pictures of an incomplete last row are not larger than those of the others.
	const highest = rows.length > 1 && rows.at(-1)?.length !== columns ? Math.max(...full.slice(0, -1)) : Infinity;
	const heights = full.map((one) => Math.min(one, highest));
	const free = height - rows.length * line - gap * (rows.length - 1);
	const scale = Math.min(1, Math.max(leastSide, free) / Math.max(1, sum(heights)));
	return rows.map((row, index) => row.map((ratio) => pictureOf(ratio, (heights[index] ?? 0) * scale)));
}

function pictureOf(ratio: number, height: number): Picture {
	return { width: ratio * height, height };
}

/** The area of the pictures; of nearly equal grids the one with full rows is preferred. */
function worthOf(rows: readonly (readonly Picture[])[]): number {
	const pictures = rows.flat();
	const filled = pictures.length / (rows.length * (rows[0]?.length ?? 1));
	return sum(pictures.map(({ width, height }) => width * height)) * filled ** 2;
}

function sum(numbers: readonly number[]): number {
	return numbers.reduce((total, one) => total + one, 0);
}
