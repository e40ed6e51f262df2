import { fitGrid, type Grid, type GridSpace } from './fitGrid';
import type { MediaView } from './mediaView';

/** Between pictures, and between images, px. */
const gap = 16;
const imageGap = 8;
/** Height of the line above a picture with its distance, px; as in the style sheet. It is on images, and hidden for an only result. */
const line = 34;
/** Height of the line under a picture that is kept as a file, with its distance, px; as in the style sheet. */
const keepingLine = 28;
/** Kept free under the pictures, px. */
const margin = 16;
/** A picture and the one it was made from are side by side from this width on, px. */
const besideWidth = 520;

/** The width of an audio player, px. */
const audioWidth = 480;

/** Sizes the pictures of a task so that all of them fit into the window together with the actions above them. */
export class MediaLayout {
	readonly #body: HTMLElement;
	readonly #grid: HTMLElement;
	readonly #parentGrid: HTMLElement;

	/** @param body the container whose width the pictures may take */
	constructor(body: HTMLElement, grid: HTMLElement, parentGrid: HTMLElement) {
		this.#body = body;
		this.#grid = grid;
		this.#parentGrid = parentGrid;
	}

	fit(results: readonly MediaView[], parents: readonly MediaView[]): void {
		const top = this.#body.getBoundingClientRect().top + scrollY;
		const space: GridSpace = { width: this.#body.clientWidth, height: innerHeight - top - margin, gap, line };
		const [parent] = parents;
		if (parent === undefined) {
			this.#fitAlone(results, space);
			return;
		}
		const isBeside = space.width >= besideWidth;
		const half = { ...space, width: isBeside ? (space.width - gap) / 2 : space.width };
		setGrid(this.#parentGrid, [parent], fitGrid([ratioOf(parent, 16 / 9)], half), half.width);
		setGrid(this.#grid, results, fitGrid(ratiosOf(results), half), half.width);
	}

	#fitAlone(results: readonly MediaView[], space: GridSpace): void {
		const [only] = results;
		if (results.length !== 1 || only === undefined) {
			const below = results.some(({ hasKeeping }) => hasKeeping) ? keepingLine : 0;
			const own = results.every(isImage) ? { ...space, gap: imageGap, line: below } : { ...space, line: line + below };
			this.#grid.style.setProperty('--gap', `${own.gap}px`);
			setGrid(this.#grid, results, fitGrid(ratiosOf(results), own), space.width);
			return;
		}
		// An image is not shown larger than it is. Until it has loaded it is taken to be square, as in the style sheet: what is higher than the
		// window would be scrolled to.
		const { width } = fitGrid([ratioOf(only, isImage(only) ? 1 : 16 / 9)], { ...space, line: 0 });
		const own = Math.min(width, isImage(only) ? (only.size?.width ?? width) : width);
		setGrid(this.#grid, results, { widths: [own], width: own }, space.width);
	}
}

/** @param most the width that the grid may take, px */
function setGrid(grid: HTMLElement, views: readonly MediaView[], { widths, width }: Grid, most: number): void {
	for (const [index, view] of views.entries()) {
		view.setWidth(widths[index] ?? 0);
	}
	grid.style.setProperty('--grid-width', `${views.length === 0 ? Math.min(most, audioWidth) : width}px`);
}

/** Pictures of one task usually have the same proportions, so those that have not loaded are taken to be like the first that has. */
function ratiosOf(views: readonly MediaView[]): readonly number[] {
	const loaded = views.find(({ size }) => size !== undefined);
	const usual = loaded === undefined ? (views.every(isImage) ? 1 : 16 / 9) : ratioOf(loaded, 1);
	return views.map((view) => ratioOf(view, usual));
}

function isImage({ root }: MediaView): boolean {
	return root.classList.contains('image');
}

function ratioOf({ size }: MediaView, otherwise: number): number {
	return size === undefined || size.width <= 0 || size.height <= 0 ? otherwise : size.width / size.height;
}
