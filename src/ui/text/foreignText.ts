import { shown } from '../../core/shown';

/** Foreign text for a message or the title of progress, where the editor renders `[text](command:…)` as a link. */
export function withoutLinks(text: string): string {
	// After `shown`, which may remove characters between the brackets.
	return shown(text).replaceAll('](', ']\u200B(');
}

/** The same for a status bar, row or quick pick, where codicon syntax would become an icon. */
export function escapeCodicons(text: string): string {
	return shown(text).replaceAll('$(', '$\u200B(');
}

/** The API's message for use inside a sentence; the request id is removed, since the details show it. */
export function apiMessage(text: string): string {
	return escapeCodicons(text).replace(/\s*\(request id: [^()]*\)/gi, '');
}
