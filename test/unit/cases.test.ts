import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { runCases } from '../support/cases/run';

interface Report {
	readonly exitCode: number;
	readonly lines: readonly string[];
}

async function run(...args: readonly string[]): Promise<Report> {
	const lines: string[] = [];
	return { exitCode: await runCases(args, (line) => lines.push(line)), lines };
}

describe('the project’s own corpus', () => {
	const folder = path.resolve('test/cases');

	it('is read as expected by today’s code', async () => {
		const { exitCode, lines } = await run(folder);
		assert.deepEqual(
			lines.filter((line) => !line.startsWith('ok ')),
			['491 of 491'],
		);
		assert.equal(exitCode, 0);
	});

	it('names every file of its folder once, under all seven kinds', async () => {
		const index = await readFile(path.join(folder, 'index.json'), 'utf8');
		const rows = JSON.parse(index) as readonly { readonly file: string; readonly kind: string }[];
		const files = (await readdir(folder)).filter((file) => !['index.json', 'README.md'].includes(file));
		assert.deepEqual(rows.map(({ file }) => file).sort(), files.sort());
		assert.deepEqual([...new Set(rows.map(({ kind }) => kind))].sort(), [
			'download',
			'expiry',
			'key',
			'paste',
			'request',
			'response',
			'schedule',
		]);
	});

	it('is not written to', async () => {
		const state = async (): Promise<readonly (readonly [string, number, number])[]> =>
			await Promise.all(
				(await readdir(folder)).map(async (file) => {
					const { mtimeMs, size } = await stat(path.join(folder, file));
					return [file, mtimeMs, size] as const;
				}),
			);
		const before = await state();
		await run(folder);
		assert.deepEqual(await state(), before);
	});
});

