import * as vscode from 'vscode';
import { defined } from '../../core/defined';
import {
	longestText,
	mostReferences,
	readPastedText,
	type BoundedText,
	type PastedReference,
	type PastedText,
} from '../../core/paste/pastedText';
import { mayBeKey } from '../../core/paste/secretText';
import { isEnded, taskKey, type Task, type TaskKey, type TaskRef } from '../../core/task';
import { unreachable } from '../../core/unreachable';
import type { Clock } from '../../tracking/ports/host';
import type { Tracker, TrackOutcome } from '../../tracking/tracker';
import { setKeyRemedy } from '../apiKey/setKeyRemedy';
import { commandRemedy, type Say } from '../message';
import { showingProgress } from '../progress';
import { requireOrigin } from '../settings';
import { slices } from '../slices';
import { UserError, type Remedy } from '../userError';
import { endedText, hostOf, operationLabel, plain, problemText, shortId } from '../wording';
import type { OperationPicker } from './operationPicker';
import { readAtOnce, type PasteReader } from './pasteReader';

/** What the Track command works with. */
export interface TrackParts {
	readonly tracker: Tracker;
	readonly operations: OperationPicker;
	readonly reader: PasteReader;
	readonly clock: Clock;
	readonly say: Say;
	/** A task that is tracked already. */
	readonly known: (key: TaskKey) => Task | undefined;
	readonly reveal: (key: TaskKey) => Promise<void>;
}

/** A reference with its operation and origin known. */
type Reference = PastedReference;

/**
 * **Track Kling task**: takes anything that names tasks, asks for what is missing, tracks, and answers with what the first look saw.
 * @param text given by another command or extension instead of being asked for
 * @throws vscode.CancellationError when the person leaves
 */
export async function trackTask(parts: TrackParts, text?: string): Promise<void> {
	const origin = requireOrigin();
	const pasted = text === undefined ? await askForText(parts) : { text, source: 'command' as const };
	const read = await readWhole(pasted.text, parts);
	if (read.secret === 'apiKey') {
		throw looksLikeKey();
	}
	if (read.references.length === 0) {
		throw nothingFound(read);
	}
	if (read.referenceCount > mostReferences) {
		throw new UserError(
			vscode.l10n.t('The text names {0} tasks; at most {1} are tracked at once. Take a part of it.', read.referenceCount, mostReferences),
		);
	}
	const chosen = await confirm(read, pasted.source);
	const located = await chooseOrigin(chosen, origin);
	const refs = await complete(located, parts);
	if (refs.length === 0) {
		throw new vscode.CancellationError();
	}
	const [first] = refs;
	const title =
		refs.length === 1 && first !== undefined
			? vscode.l10n.t('Kling: looking at {0}', shortId(first.id))
			: vscode.l10n.t('Kling: looking at {0} tasks', refs.length);
	const tracking = showingProgress(
		parts.clock,
		title,
		(options) =>
			parts.tracker.track(
				refs.map((ref) => ({ ref })),
				options,
			),
		{ cancellable: true },
	);
	const outcomes = await vscode.window.withProgress({ location: vscode.ProgressLocation.Window, title }, () => tracking);
	if (read.unreadable.length > 0) {
		void nameUnreadable(read, parts);
	}
	await answer(outcomes, parts);
}

/** @throws vscode.CancellationError when the person does not wait for a long text to be read */
async function readWhole(text: string, { reader, clock }: TrackParts): Promise<BoundedText> {
	if (text.length > longestText) {
		throw tooLong(text.length);
	}
	return showingProgress(
		clock,
		vscode.l10n.t('Kling: looking for task ids in {0} of text', sizeText(text.length)),
		({ signal }) => reader.read(text, signal),
		{ cancellable: true },
	);
}

/** @param size characters, or bytes of a file */
function tooLong(size: number): UserError {
	return new UserError(
		vscode.l10n.t(
			'The text has {0}; at most {1} are read at once. Take a part of it that holds the task ids.',
			sizeText(size),
			sizeText(longestText),
		),
	);
}

function sizeText(bytes: number): string {
	return vscode.l10n.t('{0} MB', (bytes / 1e6).toFixed(1));
}

type Source = 'input' | 'selection' | 'clipboard' | 'file';

