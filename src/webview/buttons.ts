import { omitUndefined } from '../core/omitUndefined';
import type { PageButton } from '../shared/resultProtocol';
import { element, setAttribute, setText, Views, type View } from './dom';
import { editor } from './editor';
import { actionIcons, icon, type IconName } from './icons';

/**
 * The style of a row of buttons.
 * - `text`: labels
 * - `toolbar`: icons and labels; where the window is narrow, those that are not primary are icons
 * - `icons`: icons whose label is their tooltip
 */
export type ButtonStyle = 'text' | 'toolbar' | 'icons';

/** Runs one of the extension's commands. */
export function post({ action, media, format }: PageButton): void {
	editor.postMessage({ type: 'action', action, ...omitUndefined({ media, format }) });
}

/** A button that is an icon; its label is its accessible name and tooltip. */
export function iconButton(name: IconName, label: string, className = 'plain'): HTMLButtonElement {
	const button = element('button', { type: 'button', class: className, 'aria-label': label, title: label });
	button.append(icon(name));
	return button;
}

/** A button for one of the extension's commands. */
class ButtonView implements View<PageButton> {
	readonly root = element('button', { type: 'button' });
	readonly #label = element('span', { class: 'label' });
	readonly #hasTooltip: boolean;
	#button: PageButton;

	/** @param describedBy ID of the element that names the result */
	constructor(button: PageButton, kind: ButtonStyle, describedBy: string | undefined) {
		this.#button = button;
		const name = kind === 'text' ? undefined : actionIcons[button.action];
		this.#hasTooltip = name !== undefined;
		if (name !== undefined) {
			this.root.append(icon(name));
		}
		this.root.append(this.#label);
		setAttribute(this.root, 'aria-describedby', describedBy);
		this.root.dataset['action'] = button.action;
		this.root.addEventListener('click', () => post(this.#button));
	}

	update(button: PageButton): void {
		this.#button = button;
		setText(this.#label, button.label);
		setAttribute(this.root, 'title', this.#hasTooltip ? button.label : undefined);
		this.root.classList.toggle('primary', button.primary === true);
	}
}

/** A row of buttons of different actions. Each keeps its element, and so the focus, while its action stays. */
export function buttonRow(
	container: HTMLElement,
	kind: ButtonStyle,
	describedBy?: string,
): { readonly root: HTMLElement; update(buttons: readonly PageButton[]): void } {
	container.classList.add('buttons', kind);
	const views = new Views<PageButton, ButtonView>(
		container,
		({ action, format }) => `${action} ${format ?? ''}`,
		(button) => new ButtonView(button, kind, describedBy),
	);
	return {
		root: container,
		update(buttons) {
			container.hidden = buttons.length === 0;
			views.update(buttons);
		},
	};
}
