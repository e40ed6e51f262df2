import { relative, sep } from 'node:path';
import { omitUndefined } from '../../core/omitUndefined';
import type { KeepPlan } from '../../core/download';
import type { RequestFacts } from '../../requests/fileFacts';
import type { RequestFile } from '../../requests/requestFile';
import { resolveRequest, type RunValues } from '../../requests/resolve';

/** A request whose results are kept. */
interface KeptRequest {
	readonly file: RequestFile;
	readonly facts: RequestFacts;
	/** Its name without `.kling.json`. */
	readonly name: string;
	/** Absolute path of its file on this machine, if it has one. */
	readonly path: string | undefined;
}

/** A value in a file name has at most as many characters: the whole name has fewer. */
const longestValue = 200;

/**
 * How the results of a take are kept: where the person keeps results, with the request's own pattern of file names if it has one.
 * @param plan by the settings
 */
export function keepOfTake(plan: KeepPlan, { file, facts, name, path }: KeptRequest, run: RunValues): KeepPlan {
	const pattern = file.save?.value.trim() ?? '';
	const values = { file: name, take: String(run.take), ...varValues(file, facts, run) };
	return {
		folder: plan.folder,
		fileName: pattern === '' ? plan.fileName : pattern,
		values: Object.fromEntries(Object.entries(values).map(([key, value]) => [key, value.slice(0, longestValue)])),
		...omitUndefined({ requestFile: path === undefined ? undefined : pathFrom(plan.folder, path) }),
	};
}

/** What the request's variables are in this take; files have no text. */
function varValues(file: RequestFile, facts: RequestFacts, run: RunValues): Readonly<Record<string, string>> {
	const body = { kind: 'object', properties: file.vars, start: 0, end: 0 } as const;
	const entries = resolveRequest({ ...file, body }, facts, run).unfinished?.entries ?? [];
	return Object.fromEntries(
		entries.flatMap(([key, value]) => {
			switch (value.kind) {
				case 'string':
					return [[`vars.${key}`, value.value]];
				case 'number':
					return [[`vars.${key}`, value.text]];
				case 'boolean':
					return [[`vars.${key}`, String(value.value)]];
				case 'null':
				case 'media':
				case 'object':
				case 'array':
					return [];
			}
		}),
	);
}

/** Undefined for a file on another drive. */
function pathFrom(folder: string, path: string): string | undefined {
	const way = relative(folder, path);
	return /^(?:[a-z]:|[/\\])/i.test(way) ? undefined : way.split(sep).join('/');
}
