import { element, setAttribute } from './dom';
import type { MediaLoading } from './mediaLoading';

/** Why a link failed: what came cannot be decoded here, or else (of another origin the browser does not tell more) probably the link. */
export type FailureCause = 'link' | 'format';

/** Shows one media from a link that may change while it is shown. */
export interface Player {
	readonly root: HTMLElement;
	/** What takes the keyboard. */
	readonly focusable: HTMLElement;
	/** Whether the link that is shown has begun to load well. */
	readonly working: boolean;
	/** Shows a link as soon as it is its turn to load, from the remembered position on; playing goes on. */
	show(url: string): void;
	/** Plays what is shown, if it is of a kind that plays. */
	start(): void;
	/** Shows nothing. */
	clear(): void;
	setLabel(label: string): void;
}

export interface PlayerEvents {
	/** A link that was shown failed; nothing is played until another one is shown. */
	failed(url: string, cause: FailureCause): void;
	/** Playing moved, s. */
	moved(position: number): void;
	/** Playing stopped at a position, s, that should be kept at once. */
	stopped(position: number): void;
	/** Where to begin, s. */
	position(): number;
}

/** A video or a sound with the browser's own controls. */
export class TimedPlayer implements Player {
	readonly root: HTMLMediaElement;
	readonly #events: PlayerEvents;
	readonly #loading: MediaLoading;
	#shown: string | undefined;

	constructor(kind: 'video' | 'audio', events: PlayerEvents, loading: MediaLoading) {
		this.#events = events;
		this.#loading = loading;
		this.root = element(kind, { controls: '', preload: 'metadata', ...(kind === 'video' ? { playsinline: '', tabindex: '0' } : {}) });
		this.root.addEventListener('timeupdate', () => {
			// At the very end the next beginning is meant.
			if (this.#shown !== undefined && this.root.readyState > 0) {
				this.#events.moved(this.root.ended ? 0 : this.root.currentTime);
			}
		});
		this.root.addEventListener('pause', () => {
			if (this.#shown !== undefined && !this.root.ended) {
				this.#events.stopped(this.root.currentTime);
			}
		});
		this.root.addEventListener('loadedmetadata', () => {
			this.#loading.done(this.root);
			const position = this.#events.position();
			if (position > 0 && position < this.root.duration) {
				this.root.currentTime = position;
			}
			// Only the sound of a video whose picture cannot be decoded.
			if (this.root instanceof HTMLVideoElement && this.root.videoWidth === 0) {
				this.#fail('format');
			}
		});
		this.root.addEventListener('error', () => this.#fail(this.root.error?.code === MediaError.MEDIA_ERR_DECODE ? 'format' : 'link'));
	}

	get focusable(): HTMLElement {
		return this.root;
	}

	get working(): boolean {
		return this.root.error === null && this.root.readyState >= HTMLMediaElement.HAVE_METADATA;
	}

	show(url: string): void {
		if (url === this.#shown) {
			return;
		}
		const replaces = this.#shown !== undefined && this.root.hasAttribute('src');
		const playing = !this.root.paused && !this.root.ended && this.#shown !== undefined;
		this.#shown = url;
		this.#loading.request(this.root, () => {
			this.root.src = url;
		});
		// What takes the place of what is shown has had its turn.
		if (replaces) {
			this.#loading.now(this.root);
		}
		if (playing) {
			this.start();
		}
	}

	/** Who asked the editor or the system for reduced motion starts videos alone. */
	start(): void {
		this.#loading.now(this.root);
		if (this.root instanceof HTMLVideoElement && document.body.classList.contains('vscode-reduce-motion')) {
			return;
		}
		void this.root.play().catch((error: unknown) => this.#notStarted(error));
	}

	clear(): void {
		if (this.#shown === undefined) {
			return;
		}
		this.#shown = undefined;
		this.#loading.cancel(this.root);
		this.root.removeAttribute('src');
		this.root.load();
	}

	setLabel(label: string): void {
		setAttribute(this.root, 'aria-label', label);
	}

	#fail(cause: FailureCause): void {
		const url = this.#shown;
		if (url === undefined) {
			return;
		}
		this.clear();
		this.#events.failed(url, cause);
	}

	/** A refusal to start by itself leaves the play button; a broken link is said by the error event. */
	#notStarted(error: unknown): void {
		if (!(error instanceof DOMException)) {
			throw error;
		}
	}
}

/** An image that fits the page; pressed, it has its own size and can be scrolled. */
export class ImagePlayer implements Player {
	readonly root = element('div', { class: 'image' });
	readonly focusable = element('button', { type: 'button', class: 'zoom', 'aria-pressed': 'false' });
	readonly #image = element('img', { alt: '', decoding: 'async' });
	readonly #loading: MediaLoading;
	#shown: string | undefined;

	constructor(actualSize: string, events: PlayerEvents, loading: MediaLoading) {
		this.#loading = loading;
		this.focusable.title = actualSize;
		this.focusable.append(this.#image);
		this.root.append(this.focusable);
		this.focusable.addEventListener('click', () => {
			const pressed = this.focusable.getAttribute('aria-pressed') !== 'true';
			this.focusable.setAttribute('aria-pressed', String(pressed));
			this.root.classList.toggle('actual', pressed);
			this.root.closest('.media')?.classList.toggle('wide', pressed);
		});
		this.#image.addEventListener('load', () => loading.done(this.root));
		this.#image.addEventListener('error', () => {
			const url = this.#shown;
			if (url === undefined) {
				return;
			}
			this.clear();
			events.failed(url, 'link');
		});
	}

	get working(): boolean {
		return this.#image.naturalWidth > 0;
	}

	show(url: string): void {
		if (url === this.#shown) {
			return;
		}
		this.#shown = url;
		this.#loading.request(this.root, () => {
			this.#image.src = url;
		});
	}

	start(): void {
		// An image does not play.
	}

	clear(): void {
		this.#shown = undefined;
		this.#loading.cancel(this.root);
		this.#image.removeAttribute('src');
	}

	setLabel(label: string): void {
		setAttribute(this.#image, 'alt', label);
	}
}
