import { maskKeys } from '../../core/keyWord';
import { operationKey } from '../../core/operation';
import { takesExternalId } from '../../requests/bodySchemas';
import { bodyText } from '../../requests/bodyText';
import type { RequestFacts } from '../../requests/fileFacts';
import type { RequestFile } from '../../requests/requestFile';
import type { ResolvedMedia, ResolvedObject, ResolvedValue } from '../../requests/resolvedValue';
import { isSecretText } from '../../requests/rules/secrets';
import { shown } from '../../core/shown';
import { mediaStandIn } from '../text/requests/mediaFacts';
import * as words from '../text/requests/preview';
import type { CheckedRequest } from './requestDocuments';
import { takesOf } from './runValues';

/** What a preview says beside the request itself. */
export interface PreviewNotes {
	/** The file's name. */
	readonly name: string;
	/** Of the API that would get it; undefined: the base URL in the settings is invalid. */
	readonly origin: string | undefined;
	/** In sentences. */
	readonly price: string;
	/** What keeps it from being sent, a sentence each. */
	readonly errors: readonly string[];
	/** The number of the take that comes next. */
	readonly firstTake: number;
	/** The ID that a take gets; undefined: not known yet. */
	readonly externalIdOf: (take: number) => string | undefined;
	/** ms since 1970. */
	readonly now: number;
}

/**
 * Exactly what would be sent, as JSON with comments: URL, headers, body with a stand-in for each file, and the price. An API key is never in
 * it.
 */
export function previewText({ parsed: { file }, facts }: CheckedRequest, notes: PreviewNotes): string {
	const { name, origin, price, errors } = notes;
	const { bodies, isComplete } = shownBodies(file, facts, notes);
	const paragraphs = [
		[words.previewTitle(name)],
		errors.length === 0 ? [] : [words.notSendable(), ...errors],
		file.operation === undefined
			? []
			: [
					`POST ${origin ?? words.invalidBaseUrl()}/kling/v1/${operationKey(file.operation.path)}`,
					`Authorization: Bearer ${words.keyStandIn()}`,
					'Content-Type: application/json',
				],
		[price],
		file.repeat.count === 1
			? []
			: [bodies.length > 1 || !isComplete ? words.differentTakes(file.repeat.count) : words.equalTakes(file.repeat.count, addsId(file))],
		isComplete ? [] : [words.firstBodies(bodies.length)],
	];
	const comments = paragraphs.filter((lines) => lines.length > 0).map((lines) => lines.flatMap(comment).join('\n'));
	return maskKeys(`${[comments.join('\n//\n'), bodies.length > 1 ? `[${bodies.join(',\n')}]` : (bodies[0] ?? '')].join('\n')}\n`);
}

/** After so many characters no further body is shown: the editor would stop. */
const mostCharacters = 2_000_000;
/** A longer body (characters) is not indented: deep nesting would multiply it. */
const mostIndented = 200_000;

/** The different bodies of the takes, as far as a person reads; none if an expression cannot be replaced. One at a time: each may be large. */
function shownBodies(
	file: RequestFile,
	facts: RequestFacts,
	{ now, firstTake, externalIdOf }: PreviewNotes,
): { readonly bodies: readonly string[]; readonly isComplete: boolean } {
	/** By what they are without the ID that is added, which always differs. */
	const bodies = new Map<string, string>();
	let characters = 0;
	let take = firstTake;
	for (const { body } of takesOf(file, facts, now, firstTake)) {
		if (body === undefined) {
			return { bodies: [], isComplete: true };
		}
		const text = shownBody(body, undefined);
		if (!bodies.has(text)) {
			if (characters > 0 && characters + text.length > mostCharacters) {
				return { bodies: [...bodies.values()], isComplete: false };
			}
			characters += text.length;
			bodies.set(text, addsId(file) ? shownBody(body, externalIdOf(take) ?? words.idStandIn()) : text);
		}
		take++;
	}
	return { bodies: [...bodies.values()], isComplete: true };
}

/** Whether an ID is added to a body without one, so that a task is found again whose response was lost. */
function addsId({ operation }: RequestFile): boolean {
	return operation !== undefined && takesExternalId(operation.path);
}

/** In so many columns a comment is read without scrolling beside its request. */
const columns = 76;

/** A text in lines of a comment; a line break in it, which may come from a file, does not end the comment. */
function comment(text: string): readonly string[] {
	const lines: string[] = [];
	let line = '//';
	for (const word of shown(text).split(/\s+/)) {
		if (line.length + word.length >= columns && line !== '//') {
			lines.push(line);
			line = '//';
		}
		line += ` ${word}`;
	}
	return [...lines, line];
}

function hasExternalId({ entries }: ResolvedObject): boolean {
	return entries.some(([key]) => key === 'external_task_id');
}

function idEntry(value: string): readonly [string, ResolvedValue] {
	return ['external_task_id', { kind: 'string', value }];
}

/** @param externalId is added to a body without one */
function shownBody(body: ResolvedObject, externalId: string | undefined): string {
	const entries = externalId === undefined || hasExternalId(body) ? body.entries : [...body.entries, idEntry(externalId)];
	const shownEntries = entries.map(([key, value]) => [key, withoutKeys(key, value, false)] as const);
	const whole = { kind: 'object', entries: shownEntries } as const;
	const media = ({ path, facts }: ResolvedMedia): string => mediaStandIn(path, facts);
	const compact = bodyText(whole, { media });
	return compact.length > mostIndented ? compact : bodyText(whole, { media, indent: '\t' });
}

/** A value of a field without what a person wrote there as an API key, which is an error. */
function withoutKeys(key: string, value: ResolvedValue, isInside: boolean): ResolvedValue {
	switch (value.kind) {
		case 'string':
			return isSecretText(key, value.value, isInside) ? { kind: 'string', value: words.keyStandIn() } : value;
		case 'object':
			return { kind: 'object', entries: value.entries.map(([name, inner]) => [name, withoutKeys(name, inner, true)] as const) };
		case 'array':
			return { kind: 'array', items: value.items.map((item) => withoutKeys('', item, true)) };
		default:
			return value;
	}
}
