import assert from 'node:assert/strict';
import fc from 'fast-check';
import { omitUndefined } from '../../../src/core/omitUndefined';
import { isFinishedStatus, taskKey, type Task, type TaskStatus } from '../../../src/core/task';
import { csvEntries, csvHeading, csvLine } from '../../../src/shared/taskList/csv';
import { entryOf, readEntry, type EntryProblem } from '../../../src/shared/taskList/entry';
import { jsonEntries, jsonHead, jsonTail, jsonTask } from '../../../src/shared/taskList/json';
import { origin, ref, video } from '../../support/makers';

const now = Date.UTC(2026, 10, 28, 12);
const t0 = Date.UTC(2026, 10, 20, 8, 30, 1, 250);
const anyLink = (): boolean => true;

function task(id: string, more: Partial<Task> = {}): Task {
	return { key: taskKey(ref(id)), ref: ref(id), status: 'succeeded', trackedAt: t0, finishedAt: t0 + 1, results: [], ...more };
}

const csv = (...tasks: readonly Task[]): string => csvHeading + tasks.map((one) => csvLine(entryOf(one))).join('');
const json = (...tasks: readonly Task[]): string =>
	jsonHead(now) + tasks.map((one, index) => jsonTask(entryOf(one), index === 0)).join('') + jsonTail;

function fromCsv(text: string): readonly (Task | readonly [line: number, EntryProblem])[] {
	const entries = csvEntries(text);
	assert.ok(entries !== undefined, 'it is a table of tasks');
	return [...entries].flatMap((entry) => {
		if ('isEmpty' in entry) {
			return [];
		}
		const read = 'problem' in entry ? { ok: false as const, problem: entry.problem } : readEntry(entry.value, now, anyLink);
		return [read.ok ? read.task : ([entry.line, read.problem] as const)];
	});
}
function fromJson(text: string, mayLink: (url: string) => boolean = anyLink): readonly (Task | readonly [line: number, EntryProblem])[] {
	const entries = jsonEntries(text);
	assert.ok(typeof entries !== 'string', 'it is a task list');
	return [...entries].map((entry) => {
		const read = 'problem' in entry ? { ok: false as const, problem: entry.problem } : readEntry(entry.value, now, mayLink);
		return read.ok ? read.task : ([entry.line, read.problem] as const);
	});
}

/** The cells of one exported line, as they stand in the file. */
function cellsOf(one: Task): Readonly<Record<string, string>> {
	const columns = csvHeading.slice(1).trimEnd().split(',');
	// For values without quotes, commas and line breaks.
	return Object.fromEntries(
		csvLine(entryOf(one))
			.trimEnd()
			.split(',')
			.map((cell, index) => [columns[index] ?? '', cell]),
	);
}

