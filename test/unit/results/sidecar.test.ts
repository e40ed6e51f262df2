import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import fileSystem, { mkdir, mkdtemp, readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { FinishedTask } from '../../../src/core/task';
import { parseSidecar } from '../../../src/results/parseSidecar';
import { mostSidecarBytes, sidecarOf, sidecarPath, sidecarText, type Sidecar, type SidecarSource } from '../../../src/results/sidecar';
import { writeSidecar } from '../../../src/results/writeSidecar';
import { key, ref } from '../../support/makers';
import { newCreation } from '../../support/newCreation';

const digest = 'ab'.repeat(32);
const file = { format: 'mp4', size: 1_234_567, sha256: digest, keptAt: Date.UTC(2026, 10, 3, 8, 30) } as const;
const task: FinishedTask = {
	key: key('853000000000000001'),
	ref: ref('853000000000000001'),
	status: 'succeeded',
	trackedAt: Date.UTC(2026, 10, 3, 8),
	createdAt: Date.UTC(2026, 10, 3, 8),
	finishedAt: Date.UTC(2026, 10, 3, 8, 20),
	name: 'Fox',
	prompt: 'A fox in the snow',
	unitsDeducted: '3.5',
	externalTaskId: 'kt-aaaaaaaaaaaaaaaaaaaaaaaaaa',
	results: [
		{ kind: 'video', url: 'https://cdn.kling.example/a.mp4?Signature=secret', id: 'm0' },
		{ kind: 'video', url: 'https://cdn.kling.example:8443/b.mp4?Signature=secret#x', id: 'm1', durationSeconds: 5.1 },
	],
	parentVideo: { id: 'v9', url: 'https://cdn.kling.example/p.mp4?Signature=secret' },
};
const source = (own: Partial<SidecarSource> = {}): SidecarSource => ({
	task,
	creation: undefined,
	media: 1,
	file,
	plan: undefined,
	...own,
});
const ofBody = (...body: readonly (string | { readonly sha256: string; readonly size: number })[]): string | undefined =>
	sidecarOf(source({ creation: newCreation('accepted', { body }) })).request?.body;

describe('a sidecar', () => {
	it('has what is known of a result, always in the same words', () => {
		const creation = newCreation('accepted', {
			take: 2,
			body: [
				'{"model_name":"kling-v3","image":"',
				{ sha256: digest, size: 12 },
				'","element":{"id":900719925474099312345},"tags":[],"n":1.50}',
			],
			subject: { model: 'kling-v3', prompt: 'A fox' },
		});
		const made = sidecarOf(source({ creation, plan: { requestFile: '../shots/fox.kling.json' } }));
		assert.equal(
			sidecarText(made),
			`{
	"format": "kling-result",
	"version": 1,
	"task": {
		"origin": "https://api.kling.example",
		"operation": "videos/text2video",
		"id": "853000000000000001",
		"externalId": "kt-aaaaaaaaaaaaaaaaaaaaaaaaaa"
	},
	"name": "Fox",
	"prompt": "A fox in the snow",
	"result": {
		"index": 1,
		"count": 2,
		"id": "m1",
		"seconds": 5.1,
		"linkHost": "cdn.kling.example:8443"
	},
	"file": {
		"format": "mp4",
		"size": 1234567,
		"sha256": "${digest}"
	},
	"times": {
		"created": "2026-11-03T08:00:00.000Z",
		"finished": "2026-11-03T08:20:00.000Z",
		"kept": "2026-11-03T08:30:00.000Z"
	},
	"units": "3.5",
	"parent": {
		"videoId": "v9"
	},
	"request": {
		"file": "../shots/fox.kling.json",
		"take": 2,
		"model": "kling-v3",
		"body": {
			"model_name": "kling-v3",
			"image": { "sha256": "${digest}", "size": 12 },
			"element": {
				"id": 900719925474099312345
			},
			"tags": [],
			"n": 1.50
		}
	}
}
`,
		);
		assert.equal(JSON.stringify(made).includes('secret'), false);
	});

	it('is read as it was written', () => {
		assert.deepEqual(parseSidecar(sidecarText(sidecarOf(source()))), {
			ok: true,
			sidecar: {
				ref: { origin: 'https://api.kling.example', action: 'videos', action2: 'text2video', id: '853000000000000001' },
				externalId: 'kt-aaaaaaaaaaaaaaaaaaaaaaaaaa',
				name: 'Fox',
				prompt: 'A fox in the snow',
				media: 1,
				mediaId: 'm1',
				seconds: 5.1,
				file: { format: 'mp4', size: 1_234_567, sha256: digest },
				createdAt: 1793692800000,
				finishedAt: 1793694000000,
				keptAt: 1793694600000,
				units: '3.5',
				parentVideoId: 'v9',
			},
		});
	});

	const typed = 'QUJD'.repeat(1_000);
	const typedDigest = createHash('sha256').update('ABC'.repeat(1_000)).digest('hex');
	for (const [title, body, expected] of [
		['a link loses its query', ['{"image":"https://x.example/a.png?token=1#f"}'], '{\n\t"image": "https://x.example/a.png"\n}'],
		['a link loses its credentials', ['{"image":" https://me:pw@x.example/a.png"}'], '{\n\t"image": "https://x.example/a.png"\n}'],
		['a sentence with a link stays', ['{"prompt":"see https://x.example/?a=1"}'], '{\n\t"prompt": "see https://x.example/?a=1"\n}'],
		['typed Base64 is its digest', [`{"image":"${typed}"}`], `{\n\t"image": { "sha256": "${typedDigest}", "size": 3000 }\n}`],
		['so is a data link', [`{"image":"data:image/png;base64,${typed}"}`], `{\n\t"image": { "sha256": "${typedDigest}", "size": 3000 }\n}`],
		[
			'a file behind the words of a data link',
			['{"image":"data:image/png;base64,', { sha256: digest, size: 3 }, '"}'],
			`{\n\t"image": { "sha256": "${digest}", "size": 3 }\n}`,
		],
		['quotes and brackets in a text are text', ['{"prompt":"a \\"{[,:\\\\"}'], '{\n\t"prompt": "a \\"{[,:\\\\"\n}'],
		['lists of lists', ['{"a":[[1,null],[]],"b":{}}'], '{\n\t"a": [\n\t\t[\n\t\t\t1,\n\t\t\tnull\n\t\t],\n\t\t[]\n\t],\n\t"b": {}\n}'],
	] as const) {
		it(`has the body of a request: ${title}`, () => {
			assert.equal(ofBody(...body), expected);
		});
	}

	it('names the task and the video that a request was made from', () => {
		const creation = newCreation('accepted', { body: ['{"input":{"task_id":"t7","video_id":"v7"}}'] });
		const { parentVideo, ...without } = task;
		assert.deepEqual([parentVideo?.id, sidecarOf(source({ task: without, creation })).parent], ['v9', { videoId: 'v7', taskId: 't7' }]);
	});

	it('leaves out a body that makes it larger than 256 KB, and says so', () => {
		for (const size of [263_000, 3_000_000]) {
			const body = [`{"prompt":"${'ü '.repeat(size / 2)}"}`];
			const made = sidecarOf(source({ creation: newCreation('accepted', { body }) }));
			assert.deepEqual(made.request, { take: 1, bodyLeftOut: true });
		}
	});

	it('is never larger than 256 KB, whatever the API and the person wrote', () => {
		const long = '\u0000'.repeat(1_000_000);
		const made = sidecarOf(
			source({ task: { ...task, name: long, prompt: long, externalTaskId: long, unitsDeducted: long, parentVideo: { id: long } } }),
		);
		assert.equal(Buffer.byteLength(sidecarText(made)) <= mostSidecarBytes, true);
	});

	for (const requestFile of [
		'/home/me/fox.kling.json',
		'\\\\server\\fox.kling.json',
		'C:/me/fox.kling.json',
		'file:///home/me/fox.kling.json',
		'../../../../home/me/fox.kling.json',
	]) {
		it(`does not name the request file ${requestFile}`, () => {
			assert.equal(sidecarOf(source({ plan: { requestFile } })).request, undefined);
		});
	}
});

describe('reading a sidecar', () => {
	const good = sidecarOf(source());
	const changed = (change: (value: Record<string, never>) => void): string => {
		const value = JSON.parse(sidecarText(good)) as Record<string, never>;
		change(value);
		return JSON.stringify(value);
	};
	const replaced = (path: string, value: unknown): string =>
		changed((root) => {
			const steps = path.split('.');
			const last = steps.pop() ?? '';
			const parent = steps.reduce<Record<string, unknown>>((at, step) => at[step] as Record<string, unknown>, root);
			if (value === undefined) {
				Reflect.deleteProperty(parent, last);
			} else {
				parent[last] = value;
			}
		});
	const invalid = (field: string) => ({ kind: 'invalid', field });

	for (const [title, text, problem] of [
		['nothing', '', { kind: 'notJson' }],
		['a text', 'hello', { kind: 'notJson' }],
		['a cut file', sidecarText(good).slice(0, 200), { kind: 'notJson' }],
		['null', 'null', { kind: 'notSidecar' }],
		['a list', '[]', { kind: 'notSidecar' }],
		['another JSON', '{"format":"kling-tasks","version":1}', { kind: 'notSidecar' }],
		['a version that is no number', replaced('version', '1'), { kind: 'notSidecar' }],
		['a later version', replaced('version', 2), { kind: 'newerVersion' }],
		['a long one', `${' '.repeat(mostSidecarBytes)}{}`, { kind: 'tooLarge' }],
		['one with long characters', JSON.stringify('€'.repeat(100_000)), { kind: 'tooLarge' }],
		['a deep one', '['.repeat(200_000), { kind: 'notJson' }],
		['a deep one that is closed', '['.repeat(100_000) + ']'.repeat(100_000), { kind: 'notSidecar' }],
		['no task', replaced('task', undefined), { kind: 'missing', field: 'task' }],
		['a task that is a list', replaced('task', []), { kind: 'missing', field: 'task.origin' }],
		['no ID', replaced('task.id', undefined), { kind: 'missing', field: 'task.id' }],
		['a number as ID', replaced('task.id', 853000000000000001), invalid('task.id')],
		['an ID with slashes', replaced('task.id', '../../etc/passwd'), invalid('task.id')],
		['an ID with a query', replaced('task.id', '1?x=1'), invalid('task.id')],
		['a long ID', replaced('task.id', '1'.repeat(129)), invalid('task.id')],
		['an origin over http', replaced('task.origin', 'http://kling.example'), invalid('task.origin')],
		['an origin with credentials', replaced('task.origin', 'https://me:pw@kling.example'), invalid('task.origin')],
		['an origin with a query', replaced('task.origin', 'https://kling.example?x=1'), invalid('task.origin')],
		['an origin in another spelling', replaced('task.origin', 'https://KLING.example/'), invalid('task.origin')],
		['a file as origin', replaced('task.origin', 'file:///etc/passwd'), invalid('task.origin')],
		['an operation with dots', replaced('task.operation', 'videos/..'), invalid('task.operation')],
		['an operation of one part', replaced('task.operation', 'videos'), invalid('task.operation')],
		['a name that is an object', replaced('name', {}), invalid('name')],
		['a negative index', replaced('result.index', -1), invalid('result.index')],
		['a large index', replaced('result.index', 100), invalid('result.index')],
		['half an index', replaced('result.index', 0.5), invalid('result.index')],
		['an unknown format', replaced('file.format', 'exe'), invalid('file.format')],
		['a format that every object has', replaced('file.format', 'constructor'), invalid('file.format')],
		['a size of nothing', replaced('file.size', 0), invalid('file.size')],
		['a huge size', replaced('file.size', 1e300), invalid('file.size')],
		['a short digest', replaced('file.sha256', 'ab'), invalid('file.sha256')],
		['a digest with a path', replaced('file.sha256', `../${'a'.repeat(61)}`), invalid('file.sha256')],
		['a time of another calendar', replaced('times.finished', '2026-13-45T00:00:00Z'), invalid('times.finished')],
		['a time that is a number', replaced('times.finished', 1), invalid('times.finished')],
		['units with a formula', replaced('units', '=1+1'), invalid('units')],
	] as const) {
		it(`refuses ${title}`, () => {
			assert.deepEqual(parseSidecar(text), { ok: false, problem });
		});
	}

	it('ignores what it does not know, paths and a prototype', () => {
		const text = changed((root) => {
			Object.assign(root, { path: '/etc/passwd', request: { file: '/etc/passwd', body: { a: 1 } } });
		}).replace('{', '{"__proto__":{"name":"polluted"},');
		const read = parseSidecar(text);
		assert.equal(read.ok, true);
		assert.equal(JSON.stringify(read).includes('passwd') || JSON.stringify(read).includes('polluted'), false);
		assert.equal('name' in {}, false);
	});

	it('reads a deep body without following it', () => {
		const text = sidecarText(good).replace(/\}\n$/, `,"request":{"body":${'['.repeat(60_000)}${']'.repeat(60_000)}}}`);
		assert.equal(parseSidecar(text).ok, true);
	});

	it('reads a file with a byte order mark', () => {
		assert.equal(parseSidecar(`\ufeff${sidecarText(good)}`).ok, true);
	});
});

