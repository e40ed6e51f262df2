import type { PageMedia, PageSnapshot, PanelMessage } from '../shared/resultProtocol';
import { buttonRow } from './buttons';
import { element, setAttribute, setOptionalText, setText, Views } from './dom';
import { factList } from './factList';
import { icon } from './icons';
import { MediaLoading } from './mediaLoading';
import { MediaView } from './mediaView';
import type { PageMemory } from './pageMemory';

/** The whole page. Built once from the first snapshot; later snapshots change only what differs. */
export class ResultPage {
	readonly root = element('main');
	readonly #title = element('h1', { tabindex: '-1' });
	readonly #subtitle = element('p', { class: 'detail' });
	readonly #status = element('span', { class: 'status' });
	readonly #statusText = element('span');
	readonly #elapsed = element('span', { class: 'detail' });
	readonly #progress = element('progress', { max: '1' });
	readonly #problem = element('section', { class: 'banner warning' });
	readonly #problemText = element('p');
	readonly #problemButtons = buttonRowIn('buttons');
	readonly #failure = element('section', { class: 'banner error', 'aria-labelledby': 'failure-heading' });
	readonly #failureHeading = element('h2', { id: 'failure-heading' });
	readonly #failureText = element('p', { class: 'said' });
	readonly #empty = element('p', { class: 'empty' });
	readonly #media = element('section', { class: 'results', 'aria-labelledby': 'media-heading' });
	readonly #mediaHeading = element('h2', { id: 'media-heading', class: 'hidden' });
	readonly #grid = element('div', { class: 'grid' });
	readonly #leftOut = element('p', { class: 'detail' });
	readonly #parent = element('section', { class: 'parent', 'aria-labelledby': 'parent-heading' });
	readonly #parentHeading = element('h2', { id: 'parent-heading' });
	readonly #parentGrid = element('div', { class: 'grid' });
	readonly #factsHeading = element('h2', { id: 'facts-heading' });
	readonly #factsList = element('dl');
	readonly #firstButtons = buttonRowIn('buttons');
	readonly #lastButtons = buttonRowIn('buttons quiet');
	readonly #announcer = element('p', { class: 'hidden', role: 'status' });
	readonly #facts: ReturnType<typeof factList>;
	readonly #results: Views<PageMedia, MediaView>;
	readonly #parents: Views<PageMedia, MediaView>;
	#shown: PageSnapshot;

	constructor(first: PageSnapshot, memory: PageMemory) {
		this.#shown = first;
		const loading = new MediaLoading();
		const create = (media: PageMedia): MediaView => new MediaView(media, this.#shown.words, memory, loading);
		const keyOf = ({ kind, id }: PageMedia): string => `${kind} ${id}`;
		this.#results = new Views(this.#grid, keyOf, create);
		this.#parents = new Views(this.#parentGrid, keyOf, create);
		this.#facts = factList(this.#factsList, () => this.#setText(this.#shown.words.copied));

		this.#status.append(icon('active'), icon('succeeded'), icon('failed'), this.#statusText);
		const state = element('div', { class: 'state' }, this.#status, this.#elapsed, this.#firstButtons.root);
		const header = element('header', {}, this.#title, this.#subtitle, state, this.#progress);
		this.#problem.append(icon('warning'), this.#problemText, this.#problemButtons.root);
		this.#failure.append(icon('failed'), element('div', {}, this.#failureHeading, this.#failureText));
		this.#media.append(this.#mediaHeading, this.#empty, this.#grid, this.#leftOut);
		this.#parent.append(this.#parentHeading, this.#parentGrid);
		const facts = element('section', { class: 'facts', 'aria-labelledby': 'facts-heading' }, this.#factsHeading, this.#factsList);
		this.#lastButtons.root.setAttribute('role', 'group');
		this.root.append(header, this.#problem, this.#failure, this.#media, this.#parent, facts, this.#lastButtons.root, this.#announcer);
		this.update(first);
	}

	update(snapshot: PageSnapshot): void {
		const before = this.#shown;
		this.#shown = snapshot;
		const hadFocus = this.root.contains(document.activeElement);

		if (document.title !== snapshot.title) {
			document.title = snapshot.title;
		}
		setText(this.#title, snapshot.title);
		setText(this.#subtitle, snapshot.subtitle);
		setAttribute(this.root, 'data-state', snapshot.state);
		setText(this.#statusText, snapshot.status);
		setOptionalText(this.#elapsed, snapshot.elapsed);
		this.#progress.hidden = snapshot.state !== 'active';
		setAttribute(this.#progress, 'aria-label', snapshot.progressLabel);
		setAttribute(this.#progress, 'value', snapshot.progress?.toString());
		this.#firstButtons.update(snapshot.buttons.filter(({ primary }) => primary === true));
		this.#lastButtons.update(snapshot.buttons.filter(({ primary }) => primary !== true));
		setAttribute(this.#lastButtons.root, 'aria-label', snapshot.buttonsLabel);

		this.#problem.hidden = snapshot.problem === undefined;
		setText(this.#problemText, snapshot.problem?.text ?? '');
		this.#problemButtons.update(snapshot.problem?.button === undefined ? [] : [snapshot.problem.button]);
		this.#failure.hidden = snapshot.failure === undefined;
		setText(this.#failureHeading, snapshot.failure?.heading ?? '');
		setText(this.#failureText, snapshot.failure?.text ?? '');

		setText(this.#mediaHeading, snapshot.mediaHeading);
		setOptionalText(this.#empty, snapshot.empty);
		this.#media.hidden = snapshot.media.length === 0 && snapshot.empty === undefined;
		this.#grid.classList.toggle('several', snapshot.media.length > 1);
		this.#results.update(snapshot.media);
		setOptionalText(this.#leftOut, snapshot.leftOut);
		this.#parent.hidden = snapshot.parent === undefined;
		setText(this.#parentHeading, snapshot.parent?.heading ?? '');
		this.#parents.update(snapshot.parent === undefined ? [] : [snapshot.parent.media]);

		setText(this.#factsHeading, snapshot.factsHeading);
		this.#facts.update(snapshot.facts);

		if (snapshot.status !== before.status) {
			this.#setText(`${snapshot.title}: ${snapshot.status}`);
		} else if (snapshot.problem !== undefined && snapshot.problem.text !== before.problem?.text) {
			this.#setText(snapshot.problem.text);
		}
		// The focused element was removed: focus the title, so that the next Tab continues at the top of the page.
		if (hadFocus && (document.activeElement === null || document.activeElement === document.body)) {
			this.#title.focus();
		}
	}

	/** Scrolls a result into view; focuses and plays it on request. */
	reveal({ media: target, focus, play, muted }: Extract<PanelMessage, { type: 'reveal' }>): void {
		const { media, parent } = this.#shown;
		const found = target === 'parent' ? parent?.media : media.find((one) => one.target === target);
		if (found === undefined) {
			return;
		}
		(target === 'parent' ? this.#parents : this.#results).get(`${found.kind} ${found.id}`)?.reveal(focus === 'withPage' ? document.hasFocus() : focus, play, muted);
	}

	/** Announces a text to screen readers. */
	#setText(text: string): void {
		// A new node, because the same text is announced again only if it is inserted again.
		this.#announcer.replaceChildren(text);
	}
}

function buttonRowIn(classes: string): { readonly root: HTMLElement } & ReturnType<typeof buttonRow> {
	const root = element('div', { class: classes });
	return { root, ...buttonRow(root) };
}
