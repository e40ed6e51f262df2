import { bareWord, trimmed } from './decoration';
import { fieldRole, type FieldRole } from './fieldRole';
import { isExternalIdForm, isKnownIdForm, isMasked, isRounded, isScientific, isUuid } from './idForm';
import { isModelName, operationNamed } from './operationNames';
import type { QueryUrl } from './queryUrl';
import { readQueryUrl } from './queryUrl';
import { foundOperation } from './reference';

/** The meaning of one word of a line. */
export type Word =
	| Extract<QueryUrl, { kind: 'query' }>
	| (Extract<QueryUrl, { kind: 'operation' }> & { readonly isUrl: boolean })
	| { readonly kind: 'bad'; readonly reason: Extract<QueryUrl, { kind: 'bad' }>['reason'] | 'cutId'; readonly text: string }
	| { readonly kind: 'id'; readonly id: string; readonly role: FieldRole | undefined; readonly isRounded: boolean }
	/** Labels what follows, or decorates: `task_id:`, `GET`, a model. */
	| { readonly kind: 'label'; readonly role: FieldRole | undefined }
	| { readonly kind: 'other'; readonly text: string };

/** What can be part of a URL or an ID (`█` is a masked secret), for a class of signs. */
const signs = String.raw`!#-&*+\-./0-9:=?@A-Z^_a-z~█`;
/**
 * Where words begin: with a sign, whose run ends at the next `separator`, or as a run of letters of other scripts; everything else
 * separates. Those letters are cut after 64: V8 remembers a way back for each repetition, and after millions of them throws a RangeError;
 * for `[…]+` too, once its process has compiled a megabyte of regular expressions.
 */
const starts = new RegExp(String.raw`([${signs}])|(?![!-~])[\p{L}\p{N}](?:(?![!-~])[\p{L}\p{M}\p{N}]){0,63}`, 'gu');
const separator = new RegExp(`[^${signs}]`, 'gu');

/** How many words without a meaning are kept: a line of prose may be megabytes long, and more of them change nothing. */
const maxOthers = 3;
/** How far before an ID its label may begin. */
const labelReach = 48;

/** The words of a line with their meanings. */
export interface ReadWords {
	/** Without decoration, and with at most three words that have no meaning. */
	readonly words: readonly Word[];
	/** Where those that are an ID, an operation or both begin and end, as offsets; undefined if there are none. */
	readonly span: { readonly start: number; readonly end: number } | undefined;
}

export function readWords(line: string): ReadWords {
	const words: Word[] = [];
	let others = 0;
	let span: ReadWords['span'];
	starts.lastIndex = 0;
	for (let match = starts.exec(line); match !== null; match = starts.exec(line)) {
		if (match[1] !== undefined) {
			separator.lastIndex = starts.lastIndex;
			starts.lastIndex = separator.exec(line)?.index ?? line.length;
		}
		const end = starts.lastIndex;
		for (const word of readRun(line, line.slice(match.index, end), match.index, words.length === 0)) {
			if (word.kind !== 'other' || others++ < maxOthers) {
				words.push(word);
			}
			if (word.kind === 'id' || word.kind === 'query' || word.kind === 'operation') {
				const start = word.kind === 'id' ? line.indexOf(word.id, match.index) : match.index;
				span = { start: span?.start ?? start, end };
			}
		}
	}
	return { words, span };
}

/** Words that belong to a reference: its label, or what precedes the URL of a request. */
const isLabelWord =
	/^(?:kling|cometapi|request|status|curl|wget|http|https|get|post|put|patch|delete|http\/[\d.]+|--url|--request|-x|-s|-ss|-l|-i|-uri|-method)$/i;

