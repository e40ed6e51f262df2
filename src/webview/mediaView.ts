import type { MediaRef } from '../core/mediaRef';
import type { PageMedia, PageWords } from '../shared/resultProtocol';
import { buttonRow } from './buttons';
import { element, setAttribute, setOptionalText, setText, type View } from './dom';
import { editor } from './editor';
import { icon } from './icons';
import { KeepingView } from './keeping';
import type { MediaLoading } from './mediaLoading';
import type { PageMemory } from './pageMemory';
import { canDecodeSound } from './soundSupport';
import { ImagePlayer, TimedPlayer, type FailureCause, type Player } from './player';

let count = 0;

/** One link of a result. The label distinguishes formats. */
interface Link {
	readonly label: string;
	readonly url: string;
	/** Whether it is a kept file. */
	readonly isFile?: boolean;
}

/** The size of a picture in its file, px. */
export interface MediaSize {
	readonly width: number;
	readonly height: number;
}

/** What a result needs from the page. */
export interface MediaEvents {
	/** The size of its picture is known. */
	sized(): void;
	/** The image with this ID is to be shown in the lightbox. */
	enlarge(id: string): void;
	/** The context of its menu (see contextMenu.ts). */
	context(target: MediaRef): string;
}

/** One result with its player, name, formats and buttons. */
export class MediaView implements View<PageMedia> {
	readonly root = element('figure', { class: 'media' });
	readonly #stage = element('div', { class: 'stage' });
	readonly #notice = element('p', { class: 'notice', role: 'status' });
	readonly #noticeText = element('span');
	readonly #name = element('span', { class: 'name', id: `media-${++count}` });
	readonly #caption = element('span', { class: 'detail' });
	readonly #formats: HTMLElement;
	readonly #hint = element('div', { class: 'detail hint' });
	readonly #hintText = element('span');
	readonly #hintButtons: ReturnType<typeof buttonRow>;
	readonly #noAudio: string;
	readonly #keeping: KeepingView;
	readonly #buttons: ReturnType<typeof buttonRow>;
	readonly #player: Player;
	readonly #memory: PageMemory;
	readonly #events: MediaEvents;
	#media: PageMedia;
	#size: MediaSize | undefined;
	/** The link in the player. */
	#link: Link | undefined;
	/** Links that failed, and why, that no later snapshot has replaced. */
	readonly #failed = new Map<string, FailureCause>();