describe('an exported task list', () => {
	/** Tasks as the store has them, of what a list keeps. */
	function tasks(kept: 'all' | 'table'): fc.Arbitrary<Task> {
		const time = fc.integer({ min: Date.UTC(2024), max: now });
		const optional = <T>(arbitrary: fc.Arbitrary<T>): fc.Arbitrary<T | undefined> => fc.option(arbitrary, { nil: undefined });
		const line = fc
			.string({ unit: 'grapheme', minLength: 1, maxLength: 40 })
			.map((text) => text.replace(/[\p{Cc}\p{Cf}\s]/gu, '.'))
			.filter((text) => !/[\ud800-\udfff]/u.test(text));
		const sign = fc.constantFrom('', '=', '+', '-', '@', "'", "''", '"', ',', ';', '=1+1', '0', '878412345678870564');
		const text = fc.tuple(sign, line).map(([start, end]) => start + end);
		const prompt = fc
			.tuple(fc.constantFrom('', '=', "'", '-'), fc.array(line, { minLength: 1, maxLength: 3 }))
			.map(([start, lines]) => `${start}a ${lines.join('\n')}.`);
		const url = fc.webUrl({ validSchemes: ['https'], withQueryParameters: true });
		const all = kept === 'all';
		const media = fc.record({
			kind: fc.constantFrom('video' as const, 'image' as const, 'audio' as const),
			url,
			id: all ? optional(line) : fc.constant(undefined),
			durationSeconds: all ? optional(fc.double({ min: 0, max: 600, noNaN: true }).map((value) => value || 0)) : fc.constant(undefined),
			alternatives: all
				? optional(fc.array(fc.record({ format: line, url }, { noNullPrototype: true }), { minLength: 1, maxLength: 2 }))
				: fc.constant(undefined),
		});
		return fc
			.record({
				id: fc.oneof(
					fc.bigInt(100_000_000_000_000_000n, 999_999_999_999_999_999n).map(String),
					fc.stringMatching(/^[A-Za-z0-9]{3}[\w=-]{1,30}\d$/),
				),
				origin: fc.constantFrom(origin, 'https://relay.example/base', 'http://127.0.0.1:8080'),
				action2: fc.constantFrom('text2video', 'lip-sync', 'avatar/image2video'),
				status: fc.constantFrom<TaskStatus>('submitted', 'processing', 'succeeded', 'failed', 'unknown'),
				name: optional(text),
				prompt: optional(prompt),
				rawStatus: optional(line),
				message: optional(prompt),
				unitsDeducted: optional(fc.constantFrom('3.5', '0', '100')),
				externalTaskId: optional(text),
				requestId: optional(text),
				trackedAt: time,
				createdAt: optional(time),
				updatedAt: optional(time),
				finishedAt: time,
				viewedAt: optional(time),
				results: fc.array(
					media.map((one) => omitUndefined(one)),
					{ maxLength: 3 },
				),
				parentVideo: optional(
					all
						? fc.record({ id: line, url, durationSeconds: fc.constant(5) }, { noNullPrototype: true })
						: fc.record({ url }, { noNullPrototype: true }),
				),
			})
			.map(({ id, origin: of, action2, status, finishedAt, viewedAt, ...facts }) => {
				const at = ref(id, { origin: of, action2 });
				const finished = isFinishedStatus(status) ? { finishedAt, ...omitUndefined({ viewedAt }) } : {};
				return { key: taskKey(at), ref: at, status, ...omitUndefined(facts), ...finished } as Task;
			});
	}

	it('is read back from JSON with everything in it', () => {
		fc.assert(fc.property(fc.array(tasks('all'), { maxLength: 4 }), (list) => assert.deepEqual(fromJson(json(...list)), list)));
	});

	it('is read back from a table, with the links and kinds of results', () => {
		fc.assert(fc.property(fc.array(tasks('table'), { maxLength: 4 }), (list) => assert.deepEqual(fromCsv(csv(...list)), list)));
	});

	it('is read back from a table that a spreadsheet has saved with semicolons or tabs, in another order of columns, with line feeds', () => {
		const heading = 'status;id;name;origin;operation;colour';
		const line = `succeeded;'878412345678870564;"a;b";${origin};videos/text2video;red`;
		const [read] = fromCsv(`${heading}\n\n${line}\n`);
		assert.ok(read !== undefined && 'ref' in read);
		assert.deepEqual([read.ref, read.name, read.status], [ref('878412345678870564'), 'a;b', 'succeeded']);
		assert.equal(fromCsv(`${heading}\n${line}`.replaceAll('"a;b"', 'a').replaceAll(';', '\t')).length, 1);
	});

	it('is JSON that any program reads, one task a line', () => {
		const text = json(task('one', { name: 'Sea' }), task('two'));
		const list = JSON.parse(text) as { format: string; version: number; exportedAt: string; tasks: { id: string }[] };
		assert.deepEqual([list.format, list.version, list.exportedAt], ['kling-tasks', 1, '2026-11-28T12:00:00.000Z']);
		assert.deepEqual(
			list.tasks.map(({ id }) => id),
			['one', 'two'],
		);
		assert.equal(text.split('\n').length, 10);
		assert.deepEqual(JSON.parse(json()), { format: 'kling-tasks', version: 1, exportedAt: '2026-11-28T12:00:00.000Z', tasks: [] });
	});

	it('begins, as a table, with a byte order mark and its columns', () => {
		assert.equal(csvHeading.startsWith('\ufefforigin,operation,id,name,prompt,status,'), true);
		assert.equal(csvHeading.endsWith('\r\n'), true);
	});

	for (const [what, name, cell] of [
		['a formula', '=1+2', "'=1+2"],
		['a plus', '+49', "'+49"],
		['a minus', '-x', "'-x"],
		['an at sign', '@SUM(A1)', "'@SUM(A1)"],
		['a full-width equals sign', '＝1', "'＝1"],
		['an apostrophe', "'tis", "''tis"],
		['nothing special', 'shot 07', 'shot 07'],
	] as const) {
		it(`holds a cell that begins with ${what} so that no spreadsheet runs it`, () =>
			assert.equal(cellsOf(task('one', { name }))['name'], cell));
	}
	it('holds cells that begin with a tab or a carriage return as text', () => {
		assert.equal(csvLine(entryOf(task('one', { name: '\t=1' }))).includes(`'\t'=1`), true);
		assert.equal(csvLine(entryOf(task('one', { name: '\r=1' }))).includes(`"'\r'=1"`), true);
	});
	it('holds no cell that becomes another one where lists are separated by semicolons or tabs', () => {
		const prompt = "a;=1+1;b;'c\n@x\t-y";
		const line = csvLine(entryOf(task('one', { prompt })));
		assert.equal(/[;\t\n][=+\-@]/.test(line), false);
		assert.ok(line.includes("a;'=1+1;b;''c\n'@x\t'-y"));
		assert.deepEqual(
			fromCsv(csvHeading + line).map((read) => ('ref' in read ? read.prompt : read)),
			["a;=1+1;b;'c\n@x -y"],
		);
	});
	it('holds an ID of 18 digits as text, which a spreadsheet would round', () => {
		assert.equal(cellsOf(task('878412345678870564'))['id'], "'878412345678870564");
	});
});

