import type { TaskIds } from '../core/taskIds';
import type { ListOutcome, ShownOutcome } from '../tracking/ports/kling';
import { readError } from './apiError';
import { idsIn } from './carriers';
import { isOk } from './httpStatus';
import type { Fields } from './json';
import { isFields, parseJson, textOf, unwrapped } from './json';
import { levelsOf, readParsed } from './response';

/** How many tasks are read in one turn of the event loop: other extensions share it. */
const readAtOnce = 25;
/** The list may be in `data`, or in the `data` of that. */
const deepestList = 2;

interface Item {
	readonly fields: Fields;
	/** From 1. */
	readonly position: number;
}

/**
 * Reads the response to a list query. Each item is read as a response whose `data` it is, beside the list's own `code`, `message` and
 * `request_id`, so the same rules of evidence apply. Never rejects, whatever the input.
 *
 * A task that the list shows twice counts as not shown, because the items may contradict each other. So does one whose item is an error:
 * a single check finds out more.
 *
 * @param headers names in any case
 * @param origin of the API
 */
export async function readList(
	httpStatus: number,
	body: string,
	headers: Readonly<Record<string, string>>,
	origin: string,
	tasks: readonly TaskIds[],
): Promise<ListOutcome> {
	const parsed = parseJson(body);
	const list = listIn(httpStatus, parsed);
	if (list === undefined) {
		return { ok: false, error: readError(httpStatus, levelsOf(parsed, { id: '' }), body, headers) };
	}
	const { items, envelope } = list;
	const known = new Map<string, Item | 'ambiguous'>();
	for (const [index, fields] of items.entries()) {
		if (!isFields(fields)) {
			continue;
		}
		const item = { fields, position: index + 1 };
		for (const id of new Set(idsIn(fields))) {
			known.set(id, known.has(id) ? 'ambiguous' : item);
		}
	}
	const shown: (ShownOutcome | undefined)[] = [];
	let depth = 0;
	for (const task of tasks) {
		const found = new Set([task.id, task.externalTaskId, task.alias].flatMap((id) => (id === undefined ? [] : (known.get(id) ?? []))));
		const [item] = found;
		const outcome =
			found.size === 1 && item !== undefined && item !== 'ambiguous'
				? readItem(httpStatus, { ...envelope, data: item.fields }, headers, { ...task, origin })
				: undefined;
		shown.push(outcome);
		if (outcome !== undefined && item !== undefined && item !== 'ambiguous') {
			depth = Math.max(depth, item.position);
		}
		if (shown.length % readAtOnce === 0) {
			await new Promise((resolve) => setImmediate(resolve));
		}
	}
	return { ok: true, shown, length: items.length, depth };
}

/** The items of a list, and the fields of its envelope that belong to every item; undefined if a response is not a list. */
export function listIn(httpStatus: number, parsed: unknown): { readonly items: readonly unknown[]; readonly envelope: Fields } | undefined {
	if (!isOk(httpStatus)) {
		return undefined;
	}
	let value = unwrapped(parsed);
	const [code, message, requestId] = ['code', 'message', 'request_id'].map((name) => (isFields(value) ? textOf(value, name) : undefined));
	for (let depth = 0; depth < deepestList && isFields(value); depth++) {
		value = unwrapped(value['data']);
	}
	return Array.isArray(value)
		? {
				items: value,
				envelope: {
					...(code !== undefined && { code: /^-?\d{1,9}$/.test(code) ? Number(code) : code }),
					...(message !== undefined && { message }),
					...(requestId !== undefined && { request_id: requestId }),
				},
			}
		: undefined;
}

function readItem(
	httpStatus: number,
	response: Fields,
	headers: Readonly<Record<string, string>>,
	asked: TaskIds & { readonly origin: string },
): ShownOutcome | undefined {
	let body: string;
	try {
		body = JSON.stringify(response);
	} catch {
		// Nested too deeply.
		return undefined;
	}
	const reading = readParsed(httpStatus, response, body, headers, asked);
	return reading.ok && reading.snapshot.foreignId === undefined ? { ...reading, body } : undefined;
}
