import { cut } from './cut';
import type { Media } from './media';
import { omitUndefined } from './omitUndefined';
import type { TaskSnapshot } from './task';

/** How many results of a task are kept, and how many bytes of facts (UTF-8: its results and parent video as JSON, and its texts). */
export const mostResults = 100;
const mostBytes = 256 * 1024;
/** Limits in UTF-16 units: for the API's message, and for any other text. */
const longestMessage = 16_384;
const longestText = 1_024;

/**
 * Bounds what is kept of a snapshot. Real tasks are far below the limits; a response with thousands of results, or megabytes of links or
 * messages, is cut so that the task list stays fast. Results keep their order; one that does not fit is skipped. The skipped ones are
 * counted. The raw response is bounded separately.
 */
export function boundedSnapshot(snapshot: TaskSnapshot): TaskSnapshot & { readonly resultsLeftOut: number } {
	const texts = cutTexts(snapshot);
	let left = mostBytes - Object.values(texts).reduce((sum, text) => sum + utf8Length(text), 0);
	const { parentVideo, ...others } = snapshot;
	const parentBytes = parentVideo === undefined ? 0 : jsonLength(parentVideo, left);
	const keepsParent = parentVideo !== undefined && parentBytes <= left;
	if (keepsParent) {
		left -= parentBytes;
	}
	const results: Media[] = [];
	for (const media of snapshot.results) {
		if (results.length === mostResults) {
			break;
		}
		// Avoids measuring thousands of results that are too long.
		const bytes = media.url.length > left ? Infinity : jsonLength(media, left);
		if (bytes > left) {
			continue;
		}
		left -= bytes;
		results.push(media);
	}
	return {
		...others,
		...texts,
		...(keepsParent ? { parentVideo } : {}),
		results,
		resultsLeftOut: snapshot.results.length - results.length,
	};
}

/** The facts that may be any text. */
type TextFact = { [K in keyof TaskSnapshot]-?: string extends TaskSnapshot[K] ? K : never }[keyof TaskSnapshot];

function cutTexts({ rawStatus, message, taskId, foreignId, externalTaskId, unitsDeducted, requestId, action }: TaskSnapshot) {
	const optional = (text: string | undefined, limit = longestText): string | undefined => text && shortened(text, limit);
	// A text that is missing here does not compile.
	return omitUndefined({
		rawStatus: shortened(rawStatus, longestText),
		message: optional(message, longestMessage),
		taskId: optional(taskId),
		foreignId: optional(foreignId),
		externalTaskId: optional(externalTaskId),
		unitsDeducted: optional(unitsDeducted),
		requestId: optional(requestId),
		action: optional(action),
	} satisfies Readonly<Record<TextFact, string | undefined>>);
}

/** The beginning of a text in whole characters; ends with `…` if the text was longer. */
function shortened(text: string, limit: number): string {
	return text.length <= limit ? text : `${cut(text, limit - 1)}…`;
}

/** The length in bytes including a comma; Infinity if it exceeds `most`. */
function jsonLength(value: object, most: number): number {
	const json = JSON.stringify(value);
	return json.length > most ? Infinity : utf8Length(json) + 1;
}

function utf8Length(text: string): number {
	let bytes = text.length;
	for (let index = 0; index < text.length; index++) {
		const code = text.charCodeAt(index);
		// Each half of a surrogate pair counts as two bytes.
		if (code >= 0x80) {
			bytes += code >= 0x800 && (code < 0xd800 || code > 0xdfff) ? 2 : 1;
		}
	}
	return bytes;
}
