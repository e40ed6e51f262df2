// @ts-check
'use strict';
const { readdirSync, readFileSync } = require('node:fs');
const path = require('node:path');
const vscode = require('vscode');

/** Settings that the editor itself reads in any folder. */
const ofTheEditor = /\/\.(?:vscode|claude|github|mcp\.json)/;

/**
 * The file system `foreign:`, in memory. Its content is a copy of the folder in the environment variable FOREIGN_FILES; a name that ends
 * with `.symlink` is a symbolic link without that ending, as far as the file system says. There is nothing of it on any disk.
 *
 * @implements {vscode.FileSystemProvider}
 */
class ForeignFiles {
	#changed = /** @type {vscode.EventEmitter<vscode.FileChangeEvent[]>} */ (new vscode.EventEmitter());
	onDidChangeFile = this.#changed.event;
	/** @type {Map<string, { type: vscode.FileType, bytes: Uint8Array, mtime: number }>} */
	#entries = new Map([['/', { type: vscode.FileType.Directory, bytes: new Uint8Array(0), mtime: 1 }]]);
	/**
	 * What was read since the last `forgetReads`: paths, in order.
	 * @type {string[]}
	 */
	reads = [];

	/** @param {string | undefined} folder */
	constructor(folder) {
		if (folder === undefined) return;
		for (const entry of readdirSync(folder, { recursive: true, withFileTypes: true })) {
			const file = path.join(entry.parentPath, entry.name);
			const name = `/${path.relative(folder, file).split(path.sep).join('/')}`;
			const link = /\.symlink$/;
			const type = entry.isDirectory() ? vscode.FileType.Directory : vscode.FileType.File;
			this.#entries.set(name.replace(link, ''), {
				type: link.test(name) ? type | vscode.FileType.SymbolicLink : type,
				bytes: entry.isDirectory() ? new Uint8Array(0) : readFileSync(file),
				mtime: 1,
			});
		}
	}

	/** @param {vscode.Uri} uri */
	stat(uri) {
		const { type, bytes, mtime } = this.#find(uri);
		return { type, size: bytes.length, mtime, ctime: 1 };
	}

	/** @param {vscode.Uri} uri */
	readFile(uri) {
		this.reads.push(uri.path);
		const { type, bytes } = this.#find(uri);
		if ((type & vscode.FileType.Directory) !== 0) throw vscode.FileSystemError.FileIsADirectory(uri);
		return bytes;
	}

	/** @param {vscode.Uri} uri */
	readDirectory(uri) {
		this.#find(uri);
		const prefix = uri.path.endsWith('/') ? uri.path : `${uri.path}/`;
		return [...this.#entries].flatMap(([name, { type }]) => {
			const rest = name.startsWith(prefix) ? name.slice(prefix.length) : '';
			return rest === '' || rest.includes('/') ? [] : [/** @type {[string, vscode.FileType]} */ ([rest, type])];
		});
	}

	/**
	 * @param {vscode.Uri} uri
	 * @param {Uint8Array} bytes
	 */
	writeFile(uri, bytes) {
		const isNew = !this.#entries.has(uri.path);
		this.#entries.set(uri.path, { type: vscode.FileType.File, bytes, mtime: Date.now() });
		this.#changed.fire([{ type: isNew ? vscode.FileChangeType.Created : vscode.FileChangeType.Changed, uri }]);
	}

	/** @param {vscode.Uri} uri */
	createDirectory(uri) {
		this.#entries.set(uri.path, { type: vscode.FileType.Directory, bytes: new Uint8Array(0), mtime: Date.now() });
	}

	/** @param {vscode.Uri} uri */
	delete(uri) {
		this.#find(uri);
		this.#entries.delete(uri.path);
		this.#changed.fire([{ type: vscode.FileChangeType.Deleted, uri }]);
	}

	/**
	 * @param {vscode.Uri} from
	 * @param {vscode.Uri} to
	 */
	rename(from, to) {
		const entry = this.#find(from);
		this.#entries.delete(from.path);
		this.#entries.set(to.path, entry);
	}

	watch() {
		return { dispose: () => undefined };
	}

	/** @param {vscode.Uri} uri */
	#find(uri) {
		const entry = this.#entries.get(uri.path);
		if (entry === undefined) throw vscode.FileSystemError.FileNotFound(uri);
		return entry;
	}
}

/** @param {vscode.ExtensionContext} context */
exports.activate = (context) => {
	const files = new ForeignFiles(process.env['FOREIGN_FILES']);
	context.subscriptions.push(
		vscode.workspace.registerFileSystemProvider('foreign', files),
		vscode.commands.registerCommand('foreignFiles.forgetReads', () => void (files.reads = [])),
		vscode.commands.registerCommand('foreignFiles.showReads', () => {
			const read = files.reads.filter((name) => !ofTheEditor.test(name));
			void vscode.window.showInformationMessage(`Read: ${read.length === 0 ? 'nothing' : read.sort().join(' ')}`);
		}),
	);
};