/** Whether a reference is a word that could as well be a key: it is not shown or tracked before a person has said that it is a task's id. */
function isDoubtful({ sure, id }: Reference): boolean {
	return sure === 'guess' && mayBeKey(id);
}

/** The input: what is typed, and beside it the editor's selection, the clipboard and a file, read whole. */
async function askForText({ say }: TrackParts): Promise<{ readonly text: string; readonly source: Source }> {
	const selection = selectedText();
	let clipboard: string | undefined;
	const picker = vscode.window.createQuickPick<vscode.QuickPickItem & { readonly source?: Source }>();
	picker.title = vscode.l10n.t('Track Kling task');
	picker.placeholder = vscode.l10n.t('Paste a task id, link, curl line, JSON answer or text that holds any of these');
	picker.ignoreFocusOut = true;
	const offers = (): (vscode.QuickPickItem & { readonly source: Source })[] => [
		...offer(selection, 'selection', vscode.l10n.t('Use the selected text'), 'list-selection'),
		...(clipboard === undefined
			? [{ label: useClipboard(), iconPath: new vscode.ThemeIcon('clippy'), alwaysShow: true, source: 'clipboard' as const }]
			: offer(clipboard, 'clipboard', useClipboard(), 'clippy')),
		{
			label: vscode.l10n.t('Choose a file…'),
			description: vscode.l10n.t('text, log, Markdown or JSON with task ids'),
			iconPath: new vscode.ThemeIcon('folder-opened'),
			alwaysShow: true,
			source: 'file' as const,
		},
	];
	let typed: PastedText | undefined;
	const list = (): void => {
		picker.items = [
			...(typed === undefined ? [] : [typedItem(typed)]),
			...(picker.value.length > readAtOnce ? [unreadItem(picker.value, 'input', vscode.l10n.t('Use the pasted text'), 'eye')] : []),
			...offers(),
		];
	};
	list();
	/** The typed text that the active item was listed for: Enter can come before the list has followed the typing. */
	let activeFor = '';
	try {
		const source = await new Promise<Source | undefined>((resolve) => {
			picker.onDidChangeValue((value) => {
				typed = value.trim() === '' || value.length > readAtOnce ? undefined : readPastedText(value);
				if (typed?.secret === 'apiKey') {
					picker.value = '';
					resolve(undefined);
					const { message, remedies } = looksLikeKey();
					void say('warning', message, remedies);
					return;
				}
				list();
			});
			picker.onDidChangeActive(() => {
				activeFor = picker.value;
			});
			picker.onDidAccept(() => {
				const active = activeFor === picker.value ? picker.activeItems[0]?.source : undefined;
				if (active !== undefined) {
					resolve(active);
				} else if (picker.value.length > readAtOnce || (typed !== undefined && typed.references.length > 0)) {
					resolve('input');
				}
			});
			picker.onDidHide(() => resolve(undefined));
			picker.show();
			// Only now and only on the desktop, where reading is silent: a browser asks the person, or refuses with a message of its own.
			if (vscode.env.uiKind === vscode.UIKind.Desktop) {
				void vscode.env.clipboard.readText().then(
					(text) => {
						clipboard = text;
						list();
					},
					// The offer stays; who takes it reads again, and a failure is said then.
					() => undefined,
				);
			}
		});
		switch (source) {
			case undefined:
				throw new vscode.CancellationError();
			case 'input':
				return { text: picker.value, source };
			case 'selection':
				return { text: selection, source };
			case 'clipboard':
				return { text: clipboard ?? (await vscode.env.clipboard.readText()), source };
			case 'file':
				return { text: await chosenFile(), source };
		}
	} finally {
		picker.dispose();
	}
}

function useClipboard(): string {
	return vscode.l10n.t('Use the clipboard');
}

function selectedText(): string {
	const editor = vscode.window.activeTextEditor;
	if (editor === undefined) {
		return '';
	}
	return editor.selections.map((selection) => editor.document.getText(selection)).join('\n');
}

