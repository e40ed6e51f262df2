import { operationKey } from '../../core/operation';
import { takesExternalId } from '../../requests/bodySchemas';
import { bodyText } from '../../requests/bodyText';
import type { ResolvedObject } from '../../requests/resolvedValue';
import { shown } from '../text/foreignText';
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
	/** ms since 1970. */
	readonly now: number;
}

/**
 * Exactly what would be sent, as JSON with comments: URL, headers, body with a stand-in for each file, and the price. An API key is never in
 * it.
 */
export function previewText({ parsed: { file }, facts }: CheckedRequest, { name, origin, price, errors, now }: PreviewNotes): string {
	const takes = takesOf(file, facts, now).flatMap(({ body }) => body ?? []);
	// An expression that cannot be replaced is the same in all takes: there are all bodies or none.
	const addsId = file.operation !== undefined && takesExternalId(file.operation.path);
	const bodies = [...new Set(takes.map((body) => shownBody(body, addsId)))];
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
		file.repeat.count === 1 ? [] : [bodies.length > 1 ? words.differentTakes(file.repeat.count) : words.equalTakes(file.repeat.count)],
	];
	const comments = paragraphs.filter((lines) => lines.length > 0).map((lines) => lines.flatMap(comment).join('\n'));
	return `${[comments.join('\n//\n'), bodies.length > 1 ? `[${bodies.join(',\n')}]` : (bodies[0] ?? '')].join('\n')}\n`;
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

/** @param addsId an ID is added to a body without one, so that a task is found again whose response was lost */
function shownBody(body: ResolvedObject, addsId: boolean): string {
	const id = 'external_task_id';
	const entries =
		addsId && !body.entries.some(([key]) => key === id)
			? [...body.entries, [id, { kind: 'string', value: words.idStandIn() }] as const]
			: body.entries;
	return bodyText({ kind: 'object', entries }, { media: ({ path, facts }) => mediaStandIn(path, facts), indent: '\t' });
}
