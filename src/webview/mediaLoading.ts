/** How many results load at the same time. */
const mostAtOnce = 4;
/** How long (ms) an element that reports nothing holds its turn. */
const longestWaitMs = 10_000;

/** Loads results when they are near the viewport, a few at a time: a task may have a hundred of many megabytes each. */
export class MediaLoading {
	/** The start functions of the elements that wait to load. */
	readonly #wanted = new Map<Element, () => void>();
	/** The waiting elements that are near the viewport. */
	readonly #near = new Set<Element>();
	/** The loading elements, each with the timer that ends its turn. */
	readonly #loading = new Map<Element, ReturnType<typeof setTimeout>>();
	readonly #observer = new IntersectionObserver((entries) => this.#observe(entries), { rootMargin: '50%' });

	/**
	 * Calls `start` when it is this element's turn; replaces the element's earlier request. The caller reports the end of loading with
	 * `done`.
	 */
	request(element: Element, start: () => void): void {
		this.cancel(element);
		this.#wanted.set(element, start);
		this.#observer.observe(element);
	}

	/** Starts a waiting element immediately. */
	now(element: Element): void {
		const start = this.#wanted.get(element);
		if (start === undefined) {
			return;
		}
		this.#forget(element);
		this.#loading.set(
			element,
			setTimeout(() => this.done(element), longestWaitMs),
		);
		start();
	}

	/** The element has loaded far enough to be shown, or has failed. */
	done(element: Element): void {
		clearTimeout(this.#loading.get(element));
		if (this.#loading.delete(element)) {
			this.#next();
		}
	}

	/** Cancels what the element waits for or loads. */
	cancel(element: Element): void {
		this.#forget(element);
		this.done(element);
	}

	#observe(entries: readonly IntersectionObserverEntry[]): void {
		for (const { target, isIntersecting } of entries) {
			if (isIntersecting && this.#wanted.has(target)) {
				this.#near.add(target);
			} else {
				this.#near.delete(target);
			}
		}
		this.#next();
	}

	/** Starts those near the viewport in the order of the page. */
	#next(): void {
		const inOrder = [...this.#near].sort((a, b) => ((a.compareDocumentPosition(b) & Node.DOCUMENT_POSITION_FOLLOWING) === 0 ? 1 : -1));
		for (const element of inOrder) {
			if (this.#loading.size >= mostAtOnce) {
				return;
			}
			this.now(element);
		}
	}

	#forget(element: Element): void {
		this.#wanted.delete(element);
		this.#near.delete(element);
		this.#observer.unobserve(element);
	}
}
