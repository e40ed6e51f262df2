import * as v from 'valibot';
import { operationKey } from '../../../src/core/operation';
import { readBoundedText, type PastedReference } from '../../../src/core/paste/pastedText';
import { readKey } from '../../../src/core/readKey';
import { linkExpiry } from '../../../src/core/resultLink';
import { namedId } from '../../../src/api/carriers';
import { parseJson } from '../../../src/api/json';
import { levelsOf, readResponse } from '../../../src/api/response';
import type { CaseRow } from './corpus';
import { downloadFile } from './downloadTrial';
import { diagnosticLines } from './requestTrial';
import { pollThrough } from './scheduleTrial';

/** What today's code makes of a file, in the names that `expect` has for it; `says` is for people. */
export interface Facts {
	readonly [name: string]: unknown;
	readonly says?: string;
}

/** The API of the tried tasks. */
const apiOrigin = 'https://api.cometapi.com';

/**
 * Tries a file on the production code.
 * @throws an error with a sentence if the file has not the form that its kind needs
 */
export async function tryCase(row: CaseRow, text: string): Promise<Facts> {
	switch (row.kind) {
		case 'paste':
			return { refs: readBoundedText(text).references.map(referenceText).sort() };
		case 'response':
			return responseFacts(row.http, text, row.id ?? namedId(levelsOf(parseJson(text), { id: '' })) ?? '0');
		case 'expiry': {
			const { url, updatedAt } = v.parse(v.object({ url: v.string(), updatedAt: v.optional(v.number()) }), JSON.parse(text));
			return { ...linkExpiry(url, updatedAt) };
		}
		case 'schedule':
			return pollThrough(JSON.parse(text), apiOrigin);
		case 'download':
			return await downloadFile(JSON.parse(text));
		case 'request':
			return diagnosticLines(text);
		case 'key':
			return { each: keyOf(text, row.expect.each) };
	}
}

/** `action/action2 id @origin`, each part only where it is known, with ` ?` behind a guess. */
function referenceText({ id, operation, origin, sure }: PastedReference): string {
	return [
		...(operation === undefined ? [] : [operationKey(operation)]),
		id,
		...(origin === undefined ? [] : [`@${origin}`]),
		...(sure === 'guess' ? ['?'] : []),
	].join(' ');
}

function responseFacts(http: number, body: string, id: string): Facts {
	const read = readResponse(http, body, {}, { id, origin: apiOrigin });
	if (!read.ok) {
		const { kind, retryable, message } = read.error;
		return { error: kind, retryable, says: message };
	}
	const { status, results, createdAt, updatedAt, message } = read.snapshot;
	return {
		status,
		links: results.map(({ url }) => url),
		linkCount: results.length,
		createdAt,
		updatedAt,
		...(message !== undefined && { says: message }),
	};
}

/** The key that each line gives; lines that are refused do not count. Otherwise what the first line with anything else gives. */
function keyOf(text: string, key: string): string {
	for (const line of text.split(/\r?\n/)) {
		const reading = readKey(line);
		if ('key' in reading && reading.key !== key) {
			return reading.key;
		}
	}
	return key;
}