	constructor(media: PageMedia, events: MediaEvents, words: PageWords, memory: PageMemory, loading: MediaLoading) {
		this.#media = media;
		this.#events = events;
		this.#memory = memory;
		this.root.classList.add(media.kind);
		this.#player = this.#createPlayer(words, loading);
		this.#formats = element('div', { class: 'formats', role: 'group', 'aria-label': words.format });
		this.#buttons = buttonRow(element('div'), 'icons', this.#name.id);
		this.#keeping = new KeepingView(false, this.#name.id);
		this.#notice.append(icon('warning'), this.#noticeText);
		this.#stage.append(this.#player.root);
		this.#noAudio = words.noAudio;
		this.#hintButtons = buttonRow(element('span'), 'text', this.#name.id);
		this.#hint.append(icon('warning'), this.#hintText, this.#hintButtons.root);
		this.#hint.hidden = true;
		// The actions come before the player, whose controls take seven presses of Tab.
		const line = element('figcaption', { class: 'line' }, this.#name, this.#caption, this.#formats, this.#buttons.root);
		this.root.append(line, this.#stage, this.#keeping.root, this.#notice, this.#hint);
	}

	update(media: PageMedia): void {
		this.#media = media;
		setText(this.#name, media.name ?? media.label);
		setOptionalText(this.#caption, media.caption);
		this.#notice.hidden = media.notice === undefined;
		setText(this.#noticeText, media.notice ?? '');
		this.#player.setLabel(media.label);
		this.#buttons.update(media.buttons);
		this.#keeping.update(media.keeping);
		void this.#hintAtSound(media);
		setAttribute(this.root, 'data-vscode-context', media.url === undefined ? undefined : this.#events.context(media.target));
		const links = this.#links();
		for (const url of this.#failed.keys()) {
			if (!links.some((link) => link.url === url)) {
				this.#failed.delete(url);
			}
		}
		this.#play();
	}

	/** Stops loading, and frees the memory that a kept file has taken. */
	dispose(): void {
		this.#player.clear();
	}

	/** The size of its picture, once it has loaded. */
	get size(): MediaSize | undefined {
		return this.#size;
	}

	/** Whether a line under the picture says how far it is kept. */
	get hasKeeping(): boolean {
		return this.#media.keeping !== undefined;
	}

	/** Sets the width at which its picture is shown, px. */
	setWidth(width: number): void {
		this.root.style.setProperty('--width', `${width}px`);
	}

	/** Scrolls the result into view; focuses and plays it on request. */
	reveal(focus: boolean, play: boolean, muted = false): void {
		// Not scrollIntoView, and no scrolling focus: both can also scroll the editor around the page.
		const { top, bottom } = this.root.getBoundingClientRect();
		if (top < 0) {
			scrollBy({ top });
		} else if (bottom > innerHeight) {
			scrollBy({ top: Math.min(top, bottom - innerHeight) });
		}
		if (focus) {
			(this.#stage.hidden ? this.#buttons.root.querySelector('button') : this.#player.focusable)?.focus({ preventScroll: true });
		}
		if (play && !this.#stage.hidden) {
			this.#player.start(muted);
		}
	}

	/** Says that the editor cannot decode the sound, which it plays as silence. Every video of Kling's that has sound has AAC. */
	async #hintAtSound(media: PageMedia): Promise<void> {
		const { kind, sound, url } = media;
		const codec = sound === undefined && kind === 'video' ? 'mp4a.40.2' : sound?.codec;
		const isHeard = url === undefined || codec === undefined || (await canDecodeSound(codec));
		if (this.#media !== media) {
			return;
		}
		this.#hint.hidden = isHeard;
		setText(this.#hintText, isHeard ? '' : (sound?.notice ?? this.#noAudio));
		this.#hintButtons.update(isHeard || sound?.button === undefined ? [] : [sound.button]);
	}

	/** The links to choose from, the preferred format first. */
	#links(): readonly Link[] {
		const { url, formats, isFile = false } = this.#media;
		if (url === undefined) {
			return [];
		}
		if (formats === undefined) {
			return [{ label: '', url, isFile }];
		}
		const wanted = this.#memory.media(this.#media.id).format;
		return formats
			.map((format) => ({ ...format, isFile: isFile && format.url === url }))
			.toSorted((a, b) => Number(b.label === wanted) - Number(a.label === wanted));
	}

	/**
	 * Puts the first link that has not failed into the player. A working link is kept when a fresh one arrives, which is needed only after
	 * the old one fails.
	 */
	#play(): void {
		const next = this.#links().find(({ url }) => !this.#failed.has(url));
		this.#stage.hidden = next === undefined;
		if (next === undefined) {
			this.#player.clear();
			this.#link = undefined;
		} else if (this.#link?.label !== next.label || !this.#player.working) {
			this.#player.show(next.url, next.isFile);
			this.#link = next;
		}
		this.#showFormats();
	}

	#showFormats(): void {
		const formats = this.#media.formats ?? [];
		this.#formats.hidden = formats.length === 0 || this.#link === undefined;
		while (this.#formats.childElementCount > formats.length) {
			this.#formats.lastElementChild?.remove();
		}
		for (const [index, { label }] of formats.entries()) {
			let choice = this.#formats.children[index];
			if (choice === undefined) {
				choice = element('button', { type: 'button', 'aria-describedby': this.#name.id });
				choice.addEventListener('click', () => this.#choose(index));
				this.#formats.append(choice);
			}
			setText(choice, label);
			setAttribute(choice, 'aria-pressed', String(label === this.#link?.label));
		}
	}

	#choose(index: number): void {
		const format = this.#media.formats?.[index];
		if (format === undefined) {
			return;
		}
		this.#memory.setMedia(this.#media.id, { format: format.label });
		this.#failed.clear();
		this.#play();
	}

	#createPlayer(words: PageWords, loading: MediaLoading): Player {
		const events = {
			failed: (url: string, cause: FailureCause): void => this.#fail(url, cause),
			moved: (position: number): void => this.#memory.setMedia(this.#media.id, { position }),
			stopped: (position: number): void => {
				this.#memory.setMedia(this.#media.id, { position });
				this.#memory.write();
			},
			position: (): number => this.#memory.media(this.#media.id).position ?? 0,
			sized: (width: number, height: number): void => this.#setSize({ width, height }),
			enlarge: (): void => this.#events.enlarge(this.#media.id),
		};
		return this.#media.kind === 'image'
			? new ImagePlayer(words.enlarge, events, loading)
			: new TimedPlayer(this.#media.kind, events, loading);
	}

	#setSize(size: MediaSize): void {
		this.#size = size;
		this.root.style.setProperty('--ratio', String(size.width / size.height));
		this.#events.sized();
	}

	/** Tries the other formats; when all have failed, the panel is informed of each: what it says depends on the preferred one. */
	#fail(url: string, cause: FailureCause): void {
		this.#failed.set(url, cause);
		this.#play();
		if (this.#link === undefined) {
			for (const [failed, why] of this.#failed) {
				editor.postMessage({ type: 'mediaFailed', media: this.#media.target, url: failed, cause: why });
			}
		}
	}
}
