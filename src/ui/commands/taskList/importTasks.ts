import * as vscode from 'vscode';
import { isPrivateHost } from '../../../core/privateHost';
import { isAllowedLink } from '../../../core/resultLink';
import type { KeepPlan } from '../../../core/download';
import { isFinished, type Task } from '../../../core/task';
import { readEntry } from '../../../shared/taskList/entry';
import type { Clock, Log } from '../../../tracking/ports/host';
import type { Stores } from '../../../tracking/ports/stores';
import type { Tracker } from '../../../tracking/tracker';
import type { ApiKeyStore } from '../../apiKey/apiKeyStore';
import { ask } from '../../confirm';
import { hostsText, pauseKeyless } from '../../keylessOrigins';
import { commandRemedy, showLogRemedy, type Say } from '../../message';
import { showingProgress } from '../../progress';
import { mediaOrigin } from '../../result/contentSecurityPolicy';
import { readOrigin } from '../../settings';
import { slices } from '../../slicedWork';
import { nothingToDo, UserError, type Remedy } from '../../userError';
import { sizeText } from '../../text/media';
import { sentences } from '../../text/sentences';
import { entriesIn, type FileEntry } from './listFile';
import { skippedText, type SkippedEntry } from './skipped';

/** The longest file that is read, in bytes: about 100,000 tasks with long prompts. */
const largestFile = 100_000_000;
/** The most APIs of one file. */
const mostOrigins = 100;
/** The most tasks of one file. */
const mostTasks = 100_000;

export interface ImportParts {
	readonly store: Pick<Stores, 'tasks' | 'origins'>;
	readonly keys: Pick<ApiKeyStore, 'origins'>;
	readonly tracker: Pick<Tracker, 'untrack'>;
	/** How results are kept from now on; undefined: not by themselves. */
	readonly keepPlan: () => KeepPlan | undefined;
	readonly clock: Clock;
	readonly log: Log;
	readonly say: Say;
}

/** What a file holds. */
interface ReadList {
	readonly tasks: readonly Task[];
	readonly skipped: readonly SkippedEntry[];
}

/**
 * **Import Task List…**: adds the tasks of a file that were exported here or on another machine. Tasks that are known stay as they are. An API
 * without a key is named before anything is imported, and is not contacted.
 * @throws UserError with the reason; vscode.CancellationError when the person cancels
 */
export async function importTasks(parts: ImportParts): Promise<void> {
	const { clock, log, say, tracker, store } = parts;
	const withKey = new Set(await parts.keys.origins());
	const [file] =
		(await vscode.window.showOpenDialog({
			title: vscode.l10n.t('Import Task List'),
			openLabel: vscode.l10n.t('Import'),
			canSelectMany: false,
			filters: { [vscode.l10n.t('Task List')]: ['json', 'csv'] },
		})) ?? [];
	if (file === undefined) {
		throw new vscode.CancellationError();
	}
	const title = vscode.l10n.t('Kling: Importing tasks…');
	const text = await readFile(file);
	const read = await showingProgress(clock, title, ({ signal }) => readList(entriesIn(text), { parts, withKey, signal }), {
		cancellable: true,
	});
	await logSkipped(read.skipped, log);
	if (read.tasks.length === 0) {
		throw read.skipped.length === 0
			? nothingToDo(vscode.l10n.t('The file contains no tasks.'))
			: new UserError(sentences(vscode.l10n.t('No task could be imported.'), skippedText(read.skipped)), [showLogRemedy()]);
	}
	const chosen = await confirmed(read.tasks, { parts, withKey });
	const plan = parts.keepPlan();
	// A list may have thousands of finished tasks: their results are kept by hand.
	const keepOf = (task: Task): KeepPlan | undefined => (isFinished(task) ? undefined : plan);
	const { added, known } = await showingProgress(clock, title, () => store.tasks.import(chosen, clock.now(), keepOf));
	const remedies: Remedy[] = [
		...(added.length === 0
			? []
			: [
					commandRemedy(vscode.l10n.t('Show Tasks'), 'kling.showTasks'),
					{
						label: vscode.l10n.t('Undo'),
						run: (): Promise<void> =>
							showingProgress(clock, vscode.l10n.t('Kling: Removing tasks from the list…'), () => tracker.untrack(added)),
					},
				]),
		...(read.skipped.length === 0 ? [] : [showLogRemedy()]),
	];
	void say(
		read.skipped.length === 0 ? 'info' : 'warning',
		sentences(importedText(added.length, known.length), ...(read.skipped.length === 0 ? [] : [skippedText(read.skipped)])),
		remedies,
	);
}

/** @throws UserError when the file is too long or cannot be read */
async function readFile(file: vscode.Uri): Promise<string> {
	let bytes: Uint8Array;
	try {
		const { size } = await vscode.workspace.fs.stat(file);
		if (size > largestFile) {
			throw new UserError(
				vscode.l10n.t({
					message: 'The file has {0}; at most {1} can be imported.',
					args: [sizeText(size), sizeText(largestFile)],
					comment: ['{0} is a size such as “1.5 MB”.', '{1} is a size.'],
				}),
			);
		}
		bytes = await vscode.workspace.fs.readFile(file);
	} catch (error) {
		throw error instanceof vscode.FileSystemError
			? new UserError(
					vscode.l10n.t({
						message: 'Could not read the file: {0}',
						args: [error.message],
						comment: ['{0} is an error message of the editor.'],
					}),
				)
			: error;
	}
	// Spreadsheets also write UTF-16, with a byte order mark.
	const encoding = bytes[0] === 0xff && bytes[1] === 0xfe ? 'utf-16le' : 'utf-8';
	try {
		return new TextDecoder(encoding, { fatal: true, ignoreBOM: false }).decode(bytes);
	} catch {
		throw new UserError(vscode.l10n.t('The file is not text in UTF-8. In a spreadsheet, save it as “CSV UTF-8”.'));
	}
}

