import { findOperationByName } from '../operation';
import { decoration, trimmed } from './decoration';
import { isExternalIdForm, isKnownIdForm } from './idForm';
import type { Label } from './idLabel';
import { labelOf } from './idLabel';
import type { QueryUrl } from './queryUrl';
import { readQueryUrl } from './queryUrl';

/** The meaning of one word of a line. */
export type Word =
	| Extract<QueryUrl, { kind: 'query' }>
	| (Extract<QueryUrl, { kind: 'operation' }> & { readonly isUrl: boolean })
	| (Extract<QueryUrl, { kind: 'bad' }> & { readonly text: string })
	| { readonly kind: 'id'; readonly id: string; readonly label: Label | undefined }
	/** Labels what follows, or decorates: `task_id:`, `GET`, a bullet. */
	| { readonly kind: 'label'; readonly of: Label | undefined }
	| { readonly kind: 'other'; readonly text: string };

const separators = /[^\s"'`<>()[\]{}|,;\\，。；、（）【】「」“”‘’《》！？]+/g;

/** How many words without a meaning are kept: a line of prose may be megabytes long, and more of them change nothing. */
const maxOthers = 3;

/** The words of a line with their meanings, without decoration and with at most three words that have no meaning. */
export function readWords(line: string): Word[] {
	const words: Word[] = [];
	/** The preceding words, as far as they can label an ID. */
	const before: string[] = [];
	let others = 0;
	for (const { 0: source, index } of line.matchAll(separators)) {
		const isQuoted = /["']/.test(line[index - 1] ?? '');
		const word = readWord(source, before, words.length === 0, isQuoted);
		if (word === undefined) {
			continue;
		}
		if (word.kind !== 'other' || others++ < maxOthers) {
			words.push(word);
		}
		before.push(source.length > 64 ? '' : isQuoted && /^ids?$/i.test(source) ? 'part_id' : source);
		if (before.length > 3) {
			before.shift();
		}
	}
	return words;
}

/** Words that belong to a reference: its label, or what precedes the URL of a request. */
const isLabelWord =
	/^(?:tasks?|ids?|taskids?|任务(?:id)?|kling|cometapi|request|parent|external|operation|status|action2?|curl|get|post|http\/[\d.]+|--url|--request|-x|-s|-ss|-l|-i)$/i;

function readWord(source: string, before: readonly string[], isFirst: boolean, isQuoted: boolean): Word | undefined {
	if (isKnownIdForm(source)) {
		return { kind: 'id', id: source, label: labelOf(before) };
	}
	if (source.length > 4096) {
		return { kind: 'other', text: source };
	}
	const text = trimmed(source, decoration);
	// Bullets, numbering, a table's rule, a check box: decoration.
	if (trimmed(text, '-_=–—') === '' || (isFirst && /^\d{1,3}\.?$/.test(source)) || (isFirst && /^x$/i.test(text))) {
		return undefined;
	}
	const id = text === source ? idInEmphasis(text) : idIn(text);
	if (id !== undefined) {
		return { kind: 'id', id, label: labelOf(before) };
	}
	const assigned = /[=:：]/.test(text) ? /^([\p{L}_-]{1,32})[=:：](.+)$/u.exec(text) : null;
	if (assigned?.[1] !== undefined && assigned[2] !== undefined && !assigned[2].startsWith('//')) {
		const [, name, value] = assigned;
		const found = idIn(trimmed(value, decoration));
		const label = labelOf(isQuoted ? [`part_${name}`] : [...before, name]);
		if (found !== undefined) {
			return { kind: 'id', id: found, label: label ?? 'other' };
		}
		if (label === 'task' && isExternalIdForm(value)) {
			return { kind: 'id', id: value, label };
		}
		if (/^(?:--url|url)$/i.test(name)) {
			return readUrlWord(value) ?? { kind: 'other', text };
		}
	}
	const read = readJoined(text) ?? readUrlWord(text);
	if (read !== undefined) {
		return read;
	}
	const isStated = isLabelWord.test(text);
	const label = isStated || /.[_-]?ids?$/i.test(text) ? labelOf([...before, text]) : undefined;
	if (isStated || label !== undefined) {
		return { kind: 'label', of: label };
	}
	const listed = text.length < 40 && /[-_\d]/.test(text) ? findOperationByName(text) : undefined;
	return listed === undefined ? { kind: 'other', text } : { kind: 'operation', operation: listed, listed: true, isUrl: false };
}

/** `videos/effects:id`, and `effects/id` if the catalogue has the name. */
function readJoined(text: string): Word | undefined {
	const end = Math.max(text.lastIndexOf(':'), text.lastIndexOf('/'));
	const id = text.slice(end + 1);
	if (end < 1 || end > 64 || !isKnownIdForm(id)) {
		return undefined;
	}
	const path = text.slice(0, end);
	if (!path.includes('/')) {
		const operation = findOperationByName(path);
		return operation === undefined ? undefined : { kind: 'query', operation, id, listed: operation.listed };
	}
	const named = text[end] === ':' ? readQueryUrl(path) : undefined;
	return named?.kind === 'operation' ? { kind: 'query', operation: named.operation, id, listed: named.listed } : undefined;
}

function readUrlWord(text: string): Word | undefined {
	const read = readQueryUrl(text);
	if (read?.kind === 'operation') {
		return { ...read, isUrl: text.includes('v1/') };
	}
	return read?.kind === 'bad' ? { ...read, text } : read;
}

/** A known form of ID, perhaps in Markdown's `_emphasis_`. */
function idIn(text: string): string | undefined {
	if (isKnownIdForm(text)) {
		return text;
	}
	return idInEmphasis(text);
}

function idInEmphasis(text: string): string | undefined {
	if (!text.startsWith('_') && !text.endsWith('_')) {
		return undefined;
	}
	const inner = trimmed(text, '_');
	return inner !== text && isKnownIdForm(inner) ? inner : undefined;
}
