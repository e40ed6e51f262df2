import type { OperationPath } from '../core/operation';
import type { JsonNumber, JsonObject, JsonProperty, JsonString } from './jsonNode';
import type { RequestProblem } from './problem';

/** A request file above this many characters is not analysed. */
export const mostCharacters = 1_000_000;

/** What a request file (`*.kling.json`) says. Properties of the wrong type are missing here; a problem names them. */
export interface RequestFile {
	readonly text: string;
	/** The outermost object; undefined if the text has none. */
	readonly root: JsonObject | undefined;
	readonly name: JsonString | undefined;
	readonly operation: { readonly path: OperationPath; readonly node: JsonString } | undefined;
	readonly body: JsonObject | undefined;
	/** Scalars by their names; they may contain expressions. */
	readonly vars: readonly JsonProperty[];
	/** How many tasks the file makes, 1 to 20. */
	readonly repeat: { readonly count: number; readonly node: JsonNumber | undefined };
	/** Pattern of the file names of results. */
	readonly save: JsonString | undefined;
	/** It uses `steps`, `matrix`, `pause` or another word of chains, which cannot be run yet. */
	readonly isChain: boolean;
}

/** A request file and what is wrong with its form (not with its body: see validateRequest). */
export interface ParsedRequestFile {
	readonly file: RequestFile;
	readonly problems: readonly RequestProblem[];
}