/** Reads untrusted entries in slices. @throws UserError when there are too many tasks or APIs */
async function readList(
	entries: Iterable<FileEntry>,
	{ parts, withKey, signal }: { readonly parts: ImportParts; readonly withKey: ReadonlySet<string>; readonly signal: AbortSignal },
): Promise<ReadList> {
	const { clock } = parts;
	const base = readOrigin();
	/** By origin: whether the person uses it here already. */
	const origins = new Map<string, boolean>();
	const isInUse = (origin: string): boolean => {
		const known = origins.get(origin) ?? (withKey.has(origin) || (base.ok && base.origin === origin));
		origins.set(origin, known);
		return known;
	};
	const tasks: Task[] = [];
	const skipped: SkippedEntry[] = [];
	const pause = slices();
	for (const entry of entries) {
		await pause();
		signal.throwIfAborted();
		if ('isEmpty' in entry) {
			continue;
		}
		const { line, isTable } = entry;
		const read =
			'problem' in entry
				? { ok: false as const, problem: entry.problem }
				: readEntry(entry.value, clock.now(), (url, origin) => mayLink(url, origin, isInUse(origin)));
		if (read.ok) {
			tasks.push(read.task);
			isInUse(read.task.ref.origin);
		} else {
			skipped.push({ line, isTable, problem: read.problem });
		}
		requireBounded(tasks.length + skipped.length, origins.size);
	}
	return { tasks, skipped };
}

/** @throws UserError */
function requireBounded(entries: number, origins: number): void {
	if (entries > mostTasks) {
		throw new UserError(
			vscode.l10n.t({
				message: 'The file contains more than {0} tasks. Split it into several files.',
				args: [mostTasks],
				comment: ['{0} is a count.'],
			}),
		);
	}
	if (origins > mostOrigins) {
		throw new UserError(
			vscode.l10n.t({
				message: 'The file contains tasks of more than {0} APIs, which no exported list has.',
				args: [mostOrigins],
				comment: ['{0} is a count.'],
			}),
		);
	}
}

/**
 * The rules for links of responses. An address in a private network is allowed only on an API that the person uses already: a file could
 * name one to reach what is in the network.
 */
function mayLink(url: string, origin: string, isInUse: boolean): boolean {
	const host = URL.parse(url)?.hostname;
	return host !== undefined && isAllowedLink(url, origin) && mediaOrigin(url) !== undefined && (isInUse || !isPrivateHost(host));
}

/**
 * Names the APIs without a key, and pauses them, so that nothing is sent to them until the person sets a key.
 * @returns the tasks to import
 * @throws vscode.CancellationError when the person cancels
 */
async function confirmed(
	tasks: readonly Task[],
	{ parts, withKey }: { readonly parts: ImportParts; readonly withKey: ReadonlySet<string> },
): Promise<readonly Task[]> {
	const keyless = [...new Set(tasks.map(({ ref }) => ref.origin))].filter((origin) => !withKey.has(origin));
	if (keyless.length === 0) {
		return tasks;
	}
	const others = tasks.filter(({ ref }) => withKey.has(ref.origin));
	const choice = await ask(
		{
			message: vscode.l10n.t({
				message: 'No API key is set for: {0}',
				args: [hostsText(keyless)],
				comment: ['{0} is one or more host names.'],
			}),
			detail: vscode.l10n.t({
				message:
					'{0} of {1} tasks in the file belong there. They are added to the list, but not checked until you set an API key for these hosts. Set one only if you know the host. A result is loaded from the host that its link names when you open it.',
				args: [tasks.length - others.length, tasks.length],
				comment: ['{0} is a count.', '{1} is a count.'],
			}),
		},
		{
			all: vscode.l10n.t('Import All'),
			others: others.length === 0 ? undefined : vscode.l10n.t('Import Only Tasks with a Key'),
		},
	);
	if (choice === 'others') {
		return others;
	}
	await pauseKeyless(keyless, parts);
	return tasks;
}

function importedText(added: number, known: number): string {
	const addedText =
		added === 1
			? vscode.l10n.t('Imported 1 task.')
			: vscode.l10n.t({ message: 'Imported {0} tasks.', args: [added], comment: ['{0} is a count.'] });
	if (known === 0) {
		return addedText;
	}
	const knownText =
		known === 1
			? vscode.l10n.t('1 task was already in the list and is unchanged.')
			: vscode.l10n.t({
					message: '{0} tasks were already in the list and are unchanged.',
					args: [known],
					comment: ['{0} is a count.'],
				});
	return added === 0 ? knownText : sentences(addedText, knownText);
}

const unread = { rounded: 'the ID is rounded', tooLong: 'too long, the rest is not read', notTask: 'no task' } as const;

/** All of them, in words that the log's allow-list passes. */
async function logSkipped(skipped: readonly SkippedEntry[], log: Log): Promise<void> {
	const pause = slices();
	for (const { line, isTable, problem } of skipped) {
		const reason = 'field' in problem ? `${problem.field} is ${problem.kind}` : unread[problem.kind];
		log.warn(`Import: skipped ${isTable ? 'line' : 'task'} ${line}: ${reason}`);
		await pause();
	}
}
