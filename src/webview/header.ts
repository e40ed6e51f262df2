import type { PageSnapshot } from '../shared/resultProtocol';
import { buttonRow } from './buttons';
import { element, setAttribute, setOptionalText, setText } from './dom';
import { icon } from './icons';
import { KeepingView } from './keeping';
import { Menu } from './menu';

/** The top of the page: title, facts in one line, actions in one line, and the state of a task that is not finished. */
export class Header {
	readonly root = element('header');
	readonly title = element('h1', { tabindex: '-1' });
	readonly #icon = element('span', { class: 'state-icon' });
	readonly #summary = element('p', { class: 'summary detail' });
	readonly #buttons = buttonRow(element('div', { role: 'group' }), 'toolbar');
	readonly #menu: Menu;
	readonly #state = element('div', { class: 'state' });
	readonly #status = element('span', { class: 'status' });
	readonly #lastChecked = element('span', { class: 'detail' });
	readonly #checkNow = buttonRow(element('span'), 'icons');
	readonly #progress = element('progress', { max: '1' });
	readonly #keeping = new KeepingView(true);

	constructor(snapshot: PageSnapshot) {
		this.#menu = new Menu(snapshot.words.more);
		this.#icon.append(icon('running'), icon('succeeded'), icon('failed'), icon('warning'));
		this.#state.append(this.#status, element('span', { class: 'check' }, this.#lastChecked, this.#checkNow.root));
		this.root.append(
			element('div', { class: 'title' }, this.#icon, this.title),
			this.#summary,
			this.#keeping.root,
			element('div', { class: 'actions' }, this.#buttons.root, this.#menu.button, this.#menu.root),
			this.#state,
			this.#progress,
		);
	}

	/** @param dimensions "1920×1080", once it is known */
	update(snapshot: PageSnapshot, dimensions: string | undefined): void {
		const { state, status, progress, summary } = snapshot;
		setText(this.title, snapshot.title);
		// Otherwise the status stands beside it as text.
		const isFinished = state === 'succeeded' || state === 'failed';
		setAttribute(this.#icon, 'role', isFinished ? 'img' : undefined);
		setAttribute(this.#icon, 'aria-label', isFinished ? status : undefined);
		this.#setFacts([...summary.before, ...(dimensions === undefined ? [] : [dimensions]), ...summary.after]);
		this.#keeping.update(snapshot.media.length === 1 ? snapshot.media[0]?.keeping : undefined);
		this.#buttons.update(snapshot.buttons);
		setAttribute(this.#buttons.root, 'aria-label', snapshot.buttonsLabel);
		this.#menu.update(snapshot.menu);
		this.#state.hidden = isFinished;
		setText(this.#status, status);
		setOptionalText(this.#lastChecked, snapshot.lastChecked);
		this.#checkNow.update(snapshot.checkNow === undefined ? [] : [snapshot.checkNow]);
		this.#progress.hidden = progress === undefined;
		setAttribute(this.#progress, 'aria-label', progress?.label);
		setAttribute(this.#progress, 'aria-valuetext', progress?.text);
		setAttribute(this.#progress, 'title', progress?.label);
		setAttribute(this.#progress, 'value', progress?.value?.toString());
	}

	/** The words of a fact stay on one line. */
	#setFacts(facts: readonly string[]): void {
		this.#summary.hidden = facts.length === 0;
		if (this.#summary.textContent === facts.join(' · ')) {
			return;
		}
		this.#summary.replaceChildren(
			...facts.flatMap((fact, index) => {
				const shown = element('span', { class: 'word' });
				shown.textContent = fact;
				return index === 0 ? [shown] : [document.createTextNode(' · '), shown];
			}),
		);
	}
}
