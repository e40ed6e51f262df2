import type { FileFacts } from '../../core/download';
import { nameKey, safeBaseName, withoutExtension } from '../../core/fileName';
import type { MediaKind } from '../../core/media';
import { mediaFormats, type MediaFormat } from '../../core/mediaFormat';
import type { TaskRef } from '../../core/task';

/** The folders of an export. */
export const mediaFolder = 'media';
export const posterFolder = 'posters';

/** What the gallery says of a result, in the person's language. */
export interface ResultText {
	/** "Fox", with the number of one of several. */
	readonly title: string;
	/** "Text to Video", "Nov 3, 2026", "3.5 units" */
	readonly facts: readonly string[];
}

/** What is known of a result that is exported. Texts are foreign: each output escapes them in its own way. Times are ms since 1970. */
export interface ResultFacts {
	readonly ref: TaskRef;
	/** The index in `task.results`. */
	readonly media: number;
	readonly name?: string;
	readonly prompt?: string;
	readonly format: MediaFormat;
	/** Bytes. */
	readonly size: number;
	readonly sha256: string;
	readonly createdAt?: number;
	readonly finishedAt?: number;
	/** What the task cost, with all of its results: decimal text. */
	readonly units?: string;
	readonly file?: FileFacts;
	readonly text: ResultText;
}

/** A result whose file is in the export. */
export interface ExportedResult extends ResultFacts {
	/** Name of its file in `mediaFolder`. */
	readonly fileName: string;
	/** Name of its poster in `posterFolder`. */
	readonly posterName?: string;
}

export function kindOf({ format }: Pick<ResultFacts, 'format'>): MediaKind {
	return mediaFormats[format].kind;
}

/**
 * The names of files in an export: safe on Windows, macOS and Linux, with the extension of their format, different from each other where
 * capitals do not count.
 * @param files names of the kept files, without folders; a person may have given them
 */
export function exportNames(files: readonly { readonly name: string; readonly format: MediaFormat }[]): readonly string[] {
	const taken = new Set<string>();
	return files.map(({ name, format }) => {
		const base = safeBaseName(withoutExtension(name)) || 'result';
		const { extension } = mediaFormats[format];
		for (let number = 1; ; number++) {
			const candidate = `${base}${number === 1 ? '' : `-${number}`}.${extension}`;
			const key = nameKey(candidate);
			if (!taken.has(key)) {
				taken.add(key);
				return candidate;
			}
		}
	});
}
