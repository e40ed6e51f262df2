import assert from 'node:assert/strict';
import fc from 'fast-check';
import { readResponse } from '../../../src/api/response';
import { forms, taskId } from '../../fixtures/responses/forms';

const kinds = new Set([
	'auth',
	'quota',
	'forbidden',
	'notFound',
	'badRequest',
	'policy',
	'rateLimit',
	'concurrency',
	'server',
	'unreachable',
	'malformed',
]);
const statuses = new Set(['submitted', 'processing', 'succeeded', 'failed', 'unknown']);

/** Reads a response, and asserts the invariants of every reading. */
function check(httpStatus: number, body: string, headers: Readonly<Record<string, string>> = {}): void {
	const reading = readResponse(httpStatus, body, headers, { id: taskId, origin: 'https://gateway.example' });
	if (!reading.ok) {
		const { kind, message, retryAfterMs } = reading.error;
		assert.ok(kinds.has(kind), kind);
		assert.notEqual(message.trim(), '');
		assert.ok(message.length <= 4096);
		assert.ok(retryAfterMs === undefined || (retryAfterMs > 0 && retryAfterMs <= 150_000), String(retryAfterMs));
		return;
	}
	const { status, rawStatus, message, progress, results, createdAt, updatedAt, taskId: named, unitsDeducted } = reading.snapshot;
	assert.ok(statuses.has(status), status);
	assert.ok(rawStatus.length <= 100);
	assert.equal(message !== undefined, status === 'failed');
	assert.ok(progress === undefined || (progress >= 0 && progress <= 1), String(progress));
	for (const at of [createdAt, updatedAt]) {
		if (at !== undefined) {
			assert.notEqual(new Date(at).toISOString(), '');
		}
	}
	assert.ok(named === undefined || /^[\w=-]{1,128}$/.test(named), named);
	assert.ok(unitsDeducted === undefined || Number.isFinite(Number(unitsDeducted)), unitsDeducted);
	for (const { url, durationSeconds } of results) {
		assert.match(new URL(url).protocol, /^https?:$/);
		assert.ok(durationSeconds === undefined || durationSeconds > 0);
	}
}

const word = fc.oneof(
	fc.constantFrom(
		'submitted',
		'processing',
		'succeed',
		'failed',
		'SUCCESS',
		'FAILURE',
		'error',
		'task_not_exist',
		'weird',
		'',
		'success',
		'https://media.example/a.mp4',
		'878106242831892487',
		'30%',
		'1e999',
	),
	fc.string(),
);
const names = fc.constantFrom(
	...[
		'code',
		'message',
		'request_id',
		'data',
		'task_id',
		'task_status',
		'task_status_msg',
		'task_info',
		'external_task_id',
		'parent_video',
		'task_result',
	],
	...[
		'videos',
		'images',
		'audios',
		'series_images',
		'id',
		'url',
		'url_mp3',
		'url_wav',
		'duration',
		'created_at',
		'updated_at',
		'status',
		'progress',
		'fail_reason',
	],
	...[
		'error',
		'detail',
		'outputs',
		'type',
		'result_url',
		'metadata',
		'action',
		'final_unit_deduction',
		'finish_time',
		'__proto__',
		'constructor',
	],
);
/** JSON made of the words of real responses, in unusual positions. */
const { tree } = fc.letrec<{ tree: unknown }>((tie) => ({
	tree: fc.oneof(
		{ maxDepth: 5, withCrossShrink: true },
		fc.oneof(
			word,
			fc.integer(),
			fc.double(),
			fc.constant(null),
			fc.boolean(),
			fc.bigInt({ min: 0n, max: 10n ** 20n }).map((id) => id.toString()),
		),
		fc.dictionary(names, tie('tree'), { maxKeys: 6 }),
		fc.array(tie('tree'), { maxLength: 3 }),
	),
}));
const httpStatus = fc.oneof(
	fc.constantFrom(0, 100, 200, 204, 301, 400, 401, 402, 403, 404, 408, 410, 429, 500, 502, 503, 524, 999, Number.NaN),
	fc.integer(),
);
const headers = fc.dictionary(
	fc.constantFrom('Retry-After', 'retry-after', 'Date', 'X-Request-Id', '__proto__'),
	fc.oneof(fc.string(), fc.constantFrom('5', '-1', 'Thu, 01 Jan 2026 12:00:30 GMT')),
);

