import { assertNever } from '../core/assertNever';

export type IconName = 'active' | 'succeeded' | 'failed' | 'warning' | 'copy' | 'done';

/** The path of an icon, drawn for a 16 by 16 box in the text's colour. */
function pathOf(name: IconName): string {
	switch (name) {
		case 'active':
			return 'M8 1.75a6.25 6.25 0 1 0 6.25 6.25';
		case 'succeeded':
			return 'M8 1.75a6.25 6.25 0 1 1 0 12.5a6.25 6.25 0 0 1 0-12.5M5.1 8.2l2 2l3.9-4.2';
		case 'failed':
			return 'M8 1.75a6.25 6.25 0 1 1 0 12.5a6.25 6.25 0 0 1 0-12.5M5.8 5.8l4.4 4.4M10.2 5.8l-4.4 4.4';
		case 'warning':
			return 'M8 2.2L14.4 13.4H1.6ZM8 6.4v3.2M8 11.3v.4';
		case 'copy':
			return 'M5.5 5.5V3.2a1 1 0 0 1 1-1h6.3a1 1 0 0 1 1 1v6.3a1 1 0 0 1-1 1h-2.3M3.2 5.5h6.3a1 1 0 0 1 1 1v6.3a1 1 0 0 1-1 1H3.2a1 1 0 0 1-1-1V6.500a1 1 0 0 1 1-1';
		case 'done':
			return 'M3 8.6l3.3 3.3L13 4.600';
		default:
			return assertNever(name);
	}
}

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
