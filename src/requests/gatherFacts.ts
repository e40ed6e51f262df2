import type { FactMemory } from './factMemory';
import type { MediaFacts, RequestFacts, TextFacts } from './fileFacts';
import type { MediaInspector } from './ports/mediaInspector';
import type { FileBytes, WorkspaceFiles } from './ports/workspaceFiles';

/** Above this many bytes a file cannot be sent in any field: its Base64 alone is 40 MB, more than a request takes. */
export const mostMediaBytes = 30_000_000;
/** A file for `text()` has at most this many bytes. */
const mostTextBytes = 65_536;
/** So many paths of a request are checked, the others are not. */
const mostPaths = 100;
/** So many bytes are read at a time: what was read is remembered, so that the next time goes on with the others. */
const mostBytesInAll = 100_000_000;
/** So many files are read at once. */
const readers = 2;

/** What finding out about files needs. */
export interface FactPorts {
	readonly files: WorkspaceFiles;
	readonly media: MediaInspector;
	readonly memory: FactMemories;
}

/** What is remembered from check to check. */
export interface FactMemories {
	readonly files: FactMemory<MediaFacts>;
	readonly texts: FactMemory<TextFacts>;
}

/** Paths as they are written in `file('…')` and `text('…')`. */
export interface NamedFiles {
	readonly files: readonly string[];
	readonly texts: readonly string[];
}

/**
 * Finds out about the files that a request names. Each path is read once, whatever names it how often; too large ones are not read at all.
 * @returns without a path that is not checked yet, because there are too many or too large ones
 * @throws the signal's reason when it is aborted
 */
export async function factsOf(named: NamedFiles, ports: FactPorts, signal: AbortSignal): Promise<RequestFacts> {
	const files = new Map<string, MediaFacts>();
	const texts = new Map<string, TextFacts>();
	const budget = { bytes: mostBytesInAll };
	const works = [
		...[...new Set(named.files)].map((path) => async () => {
			const facts = await mediaFacts(path, ports, budget, signal);
			if (facts !== undefined) {
				files.set(path, facts);
			}
		}),
		...[...new Set(named.texts)].map((path) => async () => void texts.set(path, await textFacts(path, ports, signal))),
	].slice(0, mostPaths);
	const work = async (): Promise<void> => {
		for (let next = works.shift(); next !== undefined; next = works.shift()) {
			signal.throwIfAborted();
			await next();
		}
	};
	await Promise.all(Array.from({ length: readers }, work));
	return { files, texts };
}

async function mediaFacts(
	path: string,
	{ files, media, memory }: FactPorts,
	budget: { bytes: number },
	signal: AbortSignal,
): Promise<MediaFacts | undefined> {
	const stat = await files.stat(path, signal);
	if ('refused' in stat) {
		return { kind: 'refused', reason: stat.refused };
	}
	if (stat.size > mostMediaBytes) {
		return { kind: 'tooLarge', size: stat.size };
	}
	const known = memory.files.recall(stat.version);
	if (known !== undefined) {
		return known;
	}
	if (budget.bytes < stat.size) {
		return undefined;
	}
	budget.bytes -= stat.size;
	return memory.files.find(stat.version, async () => {
		const content = await files.read(path, signal);
		return 'refused' in content ? { kind: 'refused', reason: content.refused } : media.inspect(content.bytes, signal);
	});
}

async function textFacts(path: string, { files, memory }: FactPorts, signal: AbortSignal): Promise<TextFacts> {
	const stat = await files.stat(path, signal);
	if ('refused' in stat) {
		return { kind: 'refused', reason: stat.refused };
	}
	if (!/\.(?:txt|md)$/i.test(path)) {
		return { kind: 'notText' };
	}
	return stat.size > mostTextBytes
		? { kind: 'tooLarge', size: stat.size }
		: memory.texts.find(stat.version, async () => textOf(await files.read(path, signal)));
}

function textOf(content: FileBytes): TextFacts {
	if ('refused' in content) {
		return { kind: 'refused', reason: content.refused };
	}
	if (content.bytes.length > mostTextBytes) {
		return { kind: 'tooLarge', size: content.bytes.length };
	}
	try {
		const text = new TextDecoder('utf-8', { fatal: true }).decode(content.bytes);
		// No text has it, but UTF-8 allows it.
		return text.includes('\0') ? { kind: 'notUtf8' } : { kind: 'text', text: text.replace(/\r?\n$/, '') };
	} catch {
		return { kind: 'notUtf8' };
	}
}
