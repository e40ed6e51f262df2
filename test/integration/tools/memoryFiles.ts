import * as vscode from 'vscode';

/** A file system of the editor's that is not on this machine's disk: files of a flat folder, in memory. */
export class MemoryFiles implements vscode.FileSystemProvider {
	static readonly scheme = 'kling-test-memory';
	readonly files = new Map<string, Uint8Array>();
	readonly onDidChangeFile = new vscode.EventEmitter<vscode.FileChangeEvent[]>().event;
	/** What every write is refused with. */
	refusal: vscode.FileSystemError | undefined;

	uri(name: string): vscode.Uri {
		return vscode.Uri.from({ scheme: MemoryFiles.scheme, path: `/${name}` });
	}

	register(): vscode.Disposable {
		return vscode.workspace.registerFileSystemProvider(MemoryFiles.scheme, this);
	}

	stat({ path }: vscode.Uri): vscode.FileStat {
		if (path === '/') {
			return { type: vscode.FileType.Directory, ctime: 0, mtime: 0, size: 0 };
		}
		return { type: vscode.FileType.File, ctime: 0, mtime: 0, size: this.#content(path).length };
	}

	readFile({ path }: vscode.Uri): Uint8Array {
		return this.#content(path);
	}

	writeFile({ path }: vscode.Uri, content: Uint8Array): void {
		if (this.refusal !== undefined) {
			throw this.refusal;
		}
		this.files.set(path.slice(1), content);
	}

	readDirectory(): [string, vscode.FileType][] {
		return [...this.files.keys()].map((name) => [name, vscode.FileType.File]);
	}

	delete({ path }: vscode.Uri): void {
		this.files.delete(path.slice(1));
	}

	watch(): vscode.Disposable {
		return new vscode.Disposable(() => undefined);
	}

	createDirectory(): never {
		throw vscode.FileSystemError.NoPermissions();
	}

	rename(): never {
		throw vscode.FileSystemError.NoPermissions();
	}

	#content(path: string): Uint8Array {
		const content = this.files.get(path.slice(1));
		if (content === undefined) {
			throw vscode.FileSystemError.FileNotFound(path);
		}
		return content;
	}
}
