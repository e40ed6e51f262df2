import { l10n } from 'vscode';
import { assertNever } from '../../core/assertNever';
import {
	materialsOf,
	nextOperations,
	type MadeFacts,
	type NextField,
	type NextNote,
	type NextOperation,
	type NextRefusal,
	type NextSituation,
} from '../../core/nextOperations';
import type { MaterialKind, NextKey } from '../../core/nextOperationTable';
import { parseOperationPath } from '../../core/operation';
import { hostOf } from '../../core/origin';
import { isFinished, type FinishedTask, type Task } from '../../core/task';
import { shown } from '../../core/shown';
import { operationLabel } from './operations';
import { sentences } from './sentences';
import { taskLabel } from './tasks';
import { dateText, timeText } from './times';

/** "Lip Sync", "Identify Faces": an operation or call as something to do next. */
export function nextLabel(key: NextKey): string {
	switch (key) {
		case 'videos/identify-face':
			return l10n.t('Identify Faces');
		case 'videos/multi-elements/init-selection':
			return l10n.t('Start a Selection');
		case 'videos/multi-elements/add-selection':
			return l10n.t('Add to the Selection');
		case 'videos/multi-elements/clear-selection':
			return l10n.t('Clear the Selection');
		case 'videos/multi-elements/preview-selection':
			return l10n.t('Preview the Selection');
		default: {
			const path = parseOperationPath(key);
			return path === undefined ? key : operationLabel(path);
		}
	}
}

/**
 * What an operation is offered with, in whole sentences: what is not known first, because a narrow pick cuts off the end, then what is filled in
 * and until when that works. @param now ms since 1970
 */
export function offerText({ takes, count, fields, until, notes }: NextOperation, now: number): string {
	return sentences(
		...notes.filter(({ code }) => code !== 'retiring').map(noteText),
		filledText(takes, count, fields),
		until === undefined
			? undefined
			: l10n.t({
					message: 'Until {0}.',
					args: [untilText(until, now)],
					comment: ['Until when it is possible: {0} is a date, or a date and time.'],
				}),
		...notes.filter(({ code }) => code === 'retiring').map(noteText),
	);
}

function filledText(takes: MaterialKind, count: number, fields: readonly NextField[]): string {
	const has = (piece: NextField['piece']): boolean => fields.some((field) => field.piece === piece);
	if (takes === 'faces') {
		return l10n.t('Fills in the session and the first face.');
	}
	if (takes === 'selection') {
		return l10n.t('Fills in the session.');
	}
	if (count > 1) {
		return l10n.t({ message: 'Fills in the links of {0} images.', args: [count], comment: ['{0} is a number, at least 2.'] });
	}
	if (has('taskId')) {
		return l10n.t('Fills in the IDs of the video and its task.');
	}
	switch (takes) {
		case 'video':
			return has('id') ? l10n.t('Fills in the ID of the video.') : l10n.t('Fills in the link of the video.');
		case 'image':
			return l10n.t('Fills in the link of the image.');
		case 'audio':
			return has('id') ? l10n.t('Fills in the ID of the sound.') : l10n.t('Fills in the link of the sound.');
		default:
			return assertNever(takes);
	}
}

function noteText(note: NextNote): string {
	switch (note.code) {
		case 'secondsUnknown':
			return l10n.t({
				message: 'Only for {0}; the length is not known.',
				args: [rangesText(note.ranges)],
				comment: ['{0} is “3 to 20 s”, “5 or 10 s” or the like.'],
			});
		case 'modelUnknown':
			return l10n.t({
				message: 'Only for {0}; the model is not known.',
				args: [modelsText(note.models)],
				comment: ['{0} is “kling-v1, kling-v1-5 or kling-v1-6” or the like.'],
			});
		case 'retiring':
			return l10n.t('No longer documented by Kling.');
		case 'otherKey':
			return l10n.t('Another API key has been set since: its account may not have this ID.');
		default:
			return assertNever(note);
	}
}

