import { assertNever } from '../core/assertNever';
import type { PageAction } from '../shared/resultProtocol';

export type IconName =
	| 'running'
	| 'succeeded'
	| 'failed'
	| 'warning'
	| 'copy'
	| 'done'
	| 'save'
	| 'external'
	| 'link'
	| 'refresh'
	| 'edit'
	| 'text'
	| 'back'
	| 'forward'
	| 'more'
	| 'previous'
	| 'next'
	| 'close'
	| 'actualSize'
	| 'folder'
	| 'play'
	| 'markdown'
	| 'search';

/** The path of an icon, drawn for a 16 by 16 box in the text's colour. */
function pathOf(name: IconName): string {
	switch (name) {
		case 'running':
			return 'M8 1.75a6.25 6.25 0 1 0 6.25 6.25';
		case 'succeeded':
			return 'M8 1.75a6.25 6.25 0 1 1 0 12.5a6.25 6.25 0 0 1 0-12.5M5.1 8.2l2 2l3.9-4.2';
		case 'failed':
			return 'M8 1.75a6.25 6.25 0 1 1 0 12.5a6.25 6.25 0 0 1 0-12.5M5.8 5.8l4.4 4.4M10.2 5.8l-4.4 4.4';
		case 'warning':
			return 'M8 2.2L14.4 13.4H1.6ZM8 6.4v3.2M8 11.3v.4';
		case 'copy':
			return 'M5.5 5.5V3.2a1 1 0 0 1 1-1h6.3a1 1 0 0 1 1 1v6.3a1 1 0 0 1-1 1h-2.3M3.2 5.5h6.3a1 1 0 0 1 1 1v6.3a1 1 0 0 1-1 1H3.2a1 1 0 0 1-1-1V6.5a1 1 0 0 1 1-1';
		case 'done':
			return 'M3 8.6l3.3 3.3L13 4.6';
		case 'save':
			return 'M2.5 3.5a1 1 0 0 1 1-1h7.6l2.4 2.4v7.6a1 1 0 0 1-1 1h-9a1 1 0 0 1-1-1ZM5 2.7v3.3h5.3v-3.3M4.8 13.3v-4.3h6.4v4.3';
		case 'external':
			return 'M9.5 2.5h4v4M13.3 2.7L7.8 8.2M11.5 9.3v3.2a1 1 0 0 1-1 1h-7a1 1 0 0 1-1-1v-7a1 1 0 0 1 1-1h3.2';
		case 'link':
			return 'M6.8 9.2a2.6 2.6 0 0 0 3.7 0l2.2-2.2a2.6 2.6 0 0 0-3.7-3.7l-.8.8M9.2 6.8a2.6 2.6 0 0 0-3.7 0L3.3 9a2.6 2.6 0 0 0 3.7 3.7l.8-.8';
		case 'refresh':
			return 'M13.5 8a5.5 5.5 0 1 1-1.7-4M13.7 1.8v3h-3';
		case 'edit':
			return 'M10.8 2.7l2.5 2.5L5.6 12.9l-3.1.6l.6-3.1Z';
		case 'text':
			return 'M3 4h10M3 8h10M3 12h6';
		case 'back':
			return 'M13 8H3.5M7.5 4L3.5 8l4 4';
		case 'forward':
			return 'M3 8h9.5M8.5 4l4 4l-4 4';
		case 'more':
			return 'M3.5 8h.01M8 8h.01M12.5 8h.01';
		case 'previous':
			return 'M10 3L5 8l5 5';
		case 'next':
			return 'M6 3l5 5l-5 5';
		case 'close':
			return 'M3.5 3.5l9 9M12.5 3.5l-9 9';
		case 'actualSize':
			return 'M2.5 6v-3.5h3.5M10 2.5h3.5v3.5M13.5 10v3.5h-3.5M6 13.5h-3.5v-3.5M6.2 6.2h3.6v3.6h-3.6Z';
		case 'folder':
			return 'M1.8 12.2v-8.4a1 1 0 0 1 1-1h3.4l1.7 1.9h5.3a1 1 0 0 1 1 1v6.5a1 1 0 0 1-1 1h-10.4a1 1 0 0 1-1-1Z';
		case 'play':
			return 'M8 1.75a6.25 6.25 0 1 1 0 12.5a6.25 6.25 0 0 1 0-12.5M6.5 5.4v5.2l4.2-2.6Z';
		case 'markdown':
			return 'M2.5 3.5h11a1 1 0 0 1 1 1v7a1 1 0 0 1-1 1h-11a1 1 0 0 1-1-1v-7a1 1 0 0 1 1-1M4 10.3v-4.4l1.9 2.2l1.9-2.2v4.4M11 5.9v4.2M9.3 8.6l1.7 1.7l1.7-1.7';
		case 'search':
			return 'M7 2.2a4.8 4.8 0 1 1 0 9.6a4.8 4.8 0 0 1 0-9.6M10.6 10.6l3.4 3.4';
		default:
			return assertNever(name);
	}
}

/** The icon of an action's button; undefined for one that is only ever shown as text. */
export const actionIcons: Readonly<Partial<Record<PageAction, IconName>>> = {
	refresh: 'refresh',
	save: 'save',
	continueWith: 'forward',
	openInBrowser: 'external',
	copyLink: 'link',
	copyId: 'copy',
	showRawResponse: 'text',
	rename: 'edit',
	openParentTask: 'back',
	openConsole: 'external',
	revealFile: 'folder',
	openFile: 'play',
	copyPath: 'copy',
	copyMarkdown: 'markdown',
	locateFile: 'search',
	keepAgain: 'refresh',
	cancelSaving: 'close',
};

const svg = 'http://www.w3.org/2000/svg';

/** An icon beside text with the same meaning; hidden from screen readers. */
export function icon(name: IconName): SVGSVGElement {
	const picture = document.createElementNS(svg, 'svg');
	picture.setAttribute('viewBox', '0 0 16 16');
	picture.setAttribute('class', `icon icon-${name}`);
	picture.setAttribute('aria-hidden', 'true');
	const path = document.createElementNS(svg, 'path');
	path.setAttribute('d', pathOf(name));
	picture.append(path);
	return picture;
}
