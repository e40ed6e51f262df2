/** Functions that build and update the page. Text is always set as text, never as HTML. */

type Attributes = Readonly<Record<string, string>>;

/** Creates an element with attributes and children. */
export function element<K extends keyof HTMLElementTagNameMap>(
	tag: K,
	attributes: Attributes = {},
	...children: readonly Node[]
): HTMLElementTagNameMap[K] {
	const made = document.createElement(tag);
	for (const [name, value] of Object.entries(attributes)) {
		made.setAttribute(name, value);
	}
	made.append(...children);
	return made;
}

/** Sets an element's text if it differs: setting it again would disturb screen readers and selections. */
export function setText(target: Element, text: string): void {
	if (target.textContent !== text) {
		target.textContent = text;
	}
}

/** Sets an attribute if it differs, or removes it for undefined. */
export function setAttribute(target: Element, name: string, value: string | undefined): void {
	if (value === undefined) {
		target.removeAttribute(name);
	} else if (target.getAttribute(name) !== value) {
		target.setAttribute(name, value);
	}
}

/** Shows text in an element, or hides the element when there is none. */
export function setOptionalText(target: HTMLElement, text: string | undefined): void {
	target.hidden = text === undefined;
	setText(target, text ?? '');
}

/** A part of the page that shows one item and can be updated with its next version. */
export interface View<T> {
	readonly root: HTMLElement;
	update(item: T): void;
	/** Called when its item is gone. */
	dispose?(): void;
}

/**
 * A container's children, one view per item. A view lives as long as its item's key. A view that stays in place is not touched. One that
 * moves is not removed from the document, which would stop a playing video.
 */
export class Views<T, V extends View<T>> {
	readonly #views = new Map<string, V>();
	readonly #container: HTMLElement;
	readonly #keyOf: (item: T) => string;
	readonly #create: (item: T) => V;

	constructor(container: HTMLElement, keyOf: (item: T) => string, create: (item: T) => V) {
		this.#container = container;
		this.#keyOf = keyOf;
		this.#create = create;
	}

	/** Shows these items in this order. Keys must be unique. */
	update(items: readonly T[]): void {
		const keys = new Set(items.map(this.#keyOf));
		for (const [key, view] of this.#views) {
			if (keys.has(key)) {
				continue;
			}
			view.root.remove();
			view.dispose?.();
			this.#views.delete(key);
		}
		let next: Element | null = null;
		for (const item of items.toReversed()) {
			const key = this.#keyOf(item);
			let view = this.#views.get(key);
			if (view === undefined) {
				view = this.#create(item);
				this.#views.set(key, view);
				this.#container.insertBefore(view.root, next);
			} else if (view.root.nextElementSibling !== next) {
				this.#container.moveBefore(view.root, next);
			}
			view.update(item);
			next = view.root;
		}
	}

	get(key: string): V | undefined {
		return this.#views.get(key);
	}
}