describe('an imported task list', () => {
	const good = { origin, operation: 'videos/text2video', id: 'clip-7', status: 'succeeded' };
	const list = (...entries: readonly unknown[]): string => JSON.stringify({ format: 'kling-tasks', version: 1, tasks: entries });
	const only = (entry: unknown, mayLink: (url: string) => boolean = anyLink): Task => {
		const [read] = fromJson(list(entry), mayLink);
		assert.ok(read !== undefined && 'ref' in read, JSON.stringify(read));
		return read;
	};

	const refused: readonly (readonly [what: string, entry: unknown, problem: EntryProblem])[] = [
		['a number', 7, { kind: 'notTask' }],
		['null', null, { kind: 'notTask' }],
		['a list', [good], { kind: 'notTask' }],
		['an empty object', {}, { kind: 'missing', field: 'origin' }],
		['no ID', { ...good, id: undefined }, { kind: 'missing', field: 'id' }],
		['an ID that is a number', { ...good, id: 878412345678870500 }, { kind: 'invalid', field: 'id' }],
		['an ID with a path', { ...good, id: '../../admin' }, { kind: 'invalid', field: 'id' }],
		['an ID with a line break', { ...good, id: 'a1\nb' }, { kind: 'invalid', field: 'id' }],
		['a placeholder for an ID', { ...good, id: 'YOUR_TASK_ID' }, { kind: 'invalid', field: 'id' }],
		['an operation with a path', { ...good, operation: 'videos/../x' }, { kind: 'invalid', field: 'operation' }],
		['plain http', { ...good, origin: 'http://evil.example' }, { kind: 'invalid', field: 'origin' }],
		['a file', { ...good, origin: 'file:///etc' }, { kind: 'invalid', field: 'origin' }],
		['credentials', { ...good, origin: 'https://user:pass@evil.example' }, { kind: 'invalid', field: 'origin' }],
		['another status', { ...good, status: 'done' }, { kind: 'invalid', field: 'status' }],
		['the name of an object’s member as status', { ...good, status: 'constructor' }, { kind: 'invalid', field: 'status' }],
		['a time that is none', { ...good, finishedAt: 'yesterday' }, { kind: 'invalid', field: 'finishedAt' }],
		['a day that is none', { ...good, finishedAt: '2026-02-31T25:61:00Z' }, { kind: 'invalid', field: 'finishedAt' }],
		['a time as a number', { ...good, trackedAt: 1e300 }, { kind: 'invalid', field: 'trackedAt' }],
		['a cost that is no number', { ...good, units: '=1' }, { kind: 'invalid', field: 'units' }],
		['a result without a link', { ...good, results: [{ kind: 'video' }] }, { kind: 'invalid', field: 'results' }],
		['a duration below zero', { ...good, results: [{ ...video, durationSeconds: -1 }] }, { kind: 'invalid', field: 'results' }],
	];
	for (const [what, entry, problem] of refused) {
		it(`has no task with ${what}`, () => {
			const [read] = fromJson(list(entry));
			assert.ok(Array.isArray(read));
			const { kind, ...more } = read[1] as EntryProblem;
			// A field that is missing inside another one is named by the outer one.
			assert.deepEqual({ kind: what === 'a result without a link' ? 'invalid' : kind, ...more }, problem);
		});
	}

	it('names bad lines by their number, and reads the others', () => {
		const line = `${origin},videos/text2video,clip-7,succeeded`;
		const table = `origin,operation,id,status,name\n${line},"two\nlines"\nrubbish\n${line.replace('clip-7', '8.78412E+17')}\n${line.replace('clip-7', '878412345678870000')}\n${line},a,b,c\n`;
		assert.deepEqual(
			fromCsv(table).map((read) => ('ref' in read ? read.name : read)),
			[
				'two lines',
				[4, { kind: 'missing', field: 'operation' }],
				[5, { kind: 'rounded' }],
				[6, { kind: 'rounded' }],
				[7, { kind: 'notTask' }],
			],
		);
		assert.deepEqual(
			fromJson(`{"format":"kling-tasks","version":1,"tasks":[${JSON.stringify(good)},{"id":,${JSON.stringify(good)}`).map((read) =>
				'ref' in read ? read.ref.id : read,
			),
			['clip-7', [2, { kind: 'notTask' }]],
		);
	});

	it('has fields in any order, and others that are ignored', () => {
		assert.equal(
			fromJson(`{"tasks":[${JSON.stringify({ ...good, colour: 'red' })}],"note":{"tasks":[1]},"version":1,"format":"kling-tasks"}`).length,
			1,
		);
	});

	it('is nothing else', () => {
		for (const text of [
			'{}',
			'{"format":"kling-tasks","version":1}',
			'{"format":"other","version":1,"tasks":[]}',
			'{"data":{"format":"kling-tasks","version":1,"tasks":[]}}',
			'{"format":"kling-tasks","tasks":{}}',
		]) {
			assert.equal(jsonEntries(text), 'notList', text);
		}
		assert.equal(jsonEntries('{"format":"kling-tasks","version":2,"tasks":[]}'), 'newerVersion');
		for (const text of ['', 'a,b\n1,2', 'id,name\nx,y']) {
			assert.equal(csvEntries(text), undefined, text);
		}
	});

	it('has no links that responses may not have; how many were left out is counted', () => {
		const read = only(
			{
				...good,
				results: [video, { kind: 'video', url: 'javascript:alert(1)' }, { kind: 'image', url: 'https://10.0.0.1/x', alternatives: [] }],
				parentVideo: { id: 'p1', url: 'http://10.0.0.1/x' },
			},
			(url) => url === video.url,
		);
		assert.deepEqual([read.results, read.resultsLeftOut, read.parentVideo], [[video], 2, { id: 'p1' }]);
	});

	it('has no text that hides or reorders text, and no endless one', () => {
		const read = only({
			...good,
			name: `a\u202eb\u0000c\n${'x'.repeat(300)}`,
			message: `m\u2066\u0007${'y'.repeat(20_000)}`,
			prompt: `\u202ep${'z'.repeat(3_000)}`,
			apiStatus: '\u200f\u0000',
		});
		assert.equal(read.name, `ab c ${'x'.repeat(195)}`);
		assert.equal(read.message?.startsWith('m yyy'), true);
		assert.equal(read.message.length, 16_384);
		assert.equal(read.prompt?.startsWith('pzzz'), true);
		assert.equal(read.prompt.length, 2_500);
		assert.equal(read.rawStatus, undefined);
	});

	it('has no time in the future, and needs none', () => {
		const read = only({ ...good, trackedAt: '2090-01-01T00:00:00Z', finishedAt: '2090-01-01T00:00:00Z', viewedAt: '2090-01-01T00:00:00Z' });
		assert.deepEqual([read.trackedAt, 'finishedAt' in read && read.finishedAt, 'viewedAt' in read && read.viewedAt], [now, now, now]);
		assert.equal(only(good).trackedAt, now);
	});

	it('takes an active task as one that is not finished, whatever else is said', () => {
		const read = only({ ...good, status: 'processing', finishedAt: '2026-01-01T00:00:00Z', viewedAt: '2026-01-01T00:00:00Z' });
		assert.deepEqual(['finishedAt' in read, 'viewedAt' in read, read.status], [false, false, 'processing']);
	});

	it('has no name of which nothing is seen', () => {
		for (const name of ['\u200b', '\u200d\u2060 ', '\u3164', '\u00ad\u2800', '\u{e0041}\ufe0f']) {
			assert.equal(only({ ...good, name }).name, undefined, JSON.stringify(name));
		}
		assert.equal(only({ ...good, name: '👩‍🚀' }).name, '👩‍🚀');
	});

	it('has no server time in the future', () => {
		const read = only({ ...good, createdAt: '2090-01-01T00:00:00Z', updatedAt: '2090-01-01T00:00:00Z' });
		assert.deepEqual([read.createdAt, read.updatedAt], [now, now]);
	});

	describe('that is hostile', () => {
		const long = 1_000_001;
		const line = `${origin},videos/text2video,clip-7,succeeded`;
		const heading = 'origin,operation,id,status\n';

		for (const [what, text] of [
			['a line of empty cells', ','.repeat(long)],
			['a line of quoted cells', '"a",'.repeat(long / 3)],
			['a cell', 'a'.repeat(long)],
			['a quoted cell', `"${'""'.repeat(long)}`],
			['a quoted cell of many lines', `"${'\n'.repeat(long)}`],
		] as const) {
			it(`is read no further than ${what} without end`, () => {
				assert.deepEqual(
					fromCsv(`${heading}${line}\n${text}\n${line}`).map((read) => ('ref' in read ? read.ref.id : read)),
					['clip-7', [3, { kind: 'tooLong' }]],
				);
				assert.equal(csvEntries(`${text}\n${heading}${line}`), undefined, 'nor its heading');
			});
		}

		it('yields between empty lines, and counts them', () => {
			const entries = [...(csvEntries(`${heading}${'\r\n'.repeat(250_000)}${line}\nx`) ?? [])];
			assert.deepEqual(
				entries.map((entry) => [entry.line, 'isEmpty' in entry]),
				[
					[2, true],
					[100_002, true],
					[200_002, true],
					[250_002, false],
					[250_003, false],
				],
			);
		});

		for (const [what, item] of [
			['brackets', '['.repeat(long)],
			['a list', `[${'1,'.repeat(long)}1]`],
			['a string', `{"id":"${'a'.repeat(long)}"}`],
			['backslashes', `"${'\\\\'.repeat(long)}"`],
		] as const) {
			it(`is read no further than ${what} without end`, () => {
				const text = list(good).replace(']}', `,${item},${JSON.stringify(good)}]}`);
				assert.deepEqual(
					fromJson(text).map((read) => ('ref' in read ? read.ref.id : read)),
					['clip-7', [2, { kind: 'tooLong' }]],
				);
			});
		}

		it('is no list if a megabyte stands before its tasks', () => {
			assert.equal(jsonEntries(`{"x":"${'a'.repeat(long)}",${list(good).slice(1)}`), 'notList');
			assert.equal(jsonEntries(`{"x":[${'1,'.repeat(long)}1],${list(good).slice(1)}`), 'notList');
		});
	});

	it('gives no object a prototype', () => {
		const text = `{"format":"kling-tasks","version":1,"tasks":[{"__proto__":{"polluted":1},"constructor":1,${JSON.stringify(good).slice(1)}]}`;
		const [read] = fromJson(text);
		assert.ok(read !== undefined && 'ref' in read);
		assert.equal(Object.getPrototypeOf(read), Object.prototype);
		assert.equal('polluted' in {}, false);
	});

	it('is read whatever it contains', () => {
		const anything = fc.oneof(
			fc.string(),
			fc.json(),
			fc.string({ unit: fc.constantFrom('"', '\\', '{', '}', '[', ']', ',', ':', 'tasks', '\n', "'", ';') }),
		);
		fc.assert(
			fc.property(anything, (text) => {
				const entries = jsonEntries(`{"format":"kling-tasks","version":1,"tasks":[${text}`);
				for (const entry of typeof entries === 'string' ? [] : entries) {
					readEntry('value' in entry ? entry.value : undefined, now, anyLink);
				}
				for (const entry of csvEntries(`origin,operation,id,status\n${text}`) ?? []) {
					readEntry('value' in entry ? entry.value : undefined, now, anyLink);
				}
			}),
		);
	});
});
