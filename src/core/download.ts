import type { MediaFormat } from './mediaFormat';
import type { DownloadProblem } from './linkProblem';
import type { TaskKey } from './task';

/**
 * Where and under which name the results of a task are kept. Fixed when the task is created or tracked, and stored with it: the window that
 * downloads them has other folders.
 */
export interface KeepPlan {
	/** Absolute path of a folder of this machine. */
	readonly folder: string;
	/** Pattern of the file name without extension, see fileNamePattern.ts; `{date}-{name}-{n}`. */
	readonly fileName: string;
	/** Values of placeholders that only the request has: `file`, `take`, `vars.mood`. */
	readonly values?: Readonly<Record<string, string>>;
	/** The request file, as a path relative to `folder`, with `/`. */
	readonly requestFile?: string;
}

/** One result of a task: the index in `task.results`. */
export interface DownloadId {
	readonly task: TaskKey;
	readonly media: number;
}

/** A text that identifies a result, for maps. */
export function downloadKey({ task, media }: DownloadId): string {
	return `${media} ${task}`;
}

/**
 * How far the download of a result is.
 * - `queued`: it is tried at `nextAt`
 * - `running`: a window works on it; it is due again when that window's claim expires
 * - `kept`: the file is complete and verified
 * - `failed`: nothing more is tried by itself; `problem` says why
 */
export const downloadStates = ['queued', 'running', 'kept', 'failed'] as const;
export type DownloadState = (typeof downloadStates)[number];

/** A file that is not complete yet. */
export interface PartialFile {
	/** Absolute path, in the folder of the plan. */
	readonly path: string;
	/** A strong ETag or a date by which the server recognises the same file (`If-Range`); missing: it cannot be continued. */
	readonly validator?: string;
	/** Length of the whole file, bytes, if the server announced it. */
	readonly total?: number;
	/** The whole file is on the disk and verified; only its name is still to be given to it. */
	readonly verified?: FileContent;
}

/** What identifies a file's content. */
export interface FileContent {
	/** Bytes. */
	readonly size: number;
	/** 64 hexadecimal digits. */
	readonly sha256: string;
	readonly format: MediaFormat;
}

/** What a file itself says of its media; the API does not tell it. */
export interface FileFacts {
	readonly width?: number;
	readonly height?: number;
	readonly framesPerSecond?: number;
	/** Real length, s. */
	readonly seconds?: number;
	/** Codec strings of WebCodecs: `avc1.64001f`, `mp4a.40.2`. */
	readonly videoCodec?: string;
	readonly audioCodec?: string;
}

/** A result that is kept as a file. */
export interface KeptFile extends FileContent {
	/** Absolute path. */
	readonly path: string;
	/** Ms since 1970. */
	readonly keptAt: number;
	/** Missing until the file was read for them. */
	readonly facts?: FileFacts;
	/** Whether a poster of it is kept, see the port `Posters`. */
	readonly hasPoster?: boolean;
	/** When it was noticed that the file is not at its path any more, ms since 1970. */
	readonly missingSince?: number;
}

/** The file in which a result is kept; undefined if it is not, or if the file is known to be gone. */
export function keptFileOf(download: Pick<Download, 'state' | 'file'> | undefined): KeptFile | undefined {
	const file = download?.state === 'kept' ? download.file : undefined;
	return file?.missingSince === undefined ? file : undefined;
}

/**
 * How far a download is, both in bytes: 0 to 99, because only a verified file is whole. Undefined while its length is not known.
 */
export function percentOf(received: number, total: number | undefined): number | undefined {
	return total === undefined || total <= 0 ? undefined : Math.min(99, Math.floor((100 * received) / total));
}

/** Why a download is not further. `linkGone`: the link has expired, and a new check of its task gave no other; `cancelled`: by a person. */
export type DownloadReason = DownloadProblem | { readonly kind: 'linkGone'; readonly message?: string } | { readonly kind: 'cancelled' };

/** The download of one result. Times are ms since 1970. */
export interface Download extends DownloadId {
	readonly state: DownloadState;
	readonly plan: KeepPlan;
	/** Attempts in a row that failed, since one brought something worth a request (`nextDownloadStep`). */
	readonly attempts: number;
	/** `queued`: when it is tried. */
	readonly nextAt?: number;
	/** Why the last attempt failed. */
	readonly reason?: DownloadReason;
	/** Whether the link was refreshed since the last attempt that reached the file: that happens once. */
	readonly isRefreshed?: boolean;
	readonly part?: PartialFile;
	/** Bytes on the disk, as last recorded: for showing, never for continuing. */
	readonly received?: number;
	/** `kept`: the file; of another state: the one that was kept before and is missing. */
	readonly file?: KeptFile;
}
