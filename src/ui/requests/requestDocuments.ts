import * as vscode from 'vscode';
import { Disposables } from '../../core/disposables';
import type { Disposable } from '../../core/emitter';
import { expressionsOf } from '../../requests/expressions';
import type { RequestFacts } from '../../requests/fileFacts';
import { FactMemory } from '../../requests/factMemory';
import { factsOf, type FactMemories } from '../../requests/gatherFacts';
import { parseRequestFile } from '../../requests/parseRequestFile';
import type { MediaInspector } from '../../requests/ports/mediaInspector';
import type { RequestProblem } from '../../requests/problem';
import type { ParsedRequestFile } from '../../requests/requestFile';
import { validateRequest } from '../../requests/validateRequest';
import type { Clock, Log } from '../../tracking/ports/host';
import { isRequestDocument } from './requestDocument';
import { workspaceFiles } from './workspaceFiles';

/** So long after the last change of a text it is checked, ms. */
const typingMs = 200;

/** Of so many files is remembered what they are, of so many texts the content, at most 64 KiB each. */
const mostRemembered = { files: 500, texts: 50 } as const;

/** A request as it was read, with what is known about its files. */
export interface ReadRequest {
	readonly document: vscode.TextDocument;
	readonly parsed: ParsedRequestFile;
	readonly facts: RequestFacts;
}

/** A request and everything that is wrong with it. */
export interface CheckedRequest extends ReadRequest {
	readonly problems: readonly RequestProblem[];
}

/** Nothing is known about files. */
const noFacts: RequestFacts = { files: new Map(), texts: new Map() };

/** What is kept of an open request. */
interface Entry {
	readonly document: vscode.TextDocument;
	/** The last version of the document that was noticed. */
	seen: number;
	/** That of `parsed`. */
	version: number;
	parsed: ParsedRequestFile;
	facts: RequestFacts;
	/** That of `problems`. */
	checkedVersion: number;
	problems: readonly RequestProblem[];
	/** The files that it names, as texts of their URIs. */
	named: ReadonlySet<string>;
	timer: Disposable | undefined;
	/** Ends the reading of its files. */
	reading: AbortController | undefined;
}

/**
 * The open request files. Each text is parsed once; 200 ms after typing has stopped, and when one of its files has changed, it is checked.
 */
export class RequestDocuments implements Disposable {
	readonly #own = new Disposables();
	readonly #entries = new Map<string, Entry>();
	readonly #media: MediaInspector;
	readonly #memory: FactMemories = { files: new FactMemory(mostRemembered.files), texts: new FactMemory(mostRemembered.texts) };
	readonly #clock: Clock;
	readonly #log: Log;
	readonly #didCheck = this.#own.own(new vscode.EventEmitter<CheckedRequest>());
	readonly #didClose = this.#own.own(new vscode.EventEmitter<vscode.Uri>());
	#watcher: Disposable | undefined;

	/** The problems of a request were found, maybe again. */
	readonly onDidCheck = this.#didCheck.event;
	/** A document was closed, or is no request any more. */
	readonly onDidClose = this.#didClose.event;

	constructor({ media, clock, log }: { readonly media: MediaInspector; readonly clock: Clock; readonly log: Log }) {
		this.#media = media;
		this.#clock = clock;
		this.#log = log;
		const { workspace } = vscode;
		this.#own.own(workspace.onDidOpenTextDocument((document) => this.#see(document)));
		this.#own.own(workspace.onDidCloseTextDocument(({ uri }) => this.#close(uri.toString())));
		this.#own.own(workspace.onDidChangeTextDocument(({ document }) => this.#see(document)));
		this.#own.own(workspace.onDidGrantWorkspaceTrust(() => this.#checkAll()));
		this.#own.own(workspace.onDidChangeWorkspaceFolders(() => this.#checkAll()));
	}

