import { omitUndefined } from '../core/omitUndefined';
import type { PageButton } from '../shared/resultProtocol';
import type { MediaRef } from '../core/mediaRef';
import { editor } from './editor';
import { element, setAttribute, setText, Views, type View } from './dom';

/** A button for one of the extension's commands. */
class ButtonView implements View<PageButton> {
	readonly root = element('button', { type: 'button' });

	/** @param describedBy ID of the element that names the result */
	constructor({ action }: PageButton, media: () => MediaRef | undefined, describedBy: string | undefined) {
		setAttribute(this.root, 'aria-describedby', describedBy);
		this.root.dataset['action'] = action;
		this.root.addEventListener('click', () => {
			editor.postMessage({ type: 'action', action, ...omitUndefined({ media: media() }) });
		});
	}

	update({ label, primary }: PageButton): void {
		setText(this.root, label);
		this.root.classList.toggle('primary', primary === true);
	}
}

/**
 * A row of buttons. Each keeps its element, and so the focus, while its action stays.
 * @param media the result that the buttons act on, read when one is pressed: its index can change before
 */
export function buttonRow(
	container: HTMLElement,
	media: () => MediaRef | undefined = () => undefined,
	describedBy?: string,
): { update(buttons: readonly PageButton[]): void } {
	const views = new Views<PageButton, ButtonView>(
		container,
		({ action }) => action,
		(button) => new ButtonView(button, media, describedBy),
	);
	return {
		update(buttons) {
			container.hidden = buttons.length === 0;
			views.update(buttons);
		},
	};
}
