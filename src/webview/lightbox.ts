import type { PageMedia, PageWords } from '../shared/resultProtocol';
import { buttonRow, iconButton } from './buttons';
import { contextOf } from './contextMenu';
import { element, setAttribute, setText } from './dom';

/**
 * One image over the whole page. A modal dialog of the browser's: it keeps the focus inside, Escape closes it, and the focus then returns to
 * where it was. The arrow keys go to the other images of the task.
 */
export class Lightbox {
	readonly root = element('dialog', { class: 'lightbox' });
	readonly #key: string;
	readonly #counter = element('span', { class: 'name', id: 'lightbox-name', role: 'status' });
	readonly #image = element('img', { alt: '' });
	readonly #stage = element('div', { class: 'lightbox-stage' });
	readonly #previous: HTMLButtonElement;
	readonly #next: HTMLButtonElement;
	readonly #actualSize: HTMLButtonElement;
	readonly #buttons = buttonRow(element('div'), 'icons', 'lightbox-name');
	#images: readonly PageMedia[] = [];
	#shown: string | undefined;

	/** @param key the task's key, for the context menu */
	constructor(words: PageWords, key: string) {
		this.#key = key;
		this.#previous = iconButton('previous', words.previous, 'step previous');
		this.#next = iconButton('next', words.next, 'step next');
		this.#actualSize = iconButton('actualSize', words.actualSize);
		const close = iconButton('close', words.close);
		this.#stage.append(this.#image);
		this.root.append(
			element('div', { class: 'lightbox-bar' }, this.#counter, this.#buttons.root, this.#actualSize, close),
			this.#stage,
			this.#previous,
			this.#next,
		);
		setAttribute(this.root, 'aria-labelledby', this.#counter.id);
		this.#previous.addEventListener('click', () => this.#step(-1));
		this.#next.addEventListener('click', () => this.#step(1));
		this.#actualSize.addEventListener('click', () => this.#setActualSize(!this.#isActualSize));
		this.#image.addEventListener('click', () => this.#setActualSize(!this.#isActualSize));
		close.addEventListener('click', () => this.root.close());
		this.#stage.addEventListener('click', ({ target }) => {
			if (target === this.#stage) {
				this.root.close();
			}
		});
		this.root.addEventListener('close', () => (this.#shown = undefined));
		this.root.addEventListener('keydown', (event) => this.#press(event));
	}

	/** Shows an image; the others are reached from it. */
	open(id: string): void {
		this.#shown = id;
		this.#setActualSize(false);
		this.#draw();
		if (!this.root.open) {
			this.root.showModal();
			(this.#next.hidden ? this.#actualSize : this.#next).focus();
		}
	}

	/** Sets the images to step through. If the shown one is gone, the lightbox closes. */
	update(images: readonly PageMedia[]): void {
		this.#images = images;
		if (this.#shown === undefined) {
			return;
		}
		if (images.some(({ id }) => id === this.#shown)) {
			this.#draw();
		} else {
			this.root.close();
		}
	}

	get #isActualSize(): boolean {
		return this.root.classList.contains('actual');
	}

	#setActualSize(isActual: boolean): void {
		this.root.classList.toggle('actual', isActual);
		setAttribute(this.#actualSize, 'aria-pressed', String(isActual));
		// What can be scrolled can be reached by the keyboard.
		setAttribute(this.#stage, 'tabindex', isActual ? '0' : undefined);
		setAttribute(this.#stage, 'role', isActual ? 'group' : undefined);
		setAttribute(this.#stage, 'aria-labelledby', isActual ? this.#counter.id : undefined);
	}

	#draw(): void {
		const media = this.#images.find(({ id }) => id === this.#shown);
		if (media?.url === undefined) {
			return;
		}
		setText(this.#counter, media.label);
		setAttribute(this.#image, 'alt', media.label);
		setAttribute(this.#image, 'src', media.url);
		setAttribute(this.#stage, 'data-vscode-context', contextOf(this.#key, media.target));
		this.#buttons.update(media.buttons);
		this.#previous.hidden = this.#images.length < 2;
		this.#next.hidden = this.#images.length < 2;
	}

	/** Goes to another image; after the last comes the first. */
	#step(by: 1 | -1): void {
		const index = this.#images.findIndex(({ id }) => id === this.#shown);
		const next = this.#images[(index + by + this.#images.length) % this.#images.length];
		if (next !== undefined) {
			this.open(next.id);
		}
	}

	#press(event: KeyboardEvent): void {
		// In its actual size the arrow keys scroll the image.
		const scrolls = document.activeElement === this.#stage;
		if (event.altKey || event.ctrlKey || event.metaKey || event.shiftKey || scrolls) {
			return;
		}
		if (event.key === 'ArrowRight' || event.key === 'ArrowLeft') {
			event.preventDefault();
			this.#step(event.key === 'ArrowRight' ? 1 : -1);
		}
	}
}
