import type { PageKeeping } from '../shared/resultProtocol';
import { buttonRow } from './buttons';
import { element, setAttribute, setText } from './dom';
import { icon } from './icons';

/** How far a result is kept as a file: the mark, the path, and the actions of the file. */
export class KeepingView {
	readonly root = element('div', { class: 'keeping' });
	readonly #text = element('span', { class: 'keeping-text' });
	readonly #path = element('span', { class: 'path detail' });
	readonly #pathText = element('bdi', { dir: 'ltr' });
	readonly #buttons: ReturnType<typeof buttonRow>;
	readonly #hasActions: boolean;

	/**
	 * @param hasActions whether the actions of a kept file stand here; otherwise only those that remedy what is wrong
	 * @param describedBy ID of the element that names the result
	 */
	constructor(hasActions: boolean, describedBy?: string) {
		this.#hasActions = hasActions;
		this.#buttons = buttonRow(element('span'), 'icons', describedBy);
		this.#path.append(this.#pathText);
		this.root.append(icon('done'), icon('save'), icon('warning'), this.#text, this.#path, this.#buttons.root);
	}

	update(keeping: PageKeeping | undefined): void {
		this.root.hidden = keeping === undefined;
		if (keeping === undefined) {
			return;
		}
		const { state, text, path, buttons } = keeping;
		setAttribute(this.root, 'data-state', state);
		setText(this.#text, text);
		// Where several results have little space, the path is only here.
		setAttribute(this.#text, 'title', state === 'saving' ? text : path);
		this.#path.hidden = path === undefined;
		setText(this.#pathText, path ?? '');
		setAttribute(this.#path, 'title', path);
		this.#buttons.update(this.#hasActions || state !== 'kept' ? buttons : []);
	}
}
