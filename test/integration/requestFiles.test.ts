// The files that a request names: in the folder of the workspace, and in one that no disk has.
import assert from 'node:assert/strict';
import { mkdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import * as vscode from 'vscode';
import type { FileRefusal, WorkspaceFiles } from '../../src/requests/ports/workspaceFiles';
import { systemClock } from '../../src/ui/clock';
import { filesBeside, workspaceFiles, type RequestLocation } from '../../src/ui/requests/workspaceFiles';
import { ManualClock } from '../support/clock';
import { soon } from '../support/retry';

const never = new AbortController().signal;
const forever = (): Promise<never> => new Promise(() => undefined);

/** A file system in memory that writes down every call. */
class MemoryFiles implements vscode.FileSystemProvider {
	readonly calls: string[] = [];
	readonly #emitter = new vscode.EventEmitter<vscode.FileChangeEvent[]>();
	readonly onDidChangeFile = this.#emitter.event;
	readonly entries: Record<
		string,
		{ type: vscode.FileType; bytes?: Uint8Array; size?: number; mtime?: number; wait?: () => Promise<never> }
	> = {};

	async stat(uri: vscode.Uri): Promise<vscode.FileStat> {
		this.calls.push(`stat ${uri.path}`);
		const entry = this.entries[uri.path];
		await entry?.wait?.();
		if (entry === undefined) {
			throw vscode.FileSystemError.FileNotFound(uri);
		}
		return { type: entry.type, size: entry.size ?? entry.bytes?.length ?? 0, mtime: entry.mtime ?? 1, ctime: 1 };
	}

	readFile(uri: vscode.Uri): Uint8Array {
		this.calls.push(`read ${uri.path}`);
		const bytes = this.entries[uri.path]?.bytes;
		if (bytes === undefined) {
			throw vscode.FileSystemError.NoPermissions(uri);
		}
		return bytes;
	}

	watch(): vscode.Disposable {
		return new vscode.Disposable(() => undefined);
	}
	readDirectory(): never {
		throw new Error('Nothing lists a folder');
	}
	createDirectory(): never {
		throw new Error('Nothing writes');
	}
	writeFile(): never {
		throw new Error('Nothing writes');
	}
	delete(): never {
		throw new Error('Nothing writes');
	}
	rename(): never {
		throw new Error('Nothing writes');
	}
}

/** What stat and read say: the content, or why not. */
async function outcome(files: WorkspaceFiles, path: string): Promise<string> {
	const [stat, read] = [await files.stat(path, never), await files.read(path, never)];
	if ('size' in stat && 'bytes' in read) {
		assert.equal(read.bytes.length, stat.size);
		return Buffer.from(read.bytes).toString();
	}
	assert.deepEqual(stat, read, 'they must agree');
	return 'refused' in stat ? stat.refused : '';
}

describe('the files of a request', () => {
	describe('in the folder of the workspace', () => {
		let folder: vscode.Uri;
		const at = (...names: readonly string[]): string => vscode.Uri.joinPath(folder, 'requests-of-test', ...names).fsPath;
		const files = (): WorkspaceFiles => workspaceFiles(vscode.Uri.file(at('a.kling.json')));

		before(() => {
			const [first] = vscode.workspace.workspaceFolders ?? [];
			assert.ok(first);
			folder = first.uri;
			mkdirSync(at('ref'), { recursive: true });
			writeFileSync(at('ref', 'a.png'), 'content');
			writeFileSync(at('.env'), 'SECRET=1');
			symlinkSync(process.execPath, at('link.png'));
		});
		after(() => rmSync(at(), { recursive: true, force: true }));

		it('are read beside the request', async () => {
			assert.equal(await outcome(files(), './ref/a.png'), 'content');
		});

		const refused: readonly (readonly [path: string, refusal: FileRefusal])[] = [
			['../README.md', 'parent'],
			['../../.ssh/id_rsa', 'parent'],
			['.env', 'hidden'],
			['/etc/hostname', 'absolute'],
			['\\\\server\\share\\a.png', 'absolute'],
			['link.png', 'link'],
			['none.png', 'missing'],
			['ref', 'notAFile'],
		];
		for (const [path, refusal] of refused) {
			it(`${path} is refused: ${refusal}`, async () => {
				assert.equal(await outcome(files(), path), refusal);
			});
		}

		it('are not read for a request that is not saved, or in no folder', async () => {
			const { uri } = await vscode.workspace.openTextDocument({ language: 'jsonc', content: '{}' });
			assert.equal(await outcome(workspaceFiles(uri), 'ref/a.png'), 'unsaved');
			assert.equal(await outcome(workspaceFiles(vscode.Uri.file('/tmp/a.kling.json')), 'a.png'), 'noFolder');
			assert.equal(await outcome(workspaceFiles(vscode.Uri.parse('git:/film/a.kling.json')), 'a.png'), 'noFolder');
		});
	});

	describe('of a foreign file system', () => {
		let memory: MemoryFiles;
		let provided: vscode.Disposable;
		const { File, Directory, SymbolicLink, Unknown } = vscode.FileType;
		const bytes = Buffer.from('content');
		const beside = (options: Partial<RequestLocation> = {}): WorkspaceFiles =>
			filesBeside({
				document: vscode.Uri.parse('kling-test-memory://host/film/shots/a.kling.json'),
				folder: vscode.Uri.parse('kling-test-memory://host/film'),
				isTrusted: () => true,
				clock: systemClock,
				...options,
			});

		beforeEach(() => {
			memory = new MemoryFiles();
			provided = vscode.workspace.registerFileSystemProvider('kling-test-memory', memory);
			Object.assign(memory.entries, {
				'/film': { type: Directory },
				'/film/shots': { type: Directory },
				'/film/shots/ref': { type: Directory },
				'/film/shots/ref/a b#%25.png': { type: File, bytes },
				'/film/shots/link.png': { type: File | SymbolicLink, bytes },
				'/film/shots/out': { type: Directory | SymbolicLink },
				'/film/shots/out/a.png': { type: File, bytes },
				'/film/shots/pipe.png': { type: Unknown, bytes },
				'/film/shots/denied.png': { type: File },
				'/film/shots/huge.png': { type: File, bytes, size: 100_000_000 },
				'/film/shots/slow.png': { type: File, bytes, wait: forever },
			});
		});
		afterEach(() => void provided.dispose());

		it('are read by the provider', async () => {
			assert.equal(await outcome(beside(), './ref/a b#%25.png'), 'content');
		});

		it('are refused where the provider knows of a link, a special file or an error', async () => {
			const files = beside();
			assert.equal(await outcome(files, 'link.png'), 'link');
			assert.equal(await outcome(files, 'out/a.png'), 'link');
			assert.equal(await outcome(files, 'pipe.png'), 'notAFile');
			assert.equal(await outcome(files, 'ref'), 'notAFile');
			assert.equal(await outcome(files, 'none.png'), 'missing');
			assert.deepEqual(await files.read('denied.png', never), { refused: 'unreadable' });
			assert.deepEqual(
				memory.calls.filter((call) => call.startsWith('read')),
				['read /film/shots/denied.png'],
			);
		});

		it('are not read above the limit', async () => {
			const stat = await beside().stat('huge.png', never);
			assert.equal('size' in stat ? stat.size : stat.refused, 100_000_000);
			assert.deepEqual(await beside().read('huge.png', never), { refused: 'unreadable' });
			assert.ok(!memory.calls.includes('read /film/shots/huge.png'));
		});

		it('are not even asked for before the workspace is trusted, nor for a path that is refused', async () => {
			let isTrusted = false;
			const files = beside({ isTrusted: () => isTrusted });
			assert.equal(await outcome(files, 'ref/a b#%25.png'), 'untrusted');
			assert.equal(await outcome(files, '../../a.png'), 'parent');
			assert.deepEqual(memory.calls, []);
			isTrusted = true;
			assert.equal(await outcome(files, 'ref/a b#%25.png'), 'content');
		});

		it('count as unreadable when the provider does not respond: a stat in ten seconds, a read in two minutes', async () => {
			const clock = new ManualClock();
			const called = (): boolean => memory.calls.splice(0).includes('stat /film/shots/slow.png');
			const stat = beside({ clock }).stat('slow.png', never);
			await soon('the call', called);
			await clock.advance(10_000);
			assert.deepEqual(await stat, { refused: 'unreadable' });
			let isOver = false;
			const read = beside({ clock }).read('slow.png', never);
			void read.then(() => (isOver = true));
			await soon('the call', called);
			await clock.advance(119_999);
			assert.equal(isOver, false);
			await clock.advance(1);
			assert.deepEqual(await read, { refused: 'unreadable' });
		});

		it('are not waited for after an abort', async () => {
			const abort = new AbortController();
			const stat = beside().stat('slow.png', abort.signal);
			abort.abort(new Error('The text changed'));
			await assert.rejects(stat, /The text changed/);
		});

		it('have a version that changes with their time, and each time if they have none', async () => {
			const version = async (): Promise<string> => {
				const stat = await beside().stat('ref/a b#%25.png', never);
				return 'version' in stat ? stat.version : stat.refused;
			};
			const entry = memory.entries['/film/shots/ref/a b#%25.png'];
			assert.ok(entry);
			const first = await version();
			assert.equal(await version(), first);
			entry.mtime = 2;
			assert.notEqual(await version(), first);
			entry.mtime = 0;
			assert.notEqual(await version(), await version());
		});
	});
});
