import { readFile } from 'node:fs/promises';
import path from 'node:path';
import * as v from 'valibot';

/*
 * A corpus is a folder with an `index.json`: a list with one row per input file. `kind` says how the file is tried (see trials.ts), `expect`
 * what it should give; `says`, in any `expect`, is a remark that is printed and not compared.
 */

/** What is expected, or several right readings. */
const expected = <T extends v.ObjectEntries>(entries: T) => v.strictObject({ ...entries, says: v.optional(v.string()) });
const eitherOf = <T extends v.GenericSchema>(reading: T) =>
	v.strictObject({ oneOf: v.pipe(v.array(reading), v.minLength(1)), says: v.optional(v.string()) });

/** References as text (see `referenceText`), in any order. */
const references = v.array(v.string());
/** What one response says: a status before any confirmation with the links of the results, or an error. Times in ms since 1970. */
const reading = v.union([
	v.strictObject({
		status: v.picklist(['submitted', 'processing', 'succeeded', 'failed', 'unknown']),
		links: v.optional(v.array(v.string())),
		linkCount: v.optional(v.number()),
		createdAt: v.optional(v.number()),
		updatedAt: v.optional(v.number()),
		says: v.optional(v.string()),
	}),
	v.strictObject({ error: v.string(), retryable: v.optional(v.boolean()), says: v.optional(v.string()) }),
]);

/** Lines of a file, from 1 on. */
const lines = v.array(v.pipe(v.number(), v.integer(), v.minValue(1)));
/**
 * At which lines the diagnostics of a request file begin. `oneOfLines`: there is at least one error, and all errors are on lines of the list;
 * with `severity` `any`, warnings count as well.
 */
const diagnostics = {
	errors: v.union([lines, v.strictObject({ oneOfLines: v.pipe(lines, v.minLength(1)), severity: v.optional(v.literal('any')) })]),
	warnings: v.optional(lines),
};

const file = v.pipe(v.string(), v.minLength(1));
const caseRow = v.variant('kind', [
	v.object({ file, kind: v.literal('paste'), expect: v.union([expected({ refs: references }), eitherOf(references)]) }),
	v.object({
		file,
		kind: v.literal('response'),
		http: v.pipe(v.number(), v.integer()),
		/** The ID that was asked for; absent: the one that the body names. */
		id: v.optional(v.string()),
		expect: v.union([reading, eitherOf(reading)]),
	}),
	v.object({ file, kind: v.literal('expiry'), expect: expected({ at: v.number(), exact: v.boolean() }) }),
	v.object({ file, kind: v.literal('schedule'), expect: expected({ stopped: v.boolean() }) }),
	v.object({ file, kind: v.literal('download'), expect: expected({ ok: v.boolean() }) }),
	v.object({ file, kind: v.literal('request'), expect: expected(diagnostics) }),
	v.object({ file, kind: v.literal('key'), expect: expected({ each: v.string() }) }),
]);

/** One row of an index. */
export type CaseRow = v.InferOutput<typeof caseRow>;

/** A row with the text of its file, or why it cannot be tried. */
export type Case =
	{ readonly name: string; readonly row: CaseRow; readonly text: string } | { readonly name: string; readonly problem: string };

/** The folder is not a corpus; the message is a sentence. */
export class CorpusError extends Error {}

/**
 * Reads a corpus. A row that cannot be read does not stop the others.
 * @throws CorpusError if there is no folder or no list in its `index.json`
 */
export async function readCorpus(folder: string): Promise<readonly Case[]> {
	const index = path.join(folder, 'index.json');
	let text: string;
	try {
		text = await readFile(index, 'utf8');
	} catch (error) {
		throw new CorpusError(`Cannot read ${index}: ${messageOf(error)}.`);
	}
	let rows: unknown;
	try {
		rows = JSON.parse(text);
	} catch (error) {
		throw new CorpusError(`${index} is not JSON: ${messageOf(error)}.`);
	}
	if (!Array.isArray(rows) || rows.length === 0) {
		throw new CorpusError(`${index} is not a list with at least one row.`);
	}
	return await Promise.all(rows.map((row: unknown, at) => readCase(folder, row, at)));
}

async function readCase(folder: string, value: unknown, at: number): Promise<Case> {
	const parsed = v.safeParse(caseRow, value);
	const named = v.safeParse(v.object({ file }), value);
	const name = named.success ? named.output.file : `row ${at + 1}`;
	if (!parsed.success) {
		const reasons = parsed.issues.map((issue) => `${v.getDotPath(issue) ?? 'the row'}: ${issue.message}`);
		return { name, problem: `The row in index.json is wrong (${reasons.join('; ')}).` };
	}
	try {
		return { name, row: parsed.output, text: await readFile(path.join(folder, name), 'utf8') };
	} catch (error) {
		return { name, problem: `The file cannot be read: ${messageOf(error)}.` };
	}
}

function messageOf(error: unknown): string {
	return error instanceof Error ? error.message : String(error);
}
