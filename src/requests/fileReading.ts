import type { RequestFacts } from './fileFacts';
import type { FormCode } from './formProblem';
import type { FileRefusal } from './ports/workspaceFiles';
import type { ResolvedMedia, ResolvedValue } from './resolvedValue';

/** What `file()` or `text()` stands for. */
export interface FileReading {
	/** Undefined if there is none, which the problem says. */
	readonly value: ResolvedMedia | Extract<ResolvedValue, { kind: 'string' }> | undefined;
	/** False if the file was not read (yet). */
	readonly isKnown: boolean;
	readonly problem?: { readonly code: FormCode; readonly facts: Readonly<Record<string, string | number>> };
}

/** What `file('path')` stands for. A file that was not read yet, or that is not read in an untrusted workspace, is media without facts. */
export function mediaOf(path: string, { files }: RequestFacts): FileReading {
	const facts = files.get(path);
	switch (facts?.kind) {
		case undefined:
			return { value: { kind: 'media', path, facts: undefined }, isKnown: false };
		case 'image':
		case 'audio':
			return { value: { kind: 'media', path, facts }, isKnown: true };
		case 'other':
			return failed('file-not-media', { path });
		case 'tooLarge':
			return failed('file-too-large', { path, size: facts.size });
		case 'refused':
			return facts.reason === 'untrusted'
				? { ...untrusted('file-untrusted', path), value: { kind: 'media', path, facts: undefined } }
				: refused('file-refused', path, facts.reason);
	}
}

/** What `text('path')` stands for. A text that was not read stays an expression. */
export function textOf(path: string, { texts }: RequestFacts): FileReading {
	const facts = texts.get(path);
	const asWritten = { kind: 'string', value: `\${{ text('${path.replaceAll("'", "''")}') }}` } as const;
	switch (facts?.kind) {
		case undefined:
			return { value: asWritten, isKnown: false };
		case 'text':
			return { value: { kind: 'string', value: facts.text }, isKnown: true };
		case 'notText':
			return failed('text-not-text', { path });
		case 'notUtf8':
			return failed('text-not-utf8', { path });
		case 'tooLarge':
			return failed('text-file-too-large', { path, size: facts.size });
		case 'refused':
			return facts.reason === 'untrusted'
				? { ...untrusted('text-untrusted', path), value: asWritten }
				: refused('text-refused', path, facts.reason);
	}
}

function failed(code: FormCode, facts: Readonly<Record<string, string | number>>): FileReading {
	return { value: undefined, isKnown: true, problem: { code, facts } };
}

function refused(code: FormCode, path: string, reason: FileRefusal): FileReading {
	return failed(code, { path, reason });
}

function untrusted(code: FormCode, path: string): Omit<FileReading, 'value'> {
	return { isKnown: false, problem: { code, facts: { path } } };
}
