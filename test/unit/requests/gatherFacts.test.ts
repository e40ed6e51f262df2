import assert from 'node:assert/strict';
import { FactMemory } from '../../../src/requests/factMemory';
import type { MediaFacts, TextFacts } from '../../../src/requests/fileFacts';
import { factsOf } from '../../../src/requests/gatherFacts';
import type { InspectedMedia, MediaInspector } from '../../../src/requests/ports/mediaInspector';
import type { FileRefusal, WorkspaceFiles } from '../../../src/requests/ports/workspaceFiles';

const never = new AbortController().signal;
const utf8 = (text: string): Uint8Array => new TextEncoder().encode(text);

/** Files by their paths: their content, their size if they are never to be read, or why they are refused. */
class FakeFiles implements WorkspaceFiles, MediaInspector {
	readonly #content: Readonly<Record<string, Uint8Array | number | FileRefusal>>;
	readonly memory = { files: new FactMemory<MediaFacts>(5), texts: new FactMemory<TextFacts>(5) };
	readonly calls: string[] = [];
	atOnce = 0;
	mostAtOnce = 0;

	constructor(content: Readonly<Record<string, Uint8Array | number | FileRefusal>>) {
		this.#content = content;
	}

	stat(path: string): Promise<{ refused: FileRefusal } | { size: number; version: string }> {
		this.calls.push(`stat ${path}`);
		const content = this.#content[path] ?? 'missing';
		if (typeof content === 'string') {
			return Promise.resolve({ refused: content });
		}
		return Promise.resolve({ size: typeof content === 'number' ? content : content.length, version: `${path} 1` });
	}

	async read(path: string): Promise<{ refused: FileRefusal } | { bytes: Uint8Array }> {
		this.calls.push(`read ${path}`);
		this.mostAtOnce = Math.max(this.mostAtOnce, ++this.atOnce);
		await Promise.resolve();
		this.atOnce--;
		const content = this.#content[path];
		return content instanceof Uint8Array ? { bytes: content } : { bytes: new Uint8Array(0) };
	}

	inspect(bytes: Uint8Array): Promise<InspectedMedia> {
		return Promise.resolve({ kind: 'audio', type: 'wav', size: bytes.length, sha256: `digest of ${bytes.length} bytes` });
	}
}