/** Why an operation cannot take a result: one sentence or two, with what can be done instead. */
export function refusalText(refusal: NextRefusal, takes: MaterialKind): string {
	switch (refusal.code) {
		case 'retired':
			return refusal.model === undefined
				? l10n.t({
						message: 'No longer offered by Kling; instead: {0}.',
						args: [operationsText(refusal.instead)],
						comment: ['{0} is “Omni Video or Image to Video” or the like.'],
					})
				: l10n.t({
						message: 'No longer offered by Kling for {0}; instead: {1}.',
						args: [shown(refusal.model), operationsText(refusal.instead)],
						comment: ['{0} is a model such as kling-v1.', '{1} is “Omni Video or Image to Video” or the like.'],
					});
		case 'first':
			return l10n.t({
				message: 'Continue with {0} first, then with what that gives.',
				args: [nextLabel(refusal.first)],
				comment: ['{0} is an operation such as “Identify Faces”.'],
			});
		case 'madeBy':
			return l10n.t({
				message: 'Only for results of {0}.',
				args: [operationsText(refusal.operations)],
				comment: ['{0} is “Text to Video or Image to Video” or the like.'],
			});
		case 'model':
			return l10n.t({
				message: 'Only for results of {0}; this one is of {1}.',
				args: [modelsText(refusal.models), shown(refusal.model)],
				comment: ['{0} is “kling-v1 or kling-v1-6” or the like.', '{1} is a model such as kling-v3.'],
			});
		case 'seconds':
			return secondsText(rangesText(refusal.ranges), Math.round(refusal.seconds * 10) / 10, takes);
		case 'tooMany':
			return l10n.t({
				message: 'Takes at most {0} images, not {1}: select a single result.',
				args: [refusal.most, refusal.count],
				comment: ['{0} and {1} are numbers.'],
			});
		case 'tooOld':
			return refusal.what === 'session'
				? l10n.t({
						message: 'The session ended on {0}: sessions last 24 hours. Run the request that opened it again.',
						args: [timeText(refusal.at)],
						comment: ['{0} is a date and time.'],
					})
				: l10n.t({
						message: 'Older than 30 days: Kling kept the result until {0}.',
						args: [dateText(refusal.at)],
						comment: ['{0} is a date.'],
					});
		case 'linkExpired':
			return l10n.t({
				message: 'The link of the result expired on {0}. Refresh the task for a new one.',
				args: [timeText(refusal.at)],
				comment: ['{0} is a date and time.'],
			});
		case 'linkPrivate':
			return l10n.t('Kling cannot open its link: it leads to a private address.');
		case 'noLink':
			return l10n.t('The response has no link of the result.');
		case 'noId':
			return l10n.t('The response has no ID of the result that can be used.');
		case 'otherApi':
			return l10n.t({
				message: 'Known only to {0}, but requests go to another API. Change the setting “Kling: API Base URL” to continue there.',
				args: [hostOf(refusal.origin)],
				comment: ['{0} is a host name.'],
			});
		default:
			return assertNever(refusal);
	}
}

function secondsText(ranges: string, seconds: number, takes: MaterialKind): string {
	const comment = ['{0} is “3 to 20 s”, “5 or 10 s” or the like.', '{1} is a number of seconds.'];
	return takes === 'audio'
		? l10n.t({ message: 'Only for sounds of {0}; this one has {1} s.', args: [ranges, seconds], comment })
		: l10n.t({ message: 'Only for videos of {0}; this one has {1} s.', args: [ranges, seconds], comment });
}

