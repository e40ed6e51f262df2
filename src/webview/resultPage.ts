import type { PageMedia, PageSnapshot, PanelMessage } from '../shared/resultProtocol';
import { buttonRow } from './buttons';
import { contextOf, pageContext } from './contextMenu';
import { element, setOptionalText, setAttribute, setText, Views } from './dom';
import { factList } from './factList';
import { FailureView } from './failure';
import { Header } from './header';
import { icon } from './icons';
import { Lightbox } from './lightbox';
import { MediaLayout } from './mediaLayout';
import { MediaLoading } from './mediaLoading';
import { MediaView, type MediaEvents } from './mediaView';
import type { PageMemory } from './pageMemory';
import { PosterDrawer } from './posters';

/** The whole page. Built once from the first snapshot; later snapshots change only what differs. */
export class ResultPage {
	readonly root = element('main');
	readonly #header: Header;
	readonly #problem = element('section', { class: 'banner warning' });
	readonly #problemText = element('p');
	readonly #problemButtons = buttonRow(element('div'), 'text');
	readonly #failure = new FailureView(() => this.#announce(this.#shown.words.copied));
	readonly #empty = element('p', { class: 'empty' });
	readonly #body = element('div', { class: 'body' });
	readonly #media = element('section', { class: 'results', 'aria-labelledby': 'media-heading' });
	readonly #mediaHeading = element('h2', { id: 'media-heading', class: 'hidden' });
	readonly #grid = element('div', { class: 'grid' });
	readonly #leftOut = element('p', { class: 'detail' });
	readonly #parent = element('section', { class: 'parent', 'aria-labelledby': 'parent-heading' });
	readonly #parentHeading = element('h2', { id: 'parent-heading', class: 'hidden' });
	readonly #parentGrid = element('div', { class: 'grid' });
	readonly #stages = element('div', { class: 'stages' });
	readonly #factsHeading = element('h2', { id: 'facts-heading' });
	readonly #factsList = element('dl');
	readonly #announcer = element('p', { class: 'hidden', role: 'status' });
	readonly #facts: ReturnType<typeof factList>;
	readonly #results: Views<PageMedia, MediaView>;
	readonly #parents: Views<PageMedia, MediaView>;
	readonly #lightbox: Lightbox;
	readonly #layout: MediaLayout;
	readonly #posters = new PosterDrawer();
	#shown: PageSnapshot;