function offer(text: string, source: Source, label: string, icon: string): (vscode.QuickPickItem & { source: Source })[] {
	if (text.trim() === '') {
		return [];
	}
	if (text.length > readAtOnce) {
		return [unreadItem(text, source, label, icon)];
	}
	const { references, secret } = readPastedText(text);
	if (references.length === 0 || secret === 'apiKey') {
		return [];
	}
	const ids = references
		.filter((reference) => !isDoubtful(reference))
		.slice(0, 3)
		.map(({ id }) => id);
	if (ids.length === 0) {
		return [
			{
				label,
				description: vscode.l10n.t('may be a task id or a key; you are asked'),
				iconPath: new vscode.ThemeIcon(icon),
				alwaysShow: true,
				source,
			},
		];
	}
	const description =
		references.length === 1
			? vscode.l10n.t('1 task: {0}', ids.join())
			: vscode.l10n.t('{0} tasks: {1}', references.length, ids.join(', ') + (references.length > ids.length ? ' …' : ''));
	return [{ label, description: plain(description), iconPath: new vscode.ThemeIcon(icon), alwaysShow: true, source }];
}

/** A long text is offered unread: that would hold up the editor while a person types. */
function unreadItem(text: string, source: Source, label: string, icon: string): vscode.QuickPickItem & { source: Source } {
	return { label, description: sizeText(text.length), iconPath: new vscode.ThemeIcon(icon), alwaysShow: true, source };
}

/** The row that says what was understood of the typed text while it is typed. */
function typedItem(read: PastedText): vscode.QuickPickItem & { readonly source?: Source } {
	const [first] = read.references;
	if (first === undefined) {
		return {
			label: vscode.l10n.t('No task in this text'),
			description: reasonText(read),
			iconPath: new vscode.ThemeIcon('circle-slash'),
			alwaysShow: true,
		};
	}
	if (read.references.length === 1 && isDoubtful(first)) {
		return {
			label: vscode.l10n.t('Is this a task id?'),
			description: vscode.l10n.t('It may be a key; you are asked before it is tracked'),
			iconPath: new vscode.ThemeIcon('question'),
			alwaysShow: true,
			source: 'input',
		};
	}
	const operation = first.operation !== undefined ? operationLabel(first.operation) : vscode.l10n.t('the operation is asked next');
	return {
		label: read.references.length === 1 ? vscode.l10n.t('Track {0}', first.id) : vscode.l10n.t('Track {0} tasks', read.references.length),
		description:
			read.references.length === 1
				? operation
				: read.references
						.slice(0, 3)
						.map(({ id }) => shortId(id))
						.join(', '),
		iconPath: new vscode.ThemeIcon('eye'),
		alwaysShow: true,
		source: 'input',
	};
}

async function chosenFile(): Promise<string> {
	const [file] =
		(await vscode.window.showOpenDialog({
			title: vscode.l10n.t('Choose a file with task ids'),
			openLabel: vscode.l10n.t('Read'),
			canSelectMany: false,
		})) ?? [];
	if (file === undefined) {
		throw new vscode.CancellationError();
	}
	const { size } = await vscode.workspace.fs.stat(file);
	if (size > longestText) {
		throw tooLong(size);
	}
	return new TextDecoder().decode(await vscode.workspace.fs.readFile(file));
}

function looksLikeKey(): UserError {
	return new UserError(vscode.l10n.t('This looks like an API key. It was not stored; set it with “Set API key”.'), [setKeyRemedy()]);
}

function reasonText({ unreadable }: PastedText): string {
	const reason = unreadable[0]?.reason ?? 'notUnderstood';
	switch (reason) {
		case 'badId':
			return vscode.l10n.t('A task id holds only letters, digits, “-”, “_” and “=”, at most 128.');
		case 'badUrl':
		case 'noTaskId':
			return vscode.l10n.t('A link ends in /kling/v1/, the operation and the task id, for example …/videos/text2video/871234567890123456.');
		case 'notHttps':
			return vscode.l10n.t('A link starts with https:// (http:// only for this machine).');
		case 'unknownOperation':
			return vscode.l10n.t('An operation is written like videos/text2video.');
		case 'secret':
			return vscode.l10n.t('It holds an API key, which is not read here.');
		case 'empty':
		case 'notUnderstood':
			return vscode.l10n.t('Paste a task id such as 871234567890123456, a link, a curl line or a JSON answer.');
		default:
			return unreachable(reason);
	}
}