/** "5 or 10 s", "2 to 5 or 7 to 10 s", "at most 180 s". */
function rangesText(ranges: readonly (readonly [number, number])[]): string {
	const parts = ranges.map(([least, most]) =>
		least === most
			? String(least)
			: least === 0
				? l10n.t({ message: 'at most {0}', args: [most], comment: ['{0} is a number of seconds.'] })
				: l10n.t({ message: '{0} to {1}', args: [least, most], comment: ['{0} and {1} are numbers of seconds.'] }),
	);
	return l10n.t({ message: '{0} s', args: [orText(parts)], comment: ['{0} is “5 or 10”, “3 to 20” or the like: seconds.'] });
}

function operationsText(keys: readonly NextKey[]): string {
	return orText(keys.map(nextLabel));
}

function modelsText(models: readonly string[]): string {
	return orText(models.map(shown));
}

/** "A", "A or B", "A, B or C". */
function orText(parts: readonly string[]): string {
	const last = parts.at(-1) ?? '';
	return parts.length < 2
		? last
		: l10n.t({
				message: '{0} or {1}',
				args: [parts.slice(0, -1).join(', '), last],
				comment: ['{0} is one thing or several with commas, {1} the last one.'],
			});
}

/** How many operations are named before “3 more”. */
const mostNamed = 4;

/**
 * What can still be done with the results of a task, as a label and a value for the hover and the panel: "Video to Audio, Identify Faces and 3
 * more, until Mar 14, 2027"; undefined if that is nothing.
 */
export function nextFact(
	task: Task,
	made: MadeFacts,
	situation: NextSituation,
): { readonly label: string; readonly value: string } | undefined {
	const materials = isFinished(task) ? materialsOf(task, made) : [];
	const known = new Set<NextKey>();
	/** The names by the text of their end. */
	const groups = new Map<string | undefined, string[]>();
	for (const { key, until, refusal } of materials.flatMap((material) => nextOperations([material], situation))) {
		if (refusal === undefined && !known.has(key)) {
			known.add(key);
			const end = until === undefined ? undefined : untilText(until, situation.now);
			groups.set(end, [...(groups.get(end) ?? []), nextLabel(key)]);
		}
	}
	return groups.size === 0
		? undefined
		: { label: l10n.t('Continue with'), value: [...groups].map(([until, labels]) => groupText(labels, until)).join('; ') };
}

/** The time of a moment that is near, else the day. */
function untilText(until: number, now: number): string {
	return until - now < 48 * 60 * 60_000 ? timeText(until) : dateText(until);
}

function groupText(labels: readonly string[], until: string | undefined): string {
	const more = labels.length - mostNamed;
	const named = labels.slice(0, mostNamed).join(', ');
	const all =
		more <= 0
			? named
			: l10n.t({
					message: '{0} and {1} more',
					args: [named, more],
					comment: ['{0} are operations such as “Lip Sync, Video to Audio”, {1} is a number.'],
				});
	return until === undefined
		? all
		: l10n.t({
				message: '{0}, until {1}',
				args: [all, until],
				comment: ['{0} are operations such as “Lip Sync, Video to Audio and 2 more”, {1} is a date.'],
			});
}

/** The comments at the top of a request that continues with a result: what it is from, and until when it is possible. */
export function headComments(task: FinishedTask, until: number | undefined): readonly string[] {
	return [
		l10n.t({
			message: 'Continues with “{0}” (task {1}).',
			args: [shown(task.name ?? taskLabel(task)), task.ref.id],
			comment: ['A comment in a file: {0} is the name of a task, {1} its ID.'],
		}),
		...(until === undefined
			? []
			: [
					l10n.t({
						message: 'Possible until {0}.',
						args: [timeText(until)],
						comment: ['A comment in a file: {0} is a date and time.'],
					}),
				]),
	];
}

/** The comment in front of a result's link that can stand in place of its ID. */
export function byLinkComment(takes: MaterialKind): string {
	return takes === 'audio'
		? l10n.t('If the API does not find this sound, because another account made it, use its link instead of its ID:')
		: l10n.t('If the API does not find this video, because another account made it, use its link instead of its ID:');
}
