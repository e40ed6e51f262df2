/** How many media load at once. */
const mostAtOnce = 4;
/** A media that has told nothing for so long (ms) keeps no other one waiting. */
const longestWaitMs = 10_000;

/** Lets media load when they come near to where a person looks, a few at a time: a task may have a hundred, of many megabytes each. */
export class MediaLoading {
	/** What wants to load, by the element that shows it. */
	readonly #wanted = new Map<Element, () => void>();
	/** Of these the ones that are near, in the order in which they came near. */
	readonly #near = new Set<Element>();
	/** What loads, each with the timer that gives it up. */
	readonly #loading = new Map<Element, ReturnType<typeof setTimeout>>();
	readonly #observer = new IntersectionObserver((entries) => this.#observe(entries), { rootMargin: '50%' });

	/** Calls `start` once it is this element's turn; takes the place of what it wanted before. Whoever begins tells when it is `done`. */
	request(element: Element, start: () => void): void {
		this.cancel(element);
		this.#wanted.set(element, start);
		this.#observer.observe(element);
	}

	/** Begins at once what an element wants, if it still waits. */
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

	/** What an element began has loaded far enough to be shown, or has failed. */
	done(element: Element): void {
		clearTimeout(this.#loading.get(element));
		if (this.#loading.delete(element)) {
			this.#next();
		}
	}

	/** Nothing is wanted any more. */
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

	#next(): void {
		for (const element of this.#near) {
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
