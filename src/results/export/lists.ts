// The lists of an export for other programs: a table, JSON, and what ffmpeg joins videos by.
import { csvRecord, utf8Mark } from '../../core/csvRecord';
import { operationKey } from '../../core/operation';
import { kindOf, mediaFolder, type ExportedResult } from './exportedResult';

/** What both lists say of a result, by its column. What is not known is missing. */
const columns: Readonly<Record<string, (result: ExportedResult) => string | number | undefined>> = {
	file: ({ fileName }) => `${mediaFolder}/${fileName}`,
	name: ({ name }) => name,
	prompt: ({ prompt }) => prompt,
	kind: kindOf,
	format: ({ format }) => format,
	size: ({ size }) => size,
	width: ({ file }) => file?.width,
	height: ({ file }) => file?.height,
	frames_per_second: ({ file }) => file?.framesPerSecond,
	seconds: ({ file }) => file?.seconds,
	task_units: ({ units }) => units,
	created_at: ({ createdAt }) => isoTime(createdAt),
	finished_at: ({ finishedAt }) => isoTime(finishedAt),
	origin: ({ ref }) => ref.origin,
	operation: ({ ref }) => operationKey(ref),
	id: ({ ref }) => ref.id,
	result: ({ media }) => media + 1,
	sha256: ({ sha256 }) => sha256,
};

/** `results.csv`: RFC 4180 in UTF-8 with a byte order mark; no cell is run as a formula. */
export function resultsTable(results: readonly ExportedResult[]): string {
	const lines = results.map((result) => csvRecord(Object.values(columns).map((valueOf) => String(valueOf(result) ?? ''))));
	return utf8Mark + csvRecord(Object.keys(columns)) + lines.join('');
}

/** `results.json` */
export function resultsJson(results: readonly ExportedResult[], exportedAt: number): string {
	const list = {
		format: 'kling-export',
		version: 1,
		exportedAt: isoTime(exportedAt),
		// JSON has no undefined: what is not known is left out.
		results: results.map((result) => Object.fromEntries(Object.entries(columns).map(([column, valueOf]) => [column, valueOf(result)]))),
	};
	return `${JSON.stringify(list, undefined, '\t')}\n`;
}

function isoTime(ms: number | undefined): string | undefined {
	return ms !== undefined && ms >= 0 && ms < Date.UTC(10_000, 0) ? new Date(ms).toISOString() : undefined;
}

/**
 * `concat.txt`: the videos in their order, for ffmpeg's concat demuxer. Within its single quotes every character stands for itself; a quote is
 * written outside of them. A name cannot contain a line break (see `exportNames`).
 * @returns undefined if there are fewer than two videos
 */
export function concatList(results: readonly ExportedResult[]): string | undefined {
	const videos = results.filter((result) => kindOf(result) === 'video');
	return videos.length < 2
		? undefined
		: `ffconcat version 1.0\n${videos.map(({ fileName }) => `file '${mediaFolder}/${fileName.replaceAll("'", "'\\''")}'\n`).join('')}`;
}

/** What joins the videos of `concat.txt`: for a person to run in the folder. Nothing of a foreign text is in it. */
export const joinCommand = 'ffmpeg -f concat -safe 0 -i concat.txt -c copy joined.mp4';
/** The same for videos that differ in size or codec. */
export const joinAnewCommand =
	'ffmpeg -f concat -safe 0 -i concat.txt -vf "scale=1920:1080:force_original_aspect_ratio=decrease,pad=1920:1080:-1:-1" joined.mp4';
