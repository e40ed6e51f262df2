import { cut } from '../../core/cut';
import { escapeHtml } from '../../core/html';
import { shown } from '../../core/shown';
import { kindOf, mediaFolder, posterFolder, type ExportedResult } from './exportedResult';

/** The words of the page, in the person's language. */
export interface GalleryText {
	/** Of the editor: `en`, `zh-cn`. */
	readonly language: string;
	readonly title: string;
	/** "9 results, exported on Nov 3, 2026" */
	readonly summary: string;
	/** What opens a long prompt. */
	readonly wholePrompt: string;
}

/** Only files beside the page are loaded, and nothing runs. */
const policy = "default-src 'none'; img-src 'self'; media-src 'self'; style-src 'unsafe-inline'";
/** A longer prompt (UTF-16 units) is folded. */
const longPrompt = 320;
/** More of a prompt is not read out in place of an image. */
const longestAlternative = 200;

/** The page with all results: one file, offline, without script. Everything foreign in it is text. */
export function galleryPage(results: readonly ExportedResult[], text: GalleryText): string {
	const language = /^[A-Za-z]{2,3}(?:-[A-Za-z0-9]{2,8})*$/.test(text.language) ? text.language : 'en';
	return `<!DOCTYPE html>
<html lang="${language}">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="referrer" content="no-referrer">
<title>${html(text.title)}</title>
<style>${style}</style>
</head>
<body>
<header>
<h1>${html(text.title)}</h1>
<p>${html(text.summary)}</p>
</header>
<main>
<ul class="results">
${results.map((result) => card(result, text)).join('\n')}
</ul>
</main>
</body>
</html>
`;
}

function card(result: ExportedResult, { wholePrompt }: GalleryText): string {
	const { prompt, text } = result;
	return `<li>
<figure>
${media(result)}
<figcaption>
<h2 dir="auto">${html(text.title)}</h2>
${prompt === undefined ? '' : promptPart(prompt, wholePrompt)}
<ul class="facts">${text.facts.map((fact) => `<li>${html(fact)}</li>`).join('')}</ul>
</figcaption>
</figure>
</li>`;
}

function promptPart(prompt: string, wholePrompt: string): string {
	if (prompt.length <= longPrompt) {
		return `<p class="prompt" dir="auto">${html(prompt)}</p>`;
	}
	// Not within a word, if it has any.
	const start = cut(prompt, longPrompt).replace(/\s\S{0,40}$/, '');
	return `<p class="prompt" dir="auto">${html(start.trimEnd())}…</p>
<details><summary>${html(wholePrompt)}</summary><p class="prompt" dir="auto">${html(prompt)}</p></details>`;
}

function media(result: ExportedResult): string {
	const source = `${mediaFolder}/${segment(result.fileName)}`;
	const { title } = result.text;
	switch (kindOf(result)) {
		case 'image':
			return `<a class="media" href="${source}"><img src="${source}" alt="${html(alternative(result))}" loading="lazy"${sizes(result)}></a>`;
		case 'video': {
			const poster =
				result.posterName === undefined ? ' preload="metadata"' : ` preload="none" poster="${posterFolder}/${segment(result.posterName)}"`;
			return `<div class="media"><video src="${source}" controls playsinline aria-label="${html(title)}"${poster}${sizes(result)}></video></div>`;
		}
		case 'audio':
			return `<div class="media sound"><audio src="${source}" controls preload="metadata" aria-label="${html(title)}"></audio></div>`;
	}
}

/** The text in place of an image. */
function alternative({ text: { title }, prompt }: ExportedResult): string {
	const line = prompt?.replace(/\s+/g, ' ').trim() ?? '';
	return line === '' ? title : `${title}: ${cut(line, longestAlternative)}`;
}

/** So that nothing moves while files load. */
function sizes({ file }: ExportedResult): string {
	return file?.width === undefined || file.height === undefined
		? ''
		: ` width="${Math.round(file.width)}" height="${Math.round(file.height)}"`;
}

/** A foreign text in HTML. Half a character cannot be written in UTF-8. */
function html(text: string): string {
	return escapeHtml(shown(text).replace(/\p{Cs}/gu, ' '));
}

/** A file name in an address. What is left needs no escaping in HTML. */
function segment(name: string): string {
	return encodeURIComponent(name.replace(/\p{Cs}/gu, '\ufffd')).replaceAll("'", '%27');
}

const style = `
:root { color-scheme: light dark; --page: #f6f6f7; --card: #fff; --line: #d9dade; --text: #1c1d21; --soft: #5a5d66; --media: #e9eaee; --accent: #0b5cad; }
@media (prefers-color-scheme: dark) { :root { --page: #17181b; --card: #212327; --line: #363940; --text: #ececee; --soft: #a9adb8; --media: #0f1012; --accent: #7db8ff; } }
* { box-sizing: border-box; }
body { margin: 0; background: var(--page); color: var(--text); font: 16px/1.5 system-ui, sans-serif; }
header, main { max-width: 110rem; margin: 0 auto; padding: 0 clamp(1rem, 3vw, 2.5rem); }
header { padding-top: 2rem; padding-bottom: 1.25rem; }
h1 { margin: 0; font-size: 1.5rem; font-weight: 600; }
header p { margin: .25rem 0 0; color: var(--soft); }
ul { margin: 0; padding: 0; list-style: none; }
.results { display: grid; grid-template-columns: repeat(auto-fill, minmax(min(20rem, 100%), 1fr)); gap: 1.25rem; align-items: start; padding-bottom: 3rem; }
figure { margin: 0; overflow: hidden; background: var(--card); border: 1px solid var(--line); border-radius: 10px; }
.media { display: block; background: var(--media); }
.media:focus-visible, summary:focus-visible { outline: 2px solid var(--accent); outline-offset: -2px; }
img, video { display: block; width: 100%; height: auto; max-height: min(70vh, 30rem); object-fit: contain; }
.sound { padding: 1.25rem 1rem; }
audio { display: block; width: 100%; }
figcaption { padding: .875rem 1rem 1rem; }
h2 { margin: 0; font-size: 1rem; font-weight: 600; overflow-wrap: anywhere; }
.prompt { margin: .375rem 0 0; white-space: pre-line; overflow-wrap: anywhere; }
.prompt:has(+ details[open]) { display: none; }
details { margin-top: .375rem; }
summary { color: var(--accent); cursor: pointer; }
.facts { display: flex; flex-wrap: wrap; gap: .125rem .875rem; margin-top: .625rem; color: var(--soft); font-size: .8125rem; }
@media print { .results { display: block; } figure { break-inside: avoid; margin-bottom: 1rem; } }
`;
