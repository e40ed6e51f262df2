import { element, setAttribute } from './dom';
import { KeptFileLoader } from './keptFile';
import type { MediaLoading } from './mediaLoading';

/**
 * Why a link failed. `format`: the data cannot be decoded here. `link`: anything else, because the browser gives no details for other
 * origins.
 */
export type FailureCause = 'link' | 'format';

/** Shows one result, whose link may change while it is shown. */
export interface Player {
	readonly root: HTMLElement;
	/** The element that takes the focus. */
	readonly focusable: HTMLElement;
	/** Whether the current link has loaded without an error so far. */
	readonly working: boolean;
	/**
	 * Loads a link when it is its turn, and starts at the remembered position. Playback continues.
	 * @param isFile whether it is a kept file, not a link
	 */
	show(url: string, isFile?: boolean): void;
	/** Plays the result, if it is a video or audio; `muted` a video alone, without its sound until the person plays it again. */
	start(muted?: boolean): void;
	/** Removes the link. */
	clear(): void;
	setLabel(label: string): void;
}

export interface PlayerEvents {
	/** The current link failed; nothing plays until another one is shown. */
	failed(url: string, cause: FailureCause): void;
	/** The playback position changed, s. */
	moved(position: number): void;
	/** Playback paused at a position, s, which should be saved immediately. */
	stopped(position: number): void;
	/** The position to start at, s. */
	position(): number;
	/** The size of the picture is known, px. */
	sized(width: number, height: number): void;
	/** The person wants to see the image larger. */
	enlarge(): void;
}

/** A video or audio with the browser's own controls. */
export class TimedPlayer implements Player {
	readonly root: HTMLMediaElement;
	readonly #events: PlayerEvents;
	readonly #loading: MediaLoading;
	#shown: string | undefined;
	/** How the file is played, if it is one. */
	#file: KeptFileLoader | undefined;

	constructor(kind: 'video' | 'audio', events: PlayerEvents, loading: MediaLoading) {
		this.#events = events;
		this.#loading = loading;
		this.root = element(kind, { controls: '', preload: 'metadata', ...(kind === 'video' ? { playsinline: '', tabindex: '0' } : {}) });
		this.root.addEventListener('timeupdate', () => {
			// After the end, playback starts at the beginning again.
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
			// A video whose picture cannot be decoded has only sound.
			if (this.root instanceof HTMLVideoElement && this.root.videoWidth === 0) {
				this.#fail('format');
			} else if (this.root instanceof HTMLVideoElement) {
				this.#events.sized(this.root.videoWidth, this.root.videoHeight);
			}
		});
		this.root.addEventListener('error', () =>
			this.#fail(this.#file !== undefined || this.root.error?.code === MediaError.MEDIA_ERR_DECODE ? 'format' : 'link'),
		);
	}

	get focusable(): HTMLElement {
		return this.root;
	}

	get working(): boolean {
		return this.root.error === null && this.root.readyState >= HTMLMediaElement.HAVE_METADATA;
	}

	show(url: string, isFile = false): void {
		if (url === this.#shown) {
			return;
		}
		const replaces = this.#shown !== undefined && this.root.hasAttribute('src');
		const playing = !this.root.paused && !this.root.ended && this.#shown !== undefined;
		this.#shown = url;
		this.#file?.release();
		this.#file = undefined;
		this.#loading.request(this.root, () => {
			if (isFile) {
				this.#load(url);
			} else {
				this.root.src = url;
			}
		});
		// A replacement does not wait: the element has already had its turn.
		if (replaces) {
			this.#loading.now(this.root);
		}
		if (playing) {
			this.start(this.root.muted);
		}
	}

	/** Does not start a video when the editor or the system asks for reduced motion; the person presses play. */
	start(muted = false): void {
		this.#loading.now(this.root);
		const isVideo = this.root instanceof HTMLVideoElement;
		if (isVideo ? document.body.classList.contains('vscode-reduce-motion') : muted) {
			return;
		}
		if (this.#file?.isLoading === true) {
			this.#file.whenLoaded(() => this.start(muted));
			return;
		}
		if (muted && this.root.paused) {
			this.root.muted = true;
			this.root.addEventListener('pause', () => (this.root.muted = false), { once: true });
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
		this.#file?.release();
		this.#file = undefined;
	}

	setLabel(label: string): void {
		setAttribute(this.root, 'aria-label', label);
	}

	#load(url: string): void {
		this.#file = new KeptFileLoader(
			url,
			(address) => (this.root.src = address),
			() => this.#fail('link'),
		);
	}

	#fail(cause: FailureCause): void {
		const url = this.#shown;
		if (url === undefined) {
			return;
		}
		this.clear();
		this.#events.failed(url, cause);
	}

	/** When autoplay is refused, the play button remains. A broken link is reported by the error event. */
	#notStarted(error: unknown): void {
		if (!(error instanceof DOMException)) {
			throw error;
		}
	}
}

/** An image. Pressed, it is shown in the lightbox. */
export class ImagePlayer implements Player {
	readonly root = element('div', { class: 'image' });
	readonly focusable = element('button', { type: 'button', class: 'zoom' });
	readonly #image = element('img', { alt: '', decoding: 'async' });
	readonly #enlarge: string;
	readonly #loading: MediaLoading;
	#shown: string | undefined;

	/** @param enlarge label of the button that the image is */
	constructor(enlarge: string, events: PlayerEvents, loading: MediaLoading) {
		this.#enlarge = enlarge;
		this.#loading = loading;
		this.focusable.title = enlarge;
		this.focusable.append(this.#image);
		this.root.append(this.focusable);
		this.focusable.addEventListener('click', () => events.enlarge());
		this.#image.addEventListener('load', () => {
			loading.done(this.root);
			events.sized(this.#image.naturalWidth, this.#image.naturalHeight);
		});
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
		setAttribute(this.focusable, 'aria-label', `${this.#enlarge}: ${label}`);
	}
}