	constructor(first: PageSnapshot, memory: PageMemory) {
		this.#shown = first;
		this.#header = new Header(first);
		this.#lightbox = new Lightbox(first.words, first.key);
		const loading = new MediaLoading();
		const events: MediaEvents = {
			sized: () => this.#fit(),
			enlarge: (id) => this.#lightbox.open(id),
			context: (target) => contextOf(this.#shown.key, target),
		};
		const create = (media: PageMedia): MediaView => new MediaView(media, events, this.#shown.words, memory, loading);
		this.#results = new Views(this.#grid, keyOf, create);
		this.#parents = new Views(this.#parentGrid, keyOf, create);
		this.#facts = factList(this.#factsList, () => this.#announce(this.#shown.words.copied));
		this.#layout = new MediaLayout(this.#body, this.#grid, this.#parentGrid);

		this.#problem.append(icon('warning'), this.#problemText, this.#problemButtons.root);
		this.#media.append(this.#mediaHeading, this.#grid, this.#leftOut);
		this.#parent.append(this.#parentHeading, this.#parentGrid);
		this.#stages.append(this.#parent, this.#media);
		const facts = element('section', { class: 'facts', 'aria-labelledby': 'facts-heading' }, this.#factsHeading, this.#factsList);
		this.#body.append(this.#stages, facts);
		this.root.append(this.#header.root, this.#problem, this.#failure.root, this.#empty, this.#body, this.#announcer, this.#lightbox.root);
		document.body.dataset['vscodeContext'] = pageContext;
		this.update(first);
		// Whatever moves the pictures or changes the space for them: the window, a wrapped title, a banner.
		const observer = new ResizeObserver(() => this.#fit());
		for (const part of [this.root, this.#header.root, this.#problem, this.#failure.root]) {
			observer.observe(part);
		}
		addEventListener('resize', () => this.#fit());
	}

	update(snapshot: PageSnapshot): void {
		const before = this.#shown;
		this.#shown = snapshot;
		const hadFocus = this.root.contains(document.activeElement);

		if (document.title !== snapshot.title) {
			document.title = snapshot.title;
		}
		setAttribute(this.root, 'data-state', snapshot.state);
		this.#problem.hidden = snapshot.problem === undefined;
		setText(this.#problemText, snapshot.problem?.text ?? '');
		this.#problemButtons.update(snapshot.problem?.button === undefined ? [] : [snapshot.problem.button]);
		this.#failure.update(snapshot.failure);
		setOptionalText(this.#empty, snapshot.empty);

		setText(this.#mediaHeading, snapshot.mediaHeading);
		this.#media.hidden = snapshot.media.length === 0;
		// Title and actions of the page are those of a task's only result.
		this.#media.classList.toggle('only', snapshot.media.length === 1 && snapshot.parent === undefined);
		this.#media.classList.toggle('compared', snapshot.parent !== undefined);
		this.#results.update(snapshot.media);
		setOptionalText(this.#leftOut, snapshot.leftOut);
		this.#parent.hidden = snapshot.parent === undefined;
		setText(this.#parentHeading, snapshot.parent?.heading ?? '');
		this.#parents.update(snapshot.parent === undefined ? [] : [snapshot.parent.media]);
		this.#stages.hidden = this.#media.hidden && this.#parent.hidden;
		this.#lightbox.update(snapshot.media.filter(({ kind, url }) => kind === 'image' && url !== undefined));

		this.#posters.update(snapshot.posters ?? []);
		setText(this.#factsHeading, snapshot.factsHeading);
		this.#facts.update(snapshot.facts);
		this.#fit();

		if (snapshot.status !== before.status && snapshot.state !== before.state) {
			this.#announce(`${snapshot.title}: ${snapshot.status}`);
		} else if (snapshot.problem !== undefined && snapshot.problem.text !== before.problem?.text) {
			this.#announce(snapshot.problem.text);
		}
		// The focused element was removed: focus the title, so that the next Tab continues at the top of the page.
		if (hadFocus && (document.activeElement === null || document.activeElement === document.body)) {
			this.#header.title.focus();
		}
	}

	/** Scrolls a result into view; focuses and plays it on request. */
	reveal({ media: target, focus, play, muted }: Extract<PanelMessage, { type: 'reveal' }>): void {
		const { media, parent } = this.#shown;
		const found = target === 'parent' ? parent?.media : media.find((one) => one.target === target);
		if (found === undefined) {
			return;
		}
		(target === 'parent' ? this.#parents : this.#results)
			.get(keyOf(found))
			?.reveal(focus === 'withPage' ? document.hasFocus() : focus, play, muted);
	}

	/** Sizes the pictures for the window, and shows the size of the only one in the header. */
	#fit(): void {
		const { media, parent } = this.#shown;
		const viewsOf = (all: readonly PageMedia[], views: Views<PageMedia, MediaView>): readonly MediaView[] =>
			all.flatMap((one) => (one.kind === 'audio' ? [] : (views.get(keyOf(one)) ?? [])));
		const results = viewsOf(media, this.#results);
		const size = media.length === 1 ? results[0]?.size : undefined;
		this.#header.update(this.#shown, size === undefined ? undefined : `${size.width}×${size.height}`);
		this.#layout.fit(results, viewsOf(parent === undefined ? [] : [parent.media], this.#parents));
	}

	/** Announces a text to screen readers. */
	#announce(text: string): void {
		// A new node, because the same text is announced again only if it is inserted again.
		this.#announcer.replaceChildren(text);
	}
}

function keyOf({ kind, id }: PageMedia): string {
	return `${kind} ${id}`;
}
