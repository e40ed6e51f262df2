import type { PageButton } from '../shared/resultProtocol';
import { post } from './buttons';
import { element, setAttribute, setText, Views, type View } from './dom';
import { icon } from './icons';

/** One action of a menu. */
class ItemView implements View<PageButton> {
	readonly root = element('button', { type: 'button', role: 'menuitem', tabindex: '-1' });
	#button: PageButton;

	constructor(button: PageButton, close: () => void) {
		this.#button = button;
		this.root.dataset['action'] = button.action;
		this.root.addEventListener('click', () => {
			close();
			post(this.#button);
		});
	}

	update(button: PageButton): void {
		this.#button = button;
		setText(this.root, button.label);
	}
}

/** A button that opens a menu of actions. The browser closes it on Escape and on a click elsewhere, and then restores the focus. */
export class Menu {
	readonly button = element('button', { type: 'button', class: 'plain more', 'aria-haspopup': 'menu', 'aria-expanded': 'false' });
	readonly root = element('div', { role: 'menu', class: 'menu', popover: 'auto' });
	readonly #items: Views<PageButton, ItemView>;

	constructor(label: string) {
		this.button.append(icon('more'));
		setAttribute(this.button, 'aria-label', label);
		setAttribute(this.button, 'title', label);
		setAttribute(this.root, 'aria-label', label);
		this.button.popoverTargetElement = this.root;
		this.#items = new Views<PageButton, ItemView>(
			this.root,
			({ action }) => action,
			(button) => new ItemView(button, () => this.root.hidePopover()),
		);
		this.root.addEventListener('toggle', ({ newState }) => {
			const isOpen = newState === 'open';
			setAttribute(this.button, 'aria-expanded', String(isOpen));
			if (isOpen) {
				this.#focus(0);
			}
		});
		this.root.addEventListener('keydown', (event) => this.#press(event));
	}

	update(buttons: readonly PageButton[]): void {
		this.button.hidden = buttons.length === 0;
		this.#items.update(buttons);
	}

	#press(event: KeyboardEvent): void {
		const all = [...this.root.children];
		const current = all.findIndex((item) => item === document.activeElement);
		const next = {
			ArrowDown: (current + 1) % all.length,
			ArrowUp: (current - 1 + all.length) % all.length,
			Home: 0,
			End: all.length - 1,
		}[event.key];
		if (next !== undefined) {
			event.preventDefault();
			this.#focus(next);
		} else if (event.key === 'Tab') {
			// As in the editor's own menus, Tab leaves.
			event.preventDefault();
			this.root.hidePopover();
		}
	}

	#focus(index: number): void {
		const item = this.root.children[index];
		if (item instanceof HTMLElement) {
			item.focus();
		}
	}
}