describe('readResponse: any input', function () {
	this.timeout(60_000);

	it('reads thousands of random bodies without throwing', () => {
		fc.assert(fc.property(httpStatus, fc.oneof(fc.string({ unit: 'binary', maxLength: 300 }), fc.json()), headers, check), {
			numRuns: 3000,
		});
	});

	it('reads thousands of bodies made of its own vocabulary', () => {
		fc.assert(
			fc.property(
				httpStatus,
				tree.map((value) => JSON.stringify(value)),
				headers,
				check,
			),
			{ numRuns: 5000 },
		);
	});

	it('reads thousands of damaged responses: cut, doubled, with bytes replaced', () => {
		const response = fc
			.tuple(fc.constantFrom(...Object.values(forms)), word)
			.map(([make, status]) =>
				JSON.stringify(make(status, { progress: '50%', task_result: { videos: [{ url: 'https://media.example/a.mp4' }] } })),
			);
		const damaged = fc
			.tuple(
				response,
				fc.nat(),
				fc.nat(),
				fc.oneof(fc.string({ maxLength: 5 }), fc.constantFrom('{', '}', '[', ']', '"', '\\', ',', ':', 'null', '1')),
			)
			.map(([text, from, length, filling]) => {
				const start = from % (text.length + 1);
				return text.slice(0, start) + filling + text.slice(start + (length % 20));
			});
		fc.assert(fc.property(httpStatus, damaged, headers, check), { numRuns: 5000 });
	});

	const size = 4 * 1024 * 1024;
	const deep = (open: string, close: string): string => open.repeat(size / 2 / open.length) + close.repeat(size / 2 / close.length);
	const hostile: Readonly<Record<string, string>> = {
		'deep lists': deep('[', ']'),
		'half of deep lists': '['.repeat(size),
		'deep data': `${'{"data":'.repeat(200_000)}1234567890123456789${'}'.repeat(200_000)}`,
		'lists of one': `{"code":0,"data":${'['.repeat(1_000_000)}${']'.repeat(1_000_000)}}`,
		'one long string': `{"task_status":"${'a'.repeat(size)}"}`,
		'escapes and a long number': `{"task_id":1234567890123456789,"task_status":"${'\\"'.repeat(size / 2)}"}`,
		'a long number': `{"task_id":${'9'.repeat(size)}}`,
		'many results': `{"task_status":"succeed","task_result":{"videos":[${'{"url":"https://media.example/a.mp4"},'.repeat(80_000)}{}]}}`,
		'many names': `{${Array.from({ length: 200_000 }, (_, number) => `"name${String(number)}":1`).join(',')}}`,
		'titles that never end': '<title'.repeat(size / 6),
		'tags that never end': '<'.repeat(size),
		'a long failure': `{"task_status":"failed","task_status_msg":"${'{'.repeat(size)}"}`,
		'an error made of braces': `{"code":"fail_to_fetch_task","message":"${'{}'.repeat(size / 2)}"}`,
		'an error within an error within an error': ((): string => {
			let text = 'x';
			for (let depth = 0; depth < 12; depth++) {
				text = JSON.stringify({ code: 'fail_to_fetch_task', message: text });
			}
			return text;
		})(),
		spaces: ' '.repeat(size),
		backslashes: `{"message":"${'\\\\'.repeat(size / 2)}"}`,
		'commas and spaces': `[${`1,${' '.repeat(1000)}`.repeat(4000)}1]`,
	};
	for (const [what, body] of Object.entries(hostile)) {
		it(`does not hang on ${what}`, () => {
			// A reading in quadratic time would take minutes, and time out.
			for (const status of [200, 502]) {
				check(status, body);
			}
		}).timeout(20_000);
	}

	it('keeps no more of a response than a person can use', () => {
		const reading = readResponse(200, hostile['many results'] ?? '', {}, { id: taskId });
		assert.ok(reading.ok);
		assert.equal(reading.snapshot.results.length, 1000);
	});
});
