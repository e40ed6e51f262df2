import { escapeHtml } from '../../core/html';
import { contentSecurityPolicy, type PageSources } from './contentSecurityPolicy';

/** The values in the page's HTML. URIs are the webview's (`asWebviewUri`). */
export interface PageParts extends PageSources {
	/** BCP 47 tag, e.g. `en` or `pt-br`. */
	readonly language: string;
	readonly title: string;
	readonly scriptUri: string;
	readonly styleUri: string;
}

/** The page's HTML: an empty document that the script fills from snapshots. */
export function resultHtml(parts: PageParts): string {
	return `<!DOCTYPE html>
<html lang="${escapeHtml(parts.language)}">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${escapeHtml(contentSecurityPolicy(parts))}">
<meta name="referrer" content="no-referrer">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${escapeHtml(parts.title)}</title>
<link rel="stylesheet" href="${escapeHtml(parts.styleUri)}">
</head>
<body>
<script nonce="${escapeHtml(parts.nonce)}" src="${escapeHtml(parts.scriptUri)}"></script>
</body>
</html>
`;
}

/** A page that says one sentence, without a script. */
export function messageHtml(sentence: string, language: string): string {
	return `<!DOCTYPE html>
<html lang="${escapeHtml(language)}">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'">
<title>${escapeHtml(sentence)}</title>
</head>
<body>
<p>${escapeHtml(sentence)}</p>
</body>
</html>
`;
}