describe('writing a sidecar', () => {
	let folder: string;
	let kept: string;
	beforeEach(async () => {
		folder = await mkdtemp(join(tmpdir(), 'sidecar-'));
		kept = join(folder, 'fox-1.mp4');
	});
	afterEach(() => rm(folder, { recursive: true }));
	const sidecar = sidecarOf(source());
	const ofBytes = (sha256: string): Sidecar => ({ ...sidecar, file: { ...sidecar.file, sha256 } });

	it('leaves one file beside the kept one', async () => {
		assert.equal(await writeSidecar(kept, sidecar), 'written');
		assert.deepEqual(await readdir(folder), ['fox-1.mp4.kling-result.json']);
		assert.equal(await readFile(sidecarPath(kept), 'utf8'), sidecarText(sidecar));
	});

	it('keeps the one that names the same bytes, and replaces one of other bytes', async () => {
		await writeSidecar(kept, { ...sidecar, name: 'First' });
		assert.equal(await writeSidecar(kept, { ...sidecar, name: 'Second' }), 'known');
		assert.match(await readFile(sidecarPath(kept), 'utf8'), /"First"/);
		assert.equal(await writeSidecar(kept, ofBytes('cd'.repeat(32))), 'written');
		assert.match(await readFile(sidecarPath(kept), 'utf8'), /cdcdcd/);
	});

	for (const [title, text] of [
		['a note', 'my notes'],
		['an empty file', ''],
		['a sidecar of a later version', sidecarText(sidecar).replace('"version": 1', '"version": 2')],
		['a large file', ' '.repeat(mostSidecarBytes + 1)],
	] as const) {
		it(`leaves ${title} of that name`, async () => {
			await writeFile(sidecarPath(kept), text);
			assert.equal(await writeSidecar(kept, sidecar), 'foreign');
			assert.equal(await readFile(sidecarPath(kept), 'utf8'), text);
			assert.equal((await readdir(folder)).length, 1);
		});
	}

	it('leaves a folder and a link of that name, and what the link leads to', async () => {
		await mkdir(sidecarPath(kept));
		assert.equal(await writeSidecar(kept, sidecar), 'foreign');
		const [other, target] = [join(folder, 'other.mp4'), join(folder, 'target')];
		await writeFile(target, sidecarText(ofBytes('cd'.repeat(32))));
		await symlink(target, sidecarPath(other));
		assert.equal(await writeSidecar(other, sidecar), 'foreign');
		assert.match(await readFile(target, 'utf8'), /cdcdcd/);
	});

	it('stores its name on the disk too, before the result counts as kept', async () => {
		const { open } = fileSystem;
		const stored: string[] = [];
		fileSystem.open = async (path, ...more) => {
			const handle = await open(path, ...more);
			const sync = handle.sync.bind(handle);
			handle.sync = async () => {
				await sync();
				stored.push(path === folder ? `the folder, with ${String(await readdir(folder))}` : 'a file');
			};
			return handle;
		};
		try {
			await writeSidecar(kept, sidecar);
		} finally {
			fileSystem.open = open;
		}
		assert.deepEqual(stored, ['a file', 'the folder, with fox-1.mp4.kling-result.json']);
	});

	it('leaves nothing where it cannot write', async () => {
		await assert.rejects(writeSidecar(join(folder, 'none', 'a.mp4'), sidecar), { name: 'Error', kind: 'notWritable' });
		assert.deepEqual(await readdir(folder), []);
	});
});