describe('the facts about the files of a request', () => {
	const gather = (
		fake: FakeFiles,
		{ files = [], texts = [] }: { files?: readonly string[]; texts?: readonly string[] },
		signal = never,
	): ReturnType<typeof factsOf> => factsOf({ files, texts }, { files: fake, media: fake, memory: fake.memory }, signal);

	it('reads each path once, by what it is named however often', async () => {
		const fake = new FakeFiles({ 'a.wav': utf8('12345'), 'b.txt': utf8('Hello\n') });
		const facts = await gather(fake, { files: ['a.wav', 'a.wav'], texts: ['b.txt', 'b.txt'] });
		assert.deepEqual([...facts.files], [['a.wav', { kind: 'audio', type: 'wav', size: 5, sha256: 'digest of 5 bytes' }]]);
		assert.deepEqual([...facts.texts], [['b.txt', { kind: 'text', text: 'Hello' }]]);
		assert.deepEqual(fake.calls.sort(), ['read a.wav', 'read b.txt', 'stat a.wav', 'stat b.txt']);
	});

	it('reads no unchanged file again', async () => {
		const fake = new FakeFiles({ 'a.wav': utf8('12345'), 'b.txt': utf8('Hello') });
		await gather(fake, { files: ['a.wav'], texts: ['b.txt'] });
		const facts = await gather(fake, { files: ['a.wav'], texts: ['b.txt'] });
		assert.equal(facts.files.get('a.wav')?.kind, 'audio');
		assert.deepEqual(facts.texts.get('b.txt'), { kind: 'text', text: 'Hello' });
		assert.deepEqual(fake.calls.sort(), ['read a.wav', 'read b.txt', 'stat a.wav', 'stat a.wav', 'stat b.txt', 'stat b.txt']);
	});

	it('reads a file once for two checks at the same time, also if the first of them is aborted', async () => {
		const fake = new FakeFiles({ 'a.wav': utf8('12345'), 'b.txt': utf8('Hello') });
		const named = { files: ['a.wav'], texts: ['b.txt'] };
		const [one, two] = await Promise.all([gather(fake, named), gather(fake, named)]);
		assert.deepEqual(one, two);
		assert.deepEqual(fake.calls.filter((call) => call.startsWith('read')).sort(), ['read a.wav', 'read b.txt']);

		const memory = new FactMemory<TextFacts>(5);
		const aborted = memory.find('1', () => Promise.reject(new Error('Aborted')));
		const other = memory.find('1', () => Promise.resolve({ kind: 'text', text: 'read again' }));
		await assert.rejects(aborted, /Aborted/);
		assert.deepEqual(await other, { kind: 'text', text: 'read again' });
	});

	it('remembers the last files, and no refusal', async () => {
		const memory = new FactMemory<TextFacts>(2);
		for (const version of ['1', '2', '3']) {
			await memory.find(version, () => Promise.resolve({ kind: 'text', text: version }));
		}
		await memory.find('4', () => Promise.resolve({ kind: 'refused', reason: 'missing' }));
		assert.deepEqual(
			['1', '2', '3', '4'].map((version) => memory.recall(version)?.kind),
			[undefined, 'text', 'text', undefined],
		);
	});

	it('reads nothing that is refused or too large', async () => {
		const fake = new FakeFiles({ '../a.png': 'parent', 'large.png': 30_000_001, 'long.txt': 65_537, 'c.txt': 'untrusted' });
		const facts = await gather(fake, { files: ['../a.png', 'large.png', 'none.png'], texts: ['long.txt', 'c.txt'] });
		assert.deepEqual(Object.fromEntries([...facts.files, ...facts.texts]), {
			'../a.png': { kind: 'refused', reason: 'parent' },
			'large.png': { kind: 'tooLarge', size: 30_000_001 },
			'none.png': { kind: 'refused', reason: 'missing' },
			'long.txt': { kind: 'tooLarge', size: 65_537 },
			'c.txt': { kind: 'refused', reason: 'untrusted' },
		});
		assert.deepEqual(
			fake.calls.filter((call) => call.startsWith('read')),
			[],
		);
	});

	it('takes text as it is, without the newline at its end', async () => {
		const fake = new FakeFiles({
			'a.md': utf8('\ufeffOne\r\n\r\nTwo\r\n'),
			'b.TXT': utf8('雨\n\n'),
			'c.txt': new Uint8Array([0x68, 0xff, 0xfe]),
			'd.txt': utf8('a\0b'),
			'e.json': utf8('{}'),
			'f.txt': utf8('x'.repeat(65_536)),
			'g.txt': utf8(''),
		});
		const { texts } = await gather(fake, { texts: ['a.md', 'b.TXT', 'c.txt', 'd.txt', 'e.json', 'f.txt', 'g.txt'] });
		assert.deepEqual(Object.fromEntries(texts), {
			'a.md': { kind: 'text', text: 'One\r\n\r\nTwo' },
			'b.TXT': { kind: 'text', text: '雨\n' },
			'c.txt': { kind: 'notUtf8' },
			'd.txt': { kind: 'notUtf8' },
			'e.json': { kind: 'notText' },
			'f.txt': { kind: 'text', text: 'x'.repeat(65_536) },
			'g.txt': { kind: 'text', text: '' },
		});
		assert.ok(!fake.calls.includes('read e.json'));
	});

	it('reads two at once, at most 100 MB at a time, and the rest the next time', async () => {
		const names = ['1', '2', '3', '4', '5'];
		const fake = new FakeFiles(Object.fromEntries(names.map((name) => [name, 30_000_000])));
		const first = await gather(fake, { files: names });
		assert.deepEqual([...first.files.keys()], ['1', '2', '3']);
		assert.equal(fake.mostAtOnce, 2);
		const second = await gather(fake, { files: names });
		assert.deepEqual([...second.files.keys()].sort(), names);
	});

	it('checks a hundred paths, no more', async () => {
		const fake = new FakeFiles({});
		const { files } = await gather(fake, { files: Array.from({ length: 150 }, (_, index) => `${index}.png`) });
		assert.equal(files.size, 100);
		assert.equal(fake.calls.length, 100);
	});

	it('stops when it is aborted', async () => {
		const abort = new AbortController();
		const fake = new FakeFiles({ a: utf8('1'), b: utf8('2'), c: utf8('3') });
		const facts = gather(fake, { files: ['a', 'b', 'c'] }, abort.signal);
		abort.abort(new Error('The text changed'));
		await assert.rejects(facts, /The text changed/);
		assert.ok(!fake.calls.includes('stat c'));
	});
});
