import type { PageFact } from '../shared/resultProtocol';
import { element, setAttribute, setText, Views, type View } from './dom';
import { editor } from './editor';
import { icon } from './icons';

/** How long a copy button shows that the text was copied, ms. */
const doneMs = 1500;

/** One row of the definition list. */
class FactView implements View<PageFact> {
	readonly root = element('div', { class: 'fact' });
	readonly #term = element('dt');
	readonly #value = element('span', { class: 'value' });
	readonly #copy = element('button', { type: 'button', class: 'copy' });
	#fact: PageFact;

	constructor(fact: PageFact, onDidCopy: () => void) {
		this.#fact = fact;
		this.#copy.append(icon('copy'), icon('done'));
		this.root.append(this.#term, element('dd', {}, this.#value, this.#copy));
		this.#copy.addEventListener('click', () => {
			editor.postMessage({ type: 'copyFact', value: this.#fact.value });
			this.#copy.classList.add('done');
			setTimeout(() => this.#copy.classList.remove('done'), doneMs);
			onDidCopy();
		});
	}

	update(fact: PageFact): void {
		this.#fact = fact;
		setText(this.#term, fact.label);
		setText(this.#value, fact.value);
		this.root.classList.toggle('code', fact.copyLabel !== undefined);
		this.#copy.hidden = fact.copyLabel === undefined;
		setAttribute(this.#copy, 'aria-label', fact.copyLabel);
		setAttribute(this.#copy, 'title', fact.copyLabel);
	}
}

/** The facts of a task as a definition list. */
export function factList(container: HTMLElement, onDidCopy: () => void): Views<PageFact, FactView> {
	return new Views<PageFact, FactView>(
		container,
		({ label }) => label,
		(fact) => new FactView(fact, onDidCopy),
	);
}
