import type { PageFailure } from '../shared/resultProtocol';
import { buttonRow, iconButton } from './buttons';
import { element, setAttribute, setText } from './dom';
import { editor } from './editor';
import { icon } from './icons';

/** Why a task failed, and what to do next. */
export class FailureView {
	readonly root = element('section', { class: 'banner error', 'aria-labelledby': 'failure-heading' });
	readonly #heading = element('h2', { id: 'failure-heading' });
	readonly #text = element('p', { class: 'reason' });
	readonly #copy = iconButton('copy', '');
	readonly #adviceHeading = element('h2');
	readonly #advice = element('div');
	readonly #buttons = buttonRow(element('div'), 'text');

	constructor(onDidCopy: () => void) {
		this.root.append(
			icon('failed'),
			element(
				'div',
				{},
				this.#heading,
				element('div', { class: 'copied-text' }, this.#text, this.#copy),
				this.#adviceHeading,
				this.#advice,
			),
			this.#buttons.root,
		);
		this.#copy.addEventListener('click', () => {
			editor.postMessage({ type: 'copyFact', value: this.#text.textContent });
			onDidCopy();
		});
	}

	update(failure: PageFailure | undefined): void {
		this.root.hidden = failure === undefined;
		if (failure === undefined) {
			return;
		}
		setText(this.#heading, failure.heading);
		setText(this.#text, failure.text);
		this.#copy.hidden = failure.copyLabel === undefined;
		setAttribute(this.#copy, 'aria-label', failure.copyLabel);
		setAttribute(this.#copy, 'title', failure.copyLabel);
		setText(this.#adviceHeading, failure.adviceHeading);
		if (this.#advice.textContent !== failure.advice.join('')) {
			this.#advice.replaceChildren(
				...failure.advice.map((sentence) => {
					const paragraph = element('p');
					paragraph.textContent = sentence;
					return paragraph;
				}),
			);
		}
		this.#buttons.update(failure.buttons);
	}
}
