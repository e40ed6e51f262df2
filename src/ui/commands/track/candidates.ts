import { omitUndefined } from '../../../core/omitUndefined';
import type { PastedReference } from '../../../core/paste/pastedText';
import { mayBeKey } from '../../../core/paste/secretText';
import type { Task } from '../../../core/task';

/** Source of a text. */
export type Source = 'input' | 'selection' | 'clipboard' | 'file';

/** A task that a person may choose to track. Its name is the text's until the person changes it. */
export type Candidate = PastedReference & {
	readonly isRenamed?: true;
	/** The text of its line, as it may be shown; missing if the text contains a secret. */
	readonly lineText?: string;
};

/** The longest name that can be typed, in characters (code points); the reader's names are no longer. */
export const longestName = 60;

/** Whether a reference could also be an API key: it is neither shown nor tracked until a person confirms that it is a task ID. */
export function isUncertain({ sure, id }: PastedReference): boolean {
	return sure === 'guess' && mayBeKey(id);
}

/** What a person recognises a reference by. */
export function nameOrId({ name, id }: PastedReference): string {
	return name ?? id;
}

/**
 * Whether to ask which references to track: if there are several or one is a guess. Not asked about a single typed guess that cannot be an
 * API key and is not suspected of anything else, since the person has just typed it.
 */
export function needsConfirmation(references: readonly PastedReference[], source: Source | 'command'): boolean {
	const [first, ...others] = references;
	if (first === undefined || others.length > 0) {
		return true;
	}
	return first.sure === 'guess' && (source !== 'input' || isUncertain(first) || first.suspect !== undefined);
}

/** A task that is already tracked is shown with its own name, so that renaming it here starts from that. */
export function withTrackedName(reference: PastedReference, tracked: Pick<Task, 'name'> | undefined): Candidate {
	return tracked?.name === undefined ? reference : { ...reference, name: tracked.name };
}

/** @param typed the new name as typed; an empty one means no name, the same one changes nothing */
export function renamed(candidate: Candidate, typed: string): Candidate {
	const name = typed.trim();
	if (name === (candidate.name ?? '')) {
		return candidate;
	}
	return omitUndefined({ ...candidate, name: name === '' ? undefined : name, isRenamed: true as const });
}

/** Whether a typed name is longer than allowed. A longer one that the task already has may stay. */
export function isNameTooLong({ name }: Candidate, typed: string): boolean {
	return typed !== name && Array.from(typed.trim()).length > longestName;
}

/** Whether a task that is already tracked takes over a candidate's name: a name that a person gave gives way only to another one typed. */
export function takesName(tracked: Pick<Task, 'name'>, { name, isRenamed }: Candidate): boolean {
	return name !== tracked.name && (tracked.name === undefined || isRenamed === true);
}