describe('the report about a corpus', () => {
	let folder: string;
	beforeEach(async () => {
		folder = await mkdtemp(path.join(tmpdir(), 'corpus-'));
	});
	afterEach(() => rm(folder, { recursive: true }));

	/** Writes a corpus of one row, or of several, and tries it. */
	async function tried(rows: readonly (readonly [row: object, content: unknown])[]): Promise<Report> {
		for (const [index, [, content]] of rows.entries()) {
			await writeFile(path.join(folder, `${index}.txt`), typeof content === 'string' ? content : JSON.stringify(content));
		}
		await writeFile(path.join(folder, 'index.json'), JSON.stringify(rows.map(([row], index) => ({ file: `${index}.txt`, ...row }))));
		return await run(folder);
	}

	const id = '853300000000000101';
	const wrong: readonly (readonly [string, object, unknown, string])[] = [
		[
			'references that are too few',
			{ kind: 'paste', expect: { refs: [] } },
			id,
			`differs 0.txt: expected {"refs":[]}; got {"refs":["${id}"]}`,
		],
		[
			'a certain reference that should be a guess',
			{ kind: 'paste', expect: { oneOf: [[`${id} ?`], []] } },
			id,
			`differs 0.txt: expected {"refs":["${id} ?"]} or {"refs":[]}; got {"refs":["${id}"]}`,
		],
		[
			'a status',
			{ kind: 'response', http: 200, expect: { status: 'failed' } },
			{ task_id: id, task_status: 'processing' },
			'differs 0.txt: expected {"status":"failed"}; got {"status":"processing","links":[],"linkCount":0}',
		],
		[
			'the status of another task than the row’s',
			{ kind: 'response', http: 200, id: '853300000000000999', expect: { status: 'processing' } },
			{ task_id: id, task_status: 'processing' },
			'differs 0.txt: expected {"status":"processing"}; got {"status":"unknown","links":[],"linkCount":0}',
		],
		[
			'an error',
			{ kind: 'response', http: 401, expect: { oneOf: [{ error: 'server' }, { error: 'auth', retryable: true }] } },
			{ code: 1000, message: 'Authentication failed' },
			'differs 0.txt: expected {"error":"server"} or {"error":"auth","retryable":true}; got {"error":"auth","retryable":false}; says Authentication failed',
		],
		[
			'an expiry',
			{ kind: 'expiry', expect: { at: 1, exact: false } },
			{ url: 'https://media.example/a.mp4', updatedAt: 0 },
			'differs 0.txt: expected {"at":1,"exact":false}; got {"at":2592000000,"exact":false}',
		],
		[
			'a request without its error',
			{ kind: 'request', expect: { errors: [], warnings: [1] } },
			'{"operation": "audio/text-to-audio", "body": {"prompt": "Rain", "duration": "5"}}',
			'differs 0.txt: expected {"errors":[],"warnings":[1]}; got {"errors":[1],"warnings":[]}; says string-for-number (1)',
		],
		[
			'a request with an error on another line',
			{ kind: 'request', expect: { errors: { oneOfLines: [1, 3] } } },
			'{"operation": "audio/text-to-audio",\n"body": {"prompt": "Rain", "duration": "5"}}',
			'differs 0.txt: expected {"errors":{"oneOfLines":[1,3]}}; got {"errors":[2],"warnings":[]}; says string-for-number (2)',
		],
		[
			'a request without any diagnostic',
			{ kind: 'request', expect: { errors: { oneOfLines: [1], severity: 'any' } } },
			'{"operation": "audio/text-to-audio", "body": {"prompt": "Rain", "duration": 5}}',
			'differs 0.txt: expected {"errors":{"oneOfLines":[1],"severity":"any"}}; got {"errors":[],"warnings":[]}',
		],
		[
			'polling that goes on',
			{ kind: 'schedule', expect: { stopped: true } },
			{ seen: 'processing, 4 min old', responses: [{ http: 404, body: {} }] },
			'differs 0.txt: expected {"stopped":true}; got {"stopped":false}; says still processing',
		],
		[
			'polling that stops',
			{ kind: 'schedule', expect: { stopped: false } },
			{ seen: 'processing, 31 d old', responses: [{ http: 200, body: { task_id: id, task_status: 'processing' } }] },
			'differs 0.txt: expected {"stopped":false}; got {"stopped":true}; says tooOld at response 1 of 1',
		],
		[
			'a task that finishes before its last response',
			{ kind: 'schedule', expect: { stopped: false } },
			{
				seen: 'processing, 4 min old',
				responses: ['failed', 'succeed'].map((status) => ({ http: 200, body: { task_id: id, task_status: status } })),
			},
			'differs 0.txt: expected {"stopped":false}; got {"stopped":true}; says failed at response 1 of 2',
		],
		[
			'a download',
			{ kind: 'download', expect: { ok: true } },
			{ hops: [{ status: 200, body: '{"message":"No such video"}' }] },
			'differs 0.txt: expected {"ok":true}; got {"ok":false}; says {"kind":"document","message":"No such video"}',
		],
		[
			'a key',
			{ kind: 'key', expect: { each: 'sk-made-up-key' } },
			'"sk-made-up-key"\nsk-another-key,\n',
			'differs 0.txt: expected {"each":"sk-made-up-key"}; got {"each":"sk-another-key"}',
		],
	];
	for (const [what, row, content, line] of wrong) {
		it(`shows what is expected and given of ${what}`, async () => {
			assert.deepEqual(await tried([[row, content]]), { exitCode: 1, lines: [line, '0 of 1'] });
		});
	}

	it('accepts references in any order, a refused key, and any of several readings', async () => {
		const rows = [
			[{ kind: 'paste', expect: { refs: [`videos/effects ${id}`, '853300000000000102'] } }, `853300000000000102\nvideos/effects ${id}\n`],
			[{ kind: 'key', expect: { each: 'sk-made-up-key' } }, 'sk-made-up-key\nnot a key\n'],
			[{ kind: 'paste', expect: { oneOf: [[`${id} ?`], [id]] } }, id],
		] as const;
		assert.deepEqual(await tried(rows), { exitCode: 0, lines: ['ok      0.txt', 'ok      1.txt', 'ok      2.txt', '3 of 3'] });
	});

	it('shows what is said beside what should be said, and does not compare it', async () => {
		const row = { kind: 'download', expect: { ok: false, says: 'that the file is empty' } };
		assert.deepEqual(await tried([[row, { hops: [{ status: 200, body: '' }] }]]), {
			exitCode: 0,
			lines: ['ok      0.txt: should say that the file is empty; says {"kind":"empty"}', '1 of 1'],
		});
	});

	it('tries the other rows where one names a missing file, an unknown kind, or an unknown expectation', async () => {
		const { exitCode, lines } = await tried([
			[{ file: 'missing.txt', kind: 'paste', expect: { refs: [] } }, ''],
			[{ kind: 'smell', expect: {} }, ''],
			[{ kind: 'download', expect: { ok: true, size: 3 } }, ''],
			[
				{ kind: 'schedule', expect: { stopped: false } },
				{ seen: 'long ago', responses: [{ http: 200, body: '' }] },
			],
			[{ kind: 'paste', expect: { refs: [id] } }, id],
		]);
		assert.equal(exitCode, 2);
		assert.match(lines[0] ?? '', /^bad {5}missing\.txt: The file cannot be read: ENOENT/);
		assert.match(lines[1] ?? '', /^bad {5}1\.txt: The row in index\.json is wrong \(kind: /);
		assert.match(lines[2] ?? '', /^bad {5}2\.txt: The row in index\.json is wrong \(expect\.size: /);
		assert.equal(lines[3], 'bad     3.txt: The file cannot be tried: "seen" is not like "processing, 4 min old": long ago');
		assert.deepEqual(lines.slice(4), ['ok      4.txt', '1 of 5']);
	});

	it('says in one sentence why a folder is no corpus', async () => {
		const missing = await run(path.join(folder, 'missing'));
		assert.equal(missing.exitCode, 2);
		assert.match(missing.lines.join('\n'), /^Cannot read .+index\.json: ENOENT.+\.$/);
		for (const [index, reason] of [
			['[{', /^.+index\.json is not JSON: .+\.$/],
			['{}', /^.+index\.json is not a list with at least one row\.$/],
			['[]', /^.+index\.json is not a list with at least one row\.$/],
		] as const) {
			await writeFile(path.join(folder, 'index.json'), index);
			const { exitCode, lines } = await run(folder);
			assert.equal(exitCode, 2);
			assert.match(lines.join('\n'), reason);
		}
	});

	it('explains itself without a folder', async () => {
		assert.equal((await run()).exitCode, 2);
		const help = await run('--help');
		assert.equal(help.exitCode, 0);
		assert.match(help.lines.join('\n'), /npm run cases -- FOLDER/);
	});

	it('ends the process with its exit code', async () => {
		await tried([[{ kind: 'paste', expect: { refs: [] } }, id]]);
		const tool = path.resolve('out/test/support/cases/cases.js');
		assert.equal(spawnSync(process.execPath, [tool, folder]).status, 1);
		assert.equal(spawnSync(process.execPath, [tool, path.join(folder, 'missing')]).status, 2);
	});
});
