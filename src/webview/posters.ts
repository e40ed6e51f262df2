import type { PagePoster } from '../shared/resultProtocol';
import { editor } from './editor';
import { KeptFileLoader, readKeptFile } from './keptFile';

/** The longest side of a poster, px. */
const side = 256;
/** From where in a video the picture is taken, s: many begin black. */
const atSeconds = 0.5;
/** A file that takes longer (ms) is left alone. */
const longestMs = 15_000;
/** How long after the last snapshot the drawing begins, ms: the results themselves load first. */
const calmMs = 1500;
const quality = 0.8;

/** Draws small pictures of kept files, one after the other, while the page is seen and has nothing else to do. */
export class PosterDrawer {
	#wanted: readonly PagePoster[] = [];
	/** The digests of those that were drawn or could not be. */
	readonly #done = new Set<string>();
	#isDrawing = false;
	#timer: number | undefined;

	constructor() {
		document.addEventListener('visibilitychange', () => this.#book());
	}

	/** @param wanted the most wanted first */
	update(wanted: readonly PagePoster[]): void {
		this.#wanted = wanted;
		this.#book();
	}

	#book(): void {
		clearTimeout(this.#timer);
		const next = this.#next();
		if (next !== undefined && !this.#isDrawing) {
			this.#timer = setTimeout(() => requestIdleCallback(() => void this.#draw()), calmMs);
		}
	}

	#next(): PagePoster | undefined {
		return document.visibilityState === 'visible' ? this.#wanted.find(({ sha256 }) => !this.#done.has(sha256)) : undefined;
	}

	async #draw(): Promise<void> {
		const next = this.#next();
		if (this.#isDrawing || next === undefined) {
			return;
		}
		this.#isDrawing = true;
		this.#done.add(next.sha256);
		try {
			const bytes = await (next.kind === 'image' ? posterOfImage(next.url) : posterOfVideo(next.url));
			if (bytes !== undefined) {
				editor.postMessage({ type: 'poster', sha256: next.sha256, bytes });
			}
		} catch {
			// A file that cannot be decoded has no poster: its player says so where it is shown.
		} finally {
			this.#isDrawing = false;
			this.#book();
		}
	}
}

async function posterOfImage(url: string): Promise<Uint8Array<ArrayBuffer> | undefined> {
	const picture = await createImageBitmap(await readKeptFile(url, AbortSignal.timeout(longestMs)));
	try {
		return await posterOf(picture, picture.width, picture.height);
	} finally {
		picture.close();
	}
}

async function posterOfVideo(url: string): Promise<Uint8Array<ArrayBuffer> | undefined> {
	const video = document.createElement('video');
	// Otherwise what is drawn could not be read.
	video.crossOrigin = 'anonymous';
	video.muted = true;
	video.preload = 'auto';
	const signal = AbortSignal.timeout(longestMs);
	let loader: KeptFileLoader | undefined;
	try {
		const address = await new Promise<string>((resolve, reject) => {
			loader = new KeptFileLoader(url, resolve, () => reject(new Error('The file cannot be read')));
			signal.addEventListener('abort', () => reject(new Error('The file takes too long')));
		});
		const loaded = happens(video, 'loadeddata', signal);
		video.src = address;
		await loaded;
		const shown = happens(video, 'seeked', signal);
		video.currentTime = Math.min(atSeconds, video.duration / 2);
		await shown;
		return await posterOf(video, video.videoWidth, video.videoHeight);
	} finally {
		video.removeAttribute('src');
		video.load();
		loader?.release();
	}
}

/** Resolves with an event of a video; rejects if that fails or takes too long. */
function happens(video: HTMLVideoElement, event: 'loadeddata' | 'seeked', signal: AbortSignal): Promise<void> {
	return new Promise((resolve, reject) => {
		video.addEventListener(event, () => resolve(), { once: true, signal });
		video.addEventListener('error', () => reject(new Error(video.error?.message)), { once: true, signal });
		signal.addEventListener('abort', () => reject(new Error('The file takes too long')), { once: true });
	});
}

/** WebP, or undefined for a picture without pixels. */
async function posterOf(picture: CanvasImageSource, width: number, height: number): Promise<Uint8Array<ArrayBuffer> | undefined> {
	const scale = Math.min(1, side / Math.max(width, height));
	if (!(scale > 0)) {
		return undefined;
	}
	const canvas = new OffscreenCanvas(Math.max(1, Math.round(width * scale)), Math.max(1, Math.round(height * scale)));
	const drawing = canvas.getContext('2d');
	if (drawing === null) {
		return undefined;
	}
	drawing.imageSmoothingQuality = 'high';
	drawing.drawImage(picture, 0, 0, canvas.width, canvas.height);
	const blob = await canvas.convertToBlob({ type: 'image/webp', quality });
	return new Uint8Array(await blob.arrayBuffer());
}