function nothingFound(read: PastedText): UserError {
	return new UserError(vscode.l10n.t('No task was found in this text. {0}', reasonText(read)), [
		commandRemedy(vscode.l10n.t('Try again'), 'kling.trackTask'),
	]);
}

/** Several references in free text, or guesses, are confirmed; a single clear one is not, nor a guess that the person has typed and that can be no key. */
async function confirm(read: PastedText, source: Source | 'command'): Promise<readonly Reference[]> {
	const { references } = read;
	const [first] = references;
	if (references.length === 1 && first !== undefined && (first.sure === 'clear' || (source === 'input' && !isDoubtful(first)))) {
		return references;
	}
	const severalLines = new Set(references.map(({ line }) => line)).size > 1;
	const picked = await vscode.window.showQuickPick(
		references.map((reference) => ({
			label: reference.id,
			description: reference.operation !== undefined ? operationLabel(reference.operation) : vscode.l10n.t('operation not named'),
			...(isDoubtful(reference)
				? { detail: vscode.l10n.t('may be a key: check it only if it is a task id') }
				: severalLines
					? { detail: vscode.l10n.t('line {0}', reference.line) }
					: {}),
			picked: reference.sure === 'clear',
			reference,
		})),
		{
			title: vscode.l10n.t('Kling: track which tasks?'),
			placeHolder: references.some(({ sure }) => sure === 'clear')
				? vscode.l10n.t('{0} found; uncheck what is no task', references.length)
				: vscode.l10n.t('{0} found; check what is a task', references.length),
			canPickMany: true,
			ignoreFocusOut: true,
		},
	);
	if (picked === undefined || picked.length === 0) {
		throw new vscode.CancellationError();
	}
	return picked.map(({ reference }) => reference);
}

/** A link may name another host than the base URL; a task is looked at where it was tracked, so the person decides. */
async function chooseOrigin(
	references: readonly Reference[],
	configured: string,
): Promise<readonly (Reference & { readonly origin: string })[]> {
	const foreign = [...new Set(references.flatMap(({ origin }) => (origin === undefined || origin === configured ? [] : [origin])))];
	if (foreign.length === 0) {
		return references.map((reference) => ({ ...reference, origin: configured }));
	}
	const asNamed = {
		label: vscode.l10n.t('On {0}', foreign.map(hostOf).join(', ')),
		description: vscode.l10n.t('as the link says; needs an API key of its own'),
		choose: 'named' as const,
	};
	const asConfigured = {
		label: vscode.l10n.t('On {0}', hostOf(configured)),
		description: vscode.l10n.t('the base URL of your settings'),
		choose: 'configured' as const,
	};
	const picked = await vscode.window.showQuickPick([asConfigured, asNamed], {
		title: vscode.l10n.t('Kling: look at it where?'),
		placeHolder: vscode.l10n.t('The link names another host than the base URL'),
		ignoreFocusOut: true,
	});
	if (picked === undefined) {
		throw new vscode.CancellationError();
	}
	return references.map((reference) => ({
		...reference,
		origin: picked.choose === 'named' ? (reference.origin ?? configured) : configured,
	}));
}

/** Asks once for the operation of all references that lack it and are not tracked under one already. */
async function complete(
	named: readonly (Reference & { readonly origin: string })[],
	{ operations, known }: TrackParts,
): Promise<readonly TaskRef[]> {
	const references: (Reference & { readonly origin: string })[] = [];
	const pause = slices();
	for (const reference of named) {
		references.push({ ...reference, ...defined({ operation: reference.operation ?? known(taskKey(reference))?.ref }) });
		await pause();
	}
	const lacking = references.filter(({ operation }) => operation === undefined);
	const [first] = lacking;
	const asked =
		first === undefined
			? new Map<string, never>()
			: await operations.pick(
					lacking,
					lacking.length === 1
						? vscode.l10n.t('Kling: operation of {0}', first.id)
						: vscode.l10n.t('Kling: operation of {0} tasks', lacking.length),
				);
	return references.flatMap(({ origin, id, operation = asked.get(id) }) =>
		operation === undefined ? [] : [{ origin, action: operation.action, action2: operation.action2, id }],
	);
}