function readRun(line: string, run: string, at: number, isFirst: boolean): readonly Word[] {
	if (!/[!-~]/.test(run)) {
		return [wordIn(run)];
	}
	// `\n` and `\t` in quoted text.
	const skipped = line[at - 1] === '\\' && /^[nrt]/.test(run) ? 1 : 0;
	const source = run.slice(skipped);
	if (/^[A-Za-z]{2,21}$/.test(source)) {
		return [wordIn(source)];
	}
	if (source.length > 4096) {
		return [{ kind: 'other', text: source }];
	}
	// A mention in a chat: `<@…>`, `<#…>`, `<:emoji:…>`.
	if (/^[@&]|^[#:](?=.*\d{17,19}$)/.test(source) && (line[at - 1] === '<' || source.startsWith('@'))) {
		return [{ kind: 'other', text: source }];
	}
	const text = /%3A%2F%2F/i.test(source) ? bareWord(source).replace(/%(?:2F|3A|3F|3D|26)/gi, decodeURIComponent) : bareWord(source);
	// Bullets, numbering, a table's rule, a check box: decoration.
	if (trimmed(text, '-_=') === '' || (isFirst && (/^\d{1,3}\.?$/.test(source) || /^x$/i.test(text)))) {
		return [];
	}
	const start = at + skipped + Math.max(0, source.indexOf(text));
	const touches = touching(line, start, start + text.length);
	if (text.includes('://') || text.includes('v1/')) {
		return [readUrl(text, touches)];
	}
	const id = text.includes('&') && text.includes('=') ? idInQuery(`?${text}`) : undefined;
	if (id !== undefined) {
		return [idWord(id, 'task', touches)];
	}
	return (
		readPlain(line, text, start, touches) ??
		(/[=:#%]|\d{18}$/.test(text) ? readNamed(line, text, start, touches) : undefined) ?? [
			...((/[/:]/.test(text) ? readJoined(text) : undefined) ?? [wordIn(text)]),
		]
	);
}

/** What touches a word. `cut`: marks that say that something was left out. `path`: a back-slash, as in a path of Windows. */
type Touches = 'cut' | 'path' | 'nothing';

/** The signs that can say so. */
const touchingMarks = '.…⋯█⏎↵↩↲•●∙·*\\[({<])}>';
const leftOutAfter = /^[[(<{]?(?:\.{2}|[…⋯█⏎↵↩↲]|[•●∙·]{2}|\*{2,})/u;
const leftOutBefore = /(?:\.{2}|[…⋯█⏎↵↩↲]|[•●∙·]{2}|\*{2,})[\])>}]?$/u;

function touching(line: string, start: number, end: number): Touches {
	if (!touchingMarks.includes(line.charAt(end) || ' ') && !touchingMarks.includes(line.charAt(start - 1) || ' ')) {
		return 'nothing';
	}
	const [before, after] = [line.slice(Math.max(0, start - 4), start), line.slice(end, end + 4)];
	const [starsBefore = '', starsAfter = ''] = [/\*+$/.exec(before)?.[0], /^\*+/.exec(after)?.[0]];
	// Stars on both sides are emphasis.
	const isEmphasised = starsAfter !== '' && starsAfter === starsBefore;
	if (!isEmphasised && (starsAfter !== '' || leftOutAfter.test(after) || leftOutBefore.test(before))) {
		return 'cut';
	}
	if (/^\\\s*$/.test(line.slice(end))) {
		return 'cut';
	}
	return (before.endsWith('\\') && !/^\\[nrt"']/.test(line.slice(start - 1))) || /^\\(?![nrt"'\\])/.test(after) ? 'path' : 'nothing';
}

/** An ID, perhaps in Markdown's `_emphasis_`; undefined if the text is none. */
function readPlain(line: string, text: string, start: number, touches: Touches): readonly Word[] | undefined {
	const inner = isKnownIdForm(text) ? text : trimmed(text, '_');
	if (isUuid(text)) {
		const role = roleBefore(line, start);
		return role === 'task' || role === 'job' ? [idWord(text, role, touches)] : undefined;
	}
	if (!isKnownIdForm(inner)) {
		// An ID that looks whole only because it is short.
		const isCut = isScientific(text) || isMasked(text) || (touches === 'cut' && /^(?:\d{4,17}|task_\w*|[\w-]*\d[\w-]*)$/.test(text));
		return isCut ? [{ kind: 'bad', reason: 'cutId', text }] : undefined;
	}
	return [idWord(inner, roleBefore(line, start), touches)];
}

function idWord(id: string, role: FieldRole | undefined, touches: Touches): Word {
	return touches === 'nothing'
		? { kind: 'id', id, role, isRounded: isRounded(id) }
		: touches === 'cut'
			? { kind: 'bad', reason: 'cutId', text: id }
			: { kind: 'other', text: id };
}

/** `name=ID`, `name:ID`, and a label that is glued to its ID (`ID853…`). */
function readNamed(line: string, text: string, start: number, touches: Touches): readonly Word[] | undefined {
	const glued = /^([A-Za-z_-]{2,16}?)(\d{18,19})$/.exec(text);
	const [, name, value] = glued ?? /^([\w.$#-]{1,48}?)(?:[=:#]|%3[AD])+(.+)$/i.exec(text) ?? [];
	if (name === undefined || value === undefined) {
		return undefined;
	}
	const bare = bareWord(value);
	const role = roleBefore(line, start + name.length);
	if (glued !== null && role !== 'task' && role !== 'id') {
		return undefined;
	}
	if (isKnownIdForm(bare)) {
		const word = idWord(bare, role, touches);
		return role === undefined ? [wordIn(name), word] : [word];
	}
	if (role === 'task' && (touches === 'cut' || isMasked(bare))) {
		return [{ kind: 'bad', reason: 'cutId', text: bare }];
	}
	if (role === 'task' && isExternalIdForm(bare)) {
		return [{ kind: 'id', id: bare, role, isRounded: false }];
	}
	if (fieldRole(name) === 'operation') {
		return [wordIn(bare)];
	}
	return /^(?:--url|url)$/i.test(name) ? [readUrl(value, touches)] : undefined;
}

/** What the words right before an offset call what follows. */
function roleBefore(line: string, end: number): FieldRole | undefined {
	const phrase = phraseBefore(line.slice(Math.max(0, end - labelReach), end));
	const words = phrase
		.split(
			/[\s:=#"'`()<>[\]（）「」【】“”‘’《》*→—–-]*\s[\s:=#"'`()<>[\]（）「」【】“”‘’《》*→—–-]*|[:=#"'`()<>[\]（）「」【】“”‘’《》*→—–]+/u,
		)
		.filter((word) => /[\p{L}\p{N}]/u.test(word));
	// `<Task id=…`: the attribute of an element.
	const reach = /[\s<]ids?=["']?$/i.test(phrase) ? 1 : 3;
	const role = words.length === 0 ? undefined : fieldRole(words.slice(-reach).join(' '));
	// `"id"` in broken JSON is a result's as often as a task's.
	return role === 'id' && /["']\s*[:=]\s*["']?$/.test(phrase) ? 'other' : role;
}

/** The words that can belong to a label. A cell of nothing but a label is that of the next cell (`task_id | 853…`). */
function phraseBefore(text: string): string {
	const parts = text.split(/[,;|，；。、{}\t]/u);
	const last = parts.at(-1) ?? '';
	return /[\p{L}\p{N}]/u.test(last) ? last : (parts.at(-2) ?? '');
}

/** The meanings of the last words: most texts repeat theirs. */
const knownWords = new Map<string, Word>();
const maxKnownWords = 5_000;

/** A word that is no reference: an operation's name, a label, or one without a meaning. */
function wordIn(text: string): Word {
	let word = knownWords.get(text);
	if (word === undefined) {
		if (knownWords.size >= maxKnownWords) {
			knownWords.clear();
		}
		word = readWord(text);
		knownWords.set(text, word);
	}
	return word;
}

function readWord(text: string): Word {
	if (isLabelWord.test(text) || isModelName(text)) {
		return { kind: 'label', role: undefined };
	}
	const listed = text.length < 40 ? operationNamed(text) : undefined;
	if (listed !== undefined && /[-_\d/]/.test(text)) {
		return { kind: 'operation', operation: listed, listed: true, isUrl: false };
	}
	const role = fieldRole(text);
	if (role !== undefined && role !== 'name' && role !== 'prompt' && (/[_-]|id$/i.test(text) || role === 'task' || role === 'id')) {
		return { kind: 'label', role };
	}
	return { kind: 'other', text };
}

/** `videos/effects:id`, `videos/effects/id`, `tasks/id`, `effects/id` if the catalogue has the name, and an ID at the end of another path. */
function readJoined(text: string): readonly Word[] | undefined {
	const end = Math.max(text.lastIndexOf(':'), text.lastIndexOf('/'));
	const id = text.slice(end + 1);
	const path = text.slice(0, Math.max(0, end));
	const isId = end >= 1 && isKnownIdForm(id);
	const operation = isId && end <= 64 && !path.includes('/') ? operationNamed(path) : undefined;
	if (operation !== undefined) {
		return [{ kind: 'query', operation, id, listed: operation.listed }];
	}
	if (isId && /(?:^|\/)tasks?$/i.test(path)) {
		return [{ kind: 'id', id, role: 'task', isRounded: false }];
	}
	const read = readQueryUrl(isId && text[end] === ':' ? path : text);
	if (isId && text[end] === ':') {
		return read?.kind === 'operation' ? [{ kind: 'query', operation: read.operation, id, listed: read.listed }] : undefined;
	}
	if (read === undefined) {
		return isId && /^[\w./-]+$/.test(path)
			? [
					{ kind: 'other', text: path },
					{ kind: 'id', id, role: undefined, isRounded: false },
				]
			: undefined;
	}
	return [read.kind === 'operation' ? { ...read, isUrl: false } : read.kind === 'bad' ? { ...read, text } : read];
}

function readUrl(text: string, touches: Touches): Word {
	const read = readQueryUrl(text);
	if (read?.kind === 'query' && touches === 'cut' && !/[?#]/.test(text)) {
		return { kind: 'bad', reason: 'cutId', text };
	}
	if (read?.kind === 'operation') {
		const id = idInQuery(text);
		return id === undefined ? { ...read, isUrl: true } : { kind: 'query', ...foundOperation(read), id, listed: read.listed };
	}
	if (read === undefined || read.kind === 'bad') {
		const id = idInQuery(text);
		return id === undefined ? (read === undefined ? { kind: 'other', text } : { ...read, text }) : idWord(id, 'task', touches);
	}
	return read;
}

/** The ID in `?task_id=…` of a page's address. */
function idInQuery(text: string): string | undefined {
	for (const { 1: name = '', 2: value = '' } of text.matchAll(/[?&#]([\w-]{2,32})=([\w-]{10,128})(?=[&#]|$)/g)) {
		if (fieldRole(name) === 'task' && isKnownIdForm(value)) {
			return value;
		}
	}
	return undefined;
}
