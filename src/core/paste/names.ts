// What a text calls a task.
import { cut } from '../cut';
import { fieldRole } from './fieldRole';
import { isKnownIdForm } from './idForm';
import { isModelName, operationNamed } from './operationNames';
import { mayBeKey } from './secretText';

const longestName = 60;
/** A word that announces a secret, or begins like one. */
const isKeyOrSecret = /^(?:password|passwd|pass|pwd|pw|secret|token|key|apikey|login|sk|ak|akia\w*|gh[opsu]_\w*|sk[-_]\w*)$/i;

/**
 * A text as a task's name: one line of plain text, without Markdown's marks, at most 60 characters. Undefined if nothing readable is left,
 * or if it may contain a key.
 */
export function cleanName(text: string): string | undefined {
	// Most names: nothing to clean.
	if (
		/^[A-Za-z0-9](?: ?[\w-]){0,40}[A-Za-z0-9]$/.test(text) &&
		!/[\w-]{13}/.test(text) &&
		!/key|pass|pwd|secret|token|login|^sk /i.test(text)
	) {
		return text;
	}
	const plain = text
		.slice(0, 400)
		.replace(/\$\([\w~-]+\)|[\p{Cc}\p{Cf}\p{Co}\p{Cn}\p{Cs}]/gu, ' ')
		.replace(/!?\[([^\][]*)\]\([^()]*\)/g, '$1')
		.replace(/[*`~#<>|\\[\]]+|(?<=^|\s)_+|_+(?=\s|$)/g, ' ')
		.replace(/\s+/g, ' ')
		.replace(/^[\s:=,.;–—→•·-]+|[\s:=,;–—→•·-]+$/g, '')
		// Half a pair of brackets.
		.replace(/^[([{「【『《](?=[^)\]}」】』》]*$)|(?<=^[^([{「【『《]*)[)\]}」】』》]$/g, '');
	const words = plain.split(/\s/);
	if (
		!/[\p{L}\p{N}]/u.test(plain) ||
		plain.includes('█') ||
		words.some((word) => (word.length > 12 && /\d/.test(word) && mayBeKey(word)) || isKeyOrSecret.test(word)) ||
		plain.includes('://')
	) {
		return undefined;
	}
	if (plain.length <= longestName) {
		return plain;
	}
	return `${cut(plain, longestName - 1).trimEnd()}…`;
}

/** The longest prompt that is kept, in UTF-16 units: Kling's own limit. */
const longestPrompt = 2_500;

/**
 * A text as a task's prompt: plain text with its line breaks, at most `longestPrompt` characters. Undefined if nothing readable is left, or
 * if it may contain a key.
 */
export function cleanPrompt(text: string): string | undefined {
	const plain = text
		.slice(0, 2 * longestPrompt)
		.replace(/\r\n?/g, '\n')
		// Joiners and variation selectors are part of emoji and of several scripts.
		.replace(/(?![\n\u200c\u200d])[\p{Cc}\p{Cf}\p{Co}\p{Cn}\p{Cs}]/gu, ' ')
		.trim();
	if (!/[\p{L}\p{N}]/u.test(plain) || plain.split(/\s/).some((word) => word.length > 12 && /\d/.test(word) && mayBeKey(word))) {
		return undefined;
	}
	return plain.length <= longestPrompt ? plain : `${cut(plain, longestPrompt - 1).trimEnd()}…`;
}

/** What stands before an ID in logs, requests, commands and sentences, and is no name. */
const noName =
	/^(?:jan|feb|mar|apr|jun|jul|aug|sep|oct|nov|dec|mon|tue|wed|thu|fri|sat|sun|info|debug|warn|warning|error|trace|notice|fatal|critical|get|post|put|delete|patch|curl|http\S*|created?|submitted|queued|started|polling|checking|checked|tracking|waiting|done|finished|fail(?:ed)?|succe(?:ss|ed|eded)|processing|pending|running|complete[ds]?|\d+(?:\.\d+)?(?:ms|s|m|min|%)|ok|see|use|using|this|please|is|was|are|re|fwd?|hi|hello|dear|note|todo|fixme|kubectl|docker|npx?|node|python3?|bash|sh|sudo|tasks?|ids?)$/i;
/** Words of sentences, which only a line of a list may have in a name: `- cat on the roof: 853…`. */
const sentenceWord = /^(?:for|and|the|with|of|from|at|by|in|on|to)$/i;
const bullets = /^(?:\s*(?:[-*+•·>#|✔✖✓✗├└─│]+|\d{1,3}[.)](?=\s)|\[[ xX]?\]))+\s*/u;
/** Signs and brackets at a name's beginning and between it and its ID. */
const opening = /^["'`“‘「【(<]+/u;
const closing = /[\s:;=#"'`(（「【“‘<>[*_|→–—,，-]+$/u;

/**
 * The name in what a line says before its only ID: `- sunset_video:`, `shot 01 task_id=`, `"Cat"\t`. A bullet, a number, a label and an
 * operation are no part of it. Undefined for a sentence, a log's prefix or a header; what stands between a bullet and a colon is a name even
 * if it is long or reads like a sentence.
 */
export function nameBefore(before: string): string | undefined {
	const isListed = bullets.test(before) && /[:：]\s*$/u.test(before);
	if (before.length > (isListed ? 400 : 120) || /\d:\d\d|\d{4}-\d\d-\d\d/.test(before)) {
		return undefined;
	}
	const words = before.replace(bullets, '').replace(closing, '').replace(opening, '').split(/\s+/);
	// A label, an operation or a model at the end.
	for (const count of [3, 1]) {
		const end = words.slice(-count).join(' ');
		if (words.length >= count && ((fieldRole(end) ?? 'name') !== 'name' || operationNamed(end) !== undefined || isModelName(end))) {
			words.splice(-count);
			break;
		}
	}
	const text = words.join(' ').replace(closing, '');
	const parts = text.split(/[\s:=,;[\]()|]+/);
	const isName =
		parts.length <= (isListed ? 60 : 6) &&
		!parts.some((part) => noName.test(part) || (!isListed && sentenceWord.test(part)) || isKnownIdForm(part)) &&
		!/[=?!{}\\/]|: /.test(text) &&
		fieldRole(text) === undefined;
	return text === '' || !isName ? undefined : cleanName(text);
}