async function nameUnreadable({ unreadable, unreadableCount }: PastedText, { say }: TrackParts): Promise<void> {
	const lines = unreadable.map(({ line, excerpt }) => vscode.l10n.t('Line {0}: {1}', line, excerpt));
	const text =
		lines.length === 1
			? vscode.l10n.t('1 line holds no task. {0}', lines.join())
			: vscode.l10n.t('{0} lines hold no task. {1}', unreadableCount, lines.slice(0, 3).join(' · ') + (lines.length > 3 ? ' …' : ''));
	const showAll: Remedy = {
		label: vscode.l10n.t('Show all'),
		run: async () =>
			vscode.window.showTextDocument(await vscode.workspace.openTextDocument({ content: lines.join('\n') }), { preview: true }),
	};
	// Without a button the editor shows one line of a message and cuts the rest.
	await say('warning', plain(text), [showAll]);
}

/** The command's answer: what the first looks saw. */
async function answer(outcomes: readonly TrackOutcome[], { reveal, say }: TrackParts): Promise<void> {
	const [only, ...others] = outcomes;
	if (only === undefined) {
		return;
	}
	await reveal(only.task.key);
	if (others.length === 0) {
		answerOne(only, say);
	} else {
		answerSeveral(outcomes, say);
	}
}

function answerOne(outcome: TrackOutcome, say: Say): void {
	const { task } = outcome;
	const node = { kind: 'task', key: task.key };
	if (isEnded(task)) {
		const ended = endedText(task, 'withReason');
		const text =
			outcome.kind === 'known'
				? vscode.l10n.t('This task is tracked already: {0}', ended)
				: vscode.l10n.t('This task has ended already: {0}', ended);
		void say(task.status === 'failed' ? 'warning' : 'info', text, [commandRemedy(vscode.l10n.t('Open'), 'kling.openResult', node)]);
		return;
	}
	if (outcome.kind === 'known') {
		const { problem } = task;
		if (problem === undefined) {
			void say('info', vscode.l10n.t('This task is tracked already.'));
		} else {
			void say('warning', vscode.l10n.t('This task is tracked already. {0}.', problemText(problem, task.ref.origin)));
		}
		return;
	}
	const problem = outcome.kind === 'unseen' ? outcome.problem : undefined;
	if (problem?.kind === 'notFound' || problem?.kind === 'badRequest') {
		const text = vscode.l10n.t(
			'{0} does not know {1} as “{2}” (yet). It is tracked and looked at again.',
			hostOf(task.ref.origin),
			task.ref.id,
			operationLabel(task.ref),
		);
		void say('warning', text, [
			commandRemedy(vscode.l10n.t('Change operation'), 'kling.changeOperation', node),
			commandRemedy(vscode.l10n.t('Untrack'), 'kling.untrackTask', node),
		]);
		return;
	}
	// No key or a rejected one is said by the pause of its origin, once.
	if (problem !== undefined && problem.kind !== 'noKey' && problem.kind !== 'auth') {
		void say('warning', vscode.l10n.t('The task is tracked, but the first look failed. {0}.', problemText(problem, task.ref.origin)), [
			commandRemedy(vscode.l10n.t('Open'), 'kling.openResult', node),
		]);
	}
}

function answerSeveral(outcomes: readonly TrackOutcome[], say: Say): void {
	const known = outcomes.filter(({ kind }) => kind === 'known').length;
	const fresh = outcomes.filter(({ kind }) => kind !== 'known');
	// Ends that were announced are not told twice.
	const ended = fresh.filter((outcome) => isEnded(outcome.task) && !(outcome.kind === 'seen' && outcome.isAnnounced)).length;
	if (fresh.length === 0) {
		void say('info', vscode.l10n.t('All {0} tasks were tracked already.', known));
		return;
	}
	if (known > 0) {
		void say('info', vscode.l10n.t('Tracked now: {0}. Ended already: {1}. Tracked before: {2}.', fresh.length, ended, known));
	} else if (ended > 0) {
		void say('info', vscode.l10n.t('{0} tasks are tracked now; {1} of them had ended already.', fresh.length, ended));
	} else {
		void say('info', vscode.l10n.t('{0} tasks are tracked now.', fresh.length));
	}
}
