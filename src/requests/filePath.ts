import type { FileRefusal } from './ports/workspaceFiles';

/** A path above this many characters is refused. */
const longestPath = 1000;

/** The folders and the name of a file, from the outside in: without empty ones and `.`. */
export type FilePath = { readonly segments: readonly string[] } | { readonly refused: FileRefusal };

/**
 * Reads the path in `file('./ref/a.png')` or `text('./a.md')`. It means the same file on every system, or none: a path that one system would
 * read differently is refused on all. What this cannot know is where links lead.
 * @param written relative to the request file
 */
export function readFilePath(written: string): FilePath {
	// Control characters; marks that let a name be shown as another; halves of characters.
	if (written === '' || written.length > longestPath || /[\p{Cc}\p{Cs}\u202a-\u202e\u2066-\u2069]/u.test(written)) {
		return { refused: 'malformed' };
	}
	if (isAbsolute(written)) {
		return { refused: 'absolute' };
	}
	const segments = written.split(/[\\/]/).filter((segment) => segment !== '' && segment !== '.');
	if (segments.some((segment) => /^\.{2,}[. ]*$/.test(withoutEscapes(segment)))) {
		return { refused: 'parent' };
	}
	if (written.includes('\\')) {
		return { refused: 'backslash' };
	}
	// Whoever decodes it once too often would find another path.
	if (/%(?:2f|5c|00)/i.test(written)) {
		return { refused: 'malformed' };
	}
	if (segments.some(isHidden)) {
		return { refused: 'hidden' };
	}
	if (segments.some(isReserved)) {
		return { refused: 'reserved' };
	}
	return segments.length === 0 || written.endsWith('/') || written.endsWith('/.') ? { refused: 'notAFile' } : { segments };
}

/** Whether a file or folder is hidden, such as `.env` and `.git`. */
export function isHidden(segment: string): boolean {
	return withoutEscapes(segment).startsWith('.');
}

function isAbsolute(written: string): boolean {
	return /^(?:[\\/]|~(?:[^\\/]*[\\/]|$)|[a-z]:|[a-z][a-z\d+.-]*:[\\/]|(?:file|data|blob|mailto):)/i.test(written);
}

/** A dot may be escaped as in a URL. */
function withoutEscapes(segment: string): string {
	return segment.replace(/%2e/gi, '.');
}

/**
 * Names of devices, whatever follows their first dot, names whose end Windows drops, and those with a colon, which separates a stream.
 * Source: https://learn.microsoft.com/windows/win32/fileio/naming-a-file
 */
function isReserved(segment: string): boolean {
	return (
		segment.includes(':') || /[. ]$/.test(segment) || /^(?:con|prn|aux|nul|conin\$|conout\$|(?:com|lpt)[\d¹²³])\s*(?:\.|$)/i.test(segment)
	);
}