	/** Checks what is open already; called once, when everybody listens. */
	start(): void {
		vscode.workspace.textDocuments.forEach((document) => this.#see(document));
	}

	/** The URIs of the open requests. */
	uris(): readonly vscode.Uri[] {
		return [...this.#entries.values()].map(({ document }) => document.uri);
	}

	/** An open request by its text as it is now; undefined if the document is none. */
	read(document: vscode.TextDocument): ReadRequest | undefined {
		const entry = this.#entries.get(document.uri.toString());
		if (entry === undefined) {
			return undefined;
		}
		parse(entry);
		return entry;
	}

	/** The problems that were found last; undefined if the text has changed since. */
	checked(document: vscode.TextDocument): CheckedRequest | undefined {
		const entry = this.#entries.get(document.uri.toString());
		return entry?.checkedVersion === document.version ? entry : undefined;
	}

	/**
	 * Checks a request now, with its files as they are now; undefined if the document is none.
	 * @throws the signal's reason when it is aborted
	 */
	async check(document: vscode.TextDocument, signal: AbortSignal): Promise<CheckedRequest | undefined> {
		const entry = this.#entries.get(document.uri.toString());
		if (entry === undefined) {
			return undefined;
		}
		// A text that changes meanwhile is another request.
		const { version } = document;
		parse(entry);
		const { parsed } = entry;
		const facts = await this.#read(entry, parsed, signal);
		const checked = { document, parsed, facts, problems: validateRequest(parsed, facts) };
		if (document.version === version && this.#entries.get(document.uri.toString()) === entry) {
			entry.facts = facts;
			this.#report(entry, checked.problems);
		}
		return checked;
	}

	dispose(): void {
		for (const key of [...this.#entries.keys()]) {
			this.#close(key);
		}
		this.#watcher?.dispose();
		this.#own.dispose();
	}

	#see(document: vscode.TextDocument): void {
		const key = document.uri.toString();
		const entry = this.#entries.get(key);
		if (!isRequestDocument(document)) {
			this.#close(key);
		} else if (entry === undefined) {
			const opened: Entry = {
				document,
				seen: document.version,
				version: document.version,
				parsed: parseRequestFile(document.getText()),
				facts: noFacts,
				checkedVersion: -1,
				problems: [],
				named: new Set(),
				timer: undefined,
				reading: undefined,
			};
			this.#entries.set(key, opened);
			this.#check(opened);
		} else if (entry.seen !== document.version) {
			entry.seen = document.version;
			this.#checkSoon(entry);
		}
	}

	#close(key: string): void {
		const entry = this.#entries.get(key);
		if (entry !== undefined) {
			entry.timer?.dispose();
			entry.reading?.abort();
			this.#entries.delete(key);
			this.#didClose.fire(entry.document.uri);
		}
	}

	#checkAll(): void {
		for (const entry of this.#entries.values()) {
			this.#checkSoon(entry);
		}
	}

	#checkSoon(entry: Entry): void {
		entry.timer?.dispose();
		entry.timer = this.#clock.after(typingMs, () => this.#check(entry));
	}

	/** With what is known about its files at once, then again with what is found out. */
	#check(entry: Entry): void {
		entry.timer?.dispose();
		entry.timer = undefined;
		parse(entry);
		this.#report(entry, validateRequest(entry.parsed, entry.facts));
		entry.reading?.abort();
		const reading = new AbortController();
		entry.reading = reading;
		this.#read(entry, entry.parsed, reading.signal).then(
			(facts) => {
				if (!reading.signal.aborted && !sameFacts(entry.facts, facts)) {
					entry.facts = facts;
					parse(entry);
					this.#report(entry, validateRequest(entry.parsed, facts));
				}
			},
			(error: unknown) => {
				if (!reading.signal.aborted) {
					this.#log.error('Failed to check the files of a request', error);
				}
			},
		);
	}

	/** @param problems of the text that `parsed` is of */
	#report(entry: Entry, problems: readonly RequestProblem[]): void {
		entry.problems = problems;
		entry.checkedVersion = entry.version;
		this.#didCheck.fire(entry);
	}

	async #read({ document }: Entry, { file }: ParsedRequestFile, signal: AbortSignal): Promise<RequestFacts> {
		const found = expressionsOf(file).map(({ expression }) => expression);
		const pathsOf = (kind: 'file' | 'text'): readonly string[] => [
			...new Set(found.flatMap((expression) => (expression.kind === kind ? [expression.argument] : []))),
		];
		const named = { files: pathsOf('file'), texts: pathsOf('text') };
		const paths = [...named.files, ...named.texts];
		this.#watch(document.uri, paths);
		return paths.length === 0
			? noFacts
			: factsOf(named, { files: workspaceFiles(document.uri), media: this.#media, memory: this.#memory }, signal);
	}

	/** Only named files are of interest; the editor watches the folders of the workspace anyway. */
	#watch(document: vscode.Uri, paths: readonly string[]): void {
		const entry = this.#entries.get(document.toString());
		if (entry === undefined) {
			return;
		}
		entry.named = new Set(paths.map((path) => vscode.Uri.joinPath(document, '..', path).toString()));
		if (this.#watcher === undefined && paths.length > 0 && vscode.workspace.getWorkspaceFolder(document) !== undefined) {
			const watcher = vscode.workspace.createFileSystemWatcher('**/*');
			const changed = (uri: vscode.Uri): void => {
				const key = uri.toString();
				for (const one of this.#entries.values()) {
					if (one.named.has(key)) {
						this.#checkSoon(one);
					}
				}
			};
			this.#watcher = vscode.Disposable.from(
				watcher,
				watcher.onDidCreate(changed),
				watcher.onDidChange(changed),
				watcher.onDidDelete(changed),
			);
		}
	}
}

/** Parses the text as it is now, unless that was done. */
function parse(entry: Entry): void {
	const { document } = entry;
	if (entry.version !== document.version) {
		entry.parsed = parseRequestFile(document.getText());
		entry.version = document.version;
	}
}

/** Whether nothing new was found out about any file. */
function sameFacts(a: RequestFacts, b: RequestFacts): boolean {
	const text = ({ files, texts }: RequestFacts): string => JSON.stringify([[...files], [...texts]]);
	return text(a) === text(b);
}
