import assert from 'node:assert/strict';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import codicons from '@vscode/codicons/src/template/mapping.json';
import * as vscode from 'vscode';
import manifest from '../../package.json';
import nls from '../../package.nls.json';
import { normaliseOrigin } from '../../src/core/origin';
import { proxyPasswordCode, type Problem } from '../../src/core/problem';
import { settingRanges } from '../../src/core/rate';
import { taskKey, type Task, type TaskRef } from '../../src/core/task';
import { commandIds } from '../../src/ui/commands/commandIds';
import { contextKeys } from '../../src/ui/contextKeys';
import { resultViewType } from '../../src/ui/result/resultTabs';
import { settingDefaults, type AutoplayChoice, type KeepChoice, type NotificationChoice } from '../../src/ui/settings';
import { creationItem } from '../../src/ui/tree/creationItem';
import { parentItem, resultItem, taskItem } from '../../src/ui/tree/taskItem';
import { contextOf } from '../../src/webview/contextMenu';
import { keepingOf } from '../../src/ui/keptFiles/keeping';
import { extensionFile, runningParts } from '../support/extension';
import { download, keptFile } from '../support/keptFiles';
import { creation } from '../support/shownCreations';

const { contributes } = manifest;
const { menus } = contributes;
/** Every entry of every menu; one that opens a submenu has no command. */
const entries: readonly { readonly command?: string; readonly submenu?: string; readonly when: string }[] = Object.values(menus).flat();
const views = Object.values(contributes.views).flat();
const walkthroughSteps = contributes.walkthroughs.flatMap(({ steps }) => steps);
/** Context keys of the editor's own that our clauses may name. */
const editorKeys = [
	'view',
	'viewItem',
	'focusedView',
	'listFocus',
	'inputFocus',
	'activeEditor',
	'editorHasSelection',
	'explorerResourceIsFolder',
	'resourceExtname',
	'resourceFilename',
	'listMultiSelection',
	'activeCustomEditorId',
	'resource',
	'isMac',
	'isWeb',
	'remoteName',
	'webviewId',
];
/** Those that the result page sets where a context menu is opened. */
const pageKeys = Object.keys(JSON.parse(contextOf('', 0)) as object);

/** What of the first is not in the second. */
function missing(wanted: readonly string[], there: readonly string[]): readonly string[] {
	return [...new Set(wanted)].filter((item) => !there.includes(item)).sort();
}

function valuesOf(record: Readonly<Record<string, unknown>>): readonly string[] {
	return Object.values(record).map(String);
}

/** Every `when` clause, and every context key that completes a walkthrough's step. */
function whenClauses(): readonly string[] {
	return [...Object.values(menus).flat(), ...contributes.viewsWelcome, ...contributes.keybindings]
		.map(({ when }) => when)
		.concat(completions('onContext'));
}

function completions(event: string): readonly string[] {
	return walkthroughSteps
		.flatMap(({ completionEvents }) => completionEvents)
		.flatMap((text) => (text.startsWith(`${event}:`) ? [text.slice(event.length + 1)] : []));
}

/** The context keys that a clause names, without what they are compared with. */
function namedKeys(clause: string): readonly string[] {
	return clause
		.split(/&&|\|\|| in /)
		.map((part) =>
			part
				.trim()
				.replace(/^[!(]+/, '')
				.replace(/\s*(?:==|!=|=~).*$/, '')
				.replace(/\)$/, ''),
		)
		.filter((key) => key !== 'true' && key !== 'false');
}

describe('the manifest', () => {
	before(() => runningParts());

	it('declares exactly the commands that are registered, in the same order', () => {
		assert.deepEqual(
			contributes.commands.map(({ command }) => command),
			[...commandIds],
		);
	});

	it('leaves no command of ours undeclared in the editor', async () => {
		const ofViews = views.map(({ id }) => `${id}.`);
		const offered = (await vscode.commands.getCommands(true)).filter(
			(id) => id.startsWith('kling.') && !ofViews.some((start) => id.startsWith(start)),
		);
		assert.deepEqual(missing(offered, commandIds), []);
	});

	it('names no command that does not exist, in menus, links and walkthrough', () => {
		const inText = valuesOf(nls).flatMap((text) => [...text.matchAll(/\(command:([\w.]+)\)/g)].map(([, id]) => id ?? ''));
		assert.ok(inText.length > 0);
		const named = entries.flatMap(({ command }) => command ?? []);
		assert.deepEqual(missing([...named, ...inText, ...completions('onCommand')], commandIds), []);
	});

	it('opens exactly the submenus that exist, each with entries', () => {
		const submenus = contributes.submenus.map(({ id }) => id);
		assert.deepEqual(
			entries.flatMap(({ submenu }) => submenu ?? []),
			submenus,
		);
		assert.deepEqual(missing(submenus, Object.keys(menus)), []);
	});

	it('gives every command but one the category Kling', () => {
		const without = contributes.commands.filter((command) => !('category' in command)).map(({ command }) => command);
		assert.deepEqual(without, ['kling.trackTask']);
		assert.equal(nls['command.trackTask'], 'Track Kling task');
	});

	it('writes titles in title case, but for the one that is fixed', () => {
		const small = new Set(['as', 'by', 'curl', 'from', 'in', 'the', '✓']);
		const wrong = contributes.commands
			.map(({ title }) => Object.entries(nls).find(([key]) => title === `%${key}%`)?.[1] ?? title)
			.filter((title) => title.split(' ').some((word) => !small.has(word) && !/^[A-Z]/.test(word)));
		assert.deepEqual(wrong, ['Track Kling task']);
	});

	it('has one name: the view is “Kling: Tasks”', () => {
		assert.deepEqual([nls['container.title'], nls['view.tasks'], nls['view.contextualTitle']], ['Kling', 'Tasks', 'Kling']);
	});

	it('has one button in each welcome view, and links for the rest; one to where a key comes from', () => {
		for (const name of ['welcome.noKey', 'welcome.keyRejected', 'welcome.noTasks'] as const) {
			const lines = nls[name].split('\n');
			assert.equal(lines.filter((line) => /^\[[^\]]+\]\([^)]+\)$/.test(line)).length, 1, name);
		}
		for (const text of [nls['welcome.noKey'], nls['welcome.keyRejected'], nls['walkthrough.key.description']]) {
			assert.ok(text.includes('](https://api.cometapi.com/console/token)'));
		}
		for (const name of ['welcome.noKey', 'welcome.noTasks'] as const) {
			const links = ['kling.trackSidecars', 'kling.tryOfflineDemo'].filter((command) => nls[name].includes(`](command:${command})`));
			assert.equal(links.length, 2, `what ${name} offers without a task of one's own`);
		}
		assert.ok(nls['welcome.noKey'].includes('free of charge'));
	});

	it('begins its walkthrough with the demo, and shows a picture at each step', () => {
		assert.deepEqual(
			walkthroughSteps.map(({ id, media }) => [id, media.image]),
			[
				['demo', 'media/walkthrough/demo.png'],
				['key', 'media/walkthrough/key.png'],
				['track', 'media/walkthrough/track.png'],
				['run', 'media/readme/run.png'],
				['result', 'media/readme/tasks.png'],
			],
		);
	});

	it('hides the rate settings among the advanced ones', () => {
		const advanced = Object.entries(contributes.configuration.properties).filter(
			([, setting]) => 'tags' in setting && setting.tags.includes('advanced'),
		);
		assert.deepEqual(
			advanced.map(([name]) => name),
			['kling.polling.maxConcurrentRequests', 'kling.polling.maxRequestsPerMinute'],
		);
	});

	it('refuses a base URL in the settings that would be refused later', () => {
		const pattern = new RegExp(contributes.configuration.properties['kling.api.baseUrl'].pattern);
		for (const url of [
			settingDefaults['kling.api.baseUrl'],
			' https://api.kling.example/kling/v1/ ',
			'http://example.com',
			'http://localhost:18090',
			'http://localhost.kling.example',
			'http://127.0.0.1:18090/base',
			'http://127.0.0.1.kling.example',
			'http://[::1]:18090',
			'https://user@api.kling.example',
			'https://api.kling.example/?x',
			'ftp://api.kling.example',
		]) {
			assert.equal(pattern.test(url), normaliseOrigin(url).ok, url);
		}
	});

	describe('palette', () => {
		const rules = new Map(menus.commandPalette.map(({ command, when }) => [command, when]));

		it('shows by our own context keys, and by what is open and selected', () => {
			assert.deepEqual(
				missing([...rules.values()].flatMap(namedKeys), [
					...contextKeys,
					'activeEditor',
					'editorHasSelection',
					'isWeb',
					'remoteName',
					'resource',
					'resourceFilename',
				]),
				[],
			);
		});

		it('hides what only a row or a menu can call', () => {
			assert.deepEqual(
				[...rules].flatMap(([command, when]) => (when === 'false' ? [command] : [])),
				['kling.openNetworkSettings', 'kling.showMore', 'kling.groupedByTime', 'kling.groupedByOperation', 'kling.groupedByNone'],
			);
		});

		it('shows a command that needs a task only when there is one that it can work on', () => {
			const withoutTask = new Set(['kling.setApiKey', 'kling.openNetworkSettings', 'kling.openConsole']);
			const needTask = new Set(menus['view/item/context'].map(({ command }) => command).filter((command) => !withoutTask.has(command)));
			assert.deepEqual(missing([...needTask], [...rules.keys()]), []);
			for (const command of needTask) {
				assert.match(
					rules.get(command) ?? '',
					/^kling\.has(Tasks|Results|Finished|Creations)$|^kling\.hasTasks \|\| kling\.hasCreations$|^kling\.hasResults && !isWeb && !remoteName$/,
					command,
				);
			}
		});

		it('finds the console by the gateway’s name', () => {
			assert.equal(nls['command.openConsole'], 'Open CometAPI Console');
			assert.equal(rules.has('kling.openConsole'), false);
		});

		it('rules over each command once', () => {
			assert.equal(rules.size, menus.commandPalette.length);
		});
	});

	it('names no context key that does not exist, and needs all that do', () => {
		const named = whenClauses().flatMap(namedKeys);
		assert.deepEqual(missing(named, [...contextKeys, ...editorKeys, ...pageKeys]), []);
		assert.deepEqual(missing(contextKeys, named), []);
	});

	it('offers in the context menu of a result what works on it', () => {
		assert.deepEqual(
			menus['webview/context'].map(({ command, when }) => [command, when]),
			['kling.saveResult', 'kling.keepResults', 'kling.openInBrowser', 'kling.continueWith', 'kling.copyLink'].map((command) => [
				command,
				`webviewId == '${resultViewType}' && webviewSection == 'media'`,
			]),
		);
	});

	it('compares views with views that exist', () => {
		const compared = whenClauses().flatMap((clause) =>
			[...clause.matchAll(/\b(?:view|focusedView) == ([\w.]+)/g)].map(([, id]) => id ?? ''),
		);
		assert.ok(compared.length > 0);
		assert.deepEqual(
			missing(
				[...compared, ...contributes.viewsWelcome.map(({ view }) => view)],
				views.map(({ id }) => id),
			),
			[],
		);
		assert.deepEqual(
			missing(
				Object.keys(contributes.views),
				contributes.viewsContainers.activitybar.map(({ id }) => id),
			),
			[],
		);
	});

	it('opens results in an editor of its own', () => {
		assert.deepEqual(
			contributes.customEditors.map(({ viewType, selector }) => [viewType, selector]),
			[[resultViewType, [{ filenamePattern: 'kling-task:/**' }]]],
		);
	});

	it('gives keys of the list the row that has the focus; the same keys without it only stand in menus', () => {
		const keys = contributes.keybindings.map(({ key, command, when, ...more }) => ({
			key,
			command,
			when: /&& listFocus && !inputFocus(.*)/.exec(when)?.[1] ?? 'tab',
			args: 'args' in more ? more.args : undefined,
		}));
		// The editor runs the last of those that apply, and shows the first in menus because its clause does not imply the other's.
		const inMenu = { when: '', args: undefined };
		const ofRow = (command: string): { readonly command: string; readonly when: string; readonly args: unknown } => ({
			command: 'runCommands',
			when: ' && kling.hasTasks',
			args: { commands: ['list.toggleSelection', 'list.toggleSelection', { command, args: 'focusedRow' }] },
		});
		assert.deepEqual(keys, [
			{ key: 'f2', command: 'kling.renameTask', ...inMenu },
			{ key: 'delete', command: 'kling.untrackTask', ...inMenu },
			{ key: 'ctrl+c', command: 'kling.copyTaskId', ...inMenu },
			{ key: 'f2', ...ofRow('kling.renameTask') },
			{ key: 'delete', ...ofRow('kling.untrackTask') },
			{ key: 'cmd+backspace', ...ofRow('kling.untrackTask'), when: ' && kling.hasTasks && isMac' },
			{ key: 'ctrl+c', ...ofRow('kling.copyTaskId') },
			{ key: 'ctrl+s', command: 'kling.saveResult', when: 'tab', args: 'activeTab' },
			{ key: 'f2', command: 'kling.renameTask', when: 'tab', args: 'activeTab' },
		]);
	});

	it('offers for several rows only what acts on all of them', () => {
		const forSeveral = menus['view/item/context'].filter(
			({ when, group }) => !when.includes('!listMultiSelection') && !group.startsWith('inline') && !group.startsWith('0_'),
		);
		assert.deepEqual(
			[...new Set(forSeveral.map(({ command }) => command))],
			[
				'kling.saveAll',
				'kling.keepResults',
				'kling.cancelSaving',
				'kling.exportResults',
				'kling.keepAgain',
				'kling.refreshTask',
				'kling.copyTaskId',
				'kling.copyLink',
				'kling.copyPath',
				'kling.copyMarkdown',
				'kling.untrackTask',
				'kling.deleteKeptFiles',
				'kling.cancelCreation',
				'kling.removeCreation',
			],
		);
	});

	it('matches rows by tags that rows have', () => {
		const matched = whenClauses().flatMap((clause) =>
			[...clause.matchAll(/viewItem (?:=~ \/\\b(\w+)\\b\/|== (\w+))/g)].map(([, tag, whole]) => tag ?? whole ?? ''),
		);
		const clauses = whenClauses().filter((clause) => clause.includes('viewItem'));
		assert.equal(matched.length, clauses.length, 'every clause was understood');
		assert.deepEqual(missing(matched, rowTags()), []);
	});

	it('has the defaults, the scope and the choices of settings.ts', () => {
		const properties = contributes.configuration.properties;
		assert.deepEqual(Object.fromEntries(Object.entries(properties).map(([name, setting]) => [name, setting.default])), settingDefaults);
		assert.deepEqual(new Set(Object.values(properties).map(({ scope }) => scope)), new Set(['application']));
		const choices: Readonly<Record<NotificationChoice, true>> = { all: true, failures: true, none: true };
		assert.deepEqual(properties['kling.notifications.show'].enum, Object.keys(choices));
		assert.equal(properties['kling.notifications.show'].enumDescriptions.length, Object.keys(choices).length);
		const autoplay: Readonly<Record<AutoplayChoice, true>> = { muted: true, on: true, off: true };
		const keep: Readonly<Record<KeepChoice, true>> = { off: true, library: true, workspace: true };
		assert.deepEqual(properties['kling.results.keep'].enum, Object.keys(keep));
		assert.equal(properties['kling.results.keep'].markdownEnumDescriptions.length, Object.keys(keep).length);
		assert.equal(properties['kling.results.keep'].enumItemLabels.length, Object.keys(keep).length);
		assert.deepEqual(properties['kling.results.autoplay'].enum, Object.keys(autoplay));
		assert.equal(properties['kling.results.autoplay'].enumDescriptions.length, Object.keys(autoplay).length);
	});

	it('keeps the folder of the library to this computer, and takes only absolute paths and names', () => {
		const properties = contributes.configuration.properties;
		const unsynced = Object.entries(properties).filter(([, setting]) => 'ignoreSync' in setting && setting.ignoreSync);
		assert.deepEqual(
			unsynced.map(([name]) => name),
			['kling.results.libraryFolder'],
		);
		const folder = new RegExp(properties['kling.results.libraryFolder'].pattern);
		const folders = ['', '~', '~/Videos/Kling', '/media/kling', 'D:\\Kling', '\\\\server\\kling', 'Videos', './x', '~bob/x', 'D:Kling'];
		assert.deepEqual(
			folders.filter((text) => !folder.test(text)),
			['Videos', './x', '~bob/x', 'D:Kling'],
		);
		const name = new RegExp(properties['kling.results.fileName'].pattern);
		assert.deepEqual(
			['{date}-{name}-{n}', 'a', '', ' ', '{date}/{n}', 'a\\b'].filter((text) => !name.test(text)),
			['', ' ', '{date}/{n}', 'a\\b'],
		);
	});

	it('bounds the settings of the rate as the engine does', () => {
		const properties = contributes.configuration.properties;
		const limits = [properties['kling.polling.maxConcurrentRequests'], properties['kling.polling.maxRequestsPerMinute']].map((setting) => ({
			min: setting.minimum,
			max: setting.maximum,
			default: setting.default,
		}));
		assert.deepEqual(limits, [settingRanges.maxConcurrent, settingRanges.maxPerMinute]);
	});

	it('is what the editor took over: a workspace cannot redirect the key', () => {
		const inspected = vscode.workspace.getConfiguration('kling').inspect('api.baseUrl');
		assert.equal(inspected?.defaultValue, settingDefaults['kling.api.baseUrl']);
		const update = vscode.workspace
			.getConfiguration('kling')
			.update('api.baseUrl', 'https://elsewhere.example', vscode.ConfigurationTarget.Workspace);
		return assert.rejects(Promise.resolve(update), /only into User settings/);
	});

	it('has every %key% in package.nls.json, and no spare', () => {
		const used = [...JSON.stringify(manifest).matchAll(/"%([^"%]+)%"/g)].map(([, key]) => key ?? '');
		assert.deepEqual({ missing: missing(used, Object.keys(nls)), spare: missing(Object.keys(nls), used) }, { missing: [], spare: [] });
	});

	it('says nothing to a person that cannot be translated', () => {
		const texts = [
			...contributes.commands.map(({ title }) => title),
			...views.flatMap(({ name, contextualTitle }) => [name, contextualTitle]),
			...contributes.viewsContainers.activitybar.map(({ title }) => title),
			...contributes.viewsWelcome.map(({ contents }) => contents),
			...walkthroughSteps.flatMap(({ title, description, media }) => [title, description, media.altText]),
			...contributes.walkthroughs.flatMap(({ title, description }) => [title, description]),
			manifest.displayName,
			manifest.description,
			manifest.capabilities.untrustedWorkspaces.description,
		];
		assert.deepEqual(
			texts.filter((text) => !/^%[\w.]+%$/.test(text)),
			[],
		);
	});

	it('names icons that the editor has, and files that exist', () => {
		const icons = contributes.commands.flatMap((command) => ('icon' in command ? [command.icon] : []));
		const named = icons.flatMap((icon) => /^\$\(([\w-]+)\)$/.exec(icon)?.[1] ?? []);
		assert.equal(named.length, icons.length, 'commands have codicons alone');
		assert.deepEqual(missing(named, editorIcons), []);
		const files = [
			manifest.icon,
			manifest.main,
			...views.map(({ icon }) => icon),
			...contributes.viewsContainers.activitybar.map(({ icon }) => icon),
			...contributes.walkthroughs.map(({ icon }) => icon),
			...walkthroughSteps.map(({ media }) => media.image),
		];
		assert.deepEqual(
			files.filter((file) => !existsSync(extensionFile(file))),
			[],
		);
	});

	it('uses, in rows and pickers, icons that the editor has', () => {
		const named = sources().flatMap(({ text }) => [...text.matchAll(/new vscode\.ThemeIcon\('([\w-]+)/g)].map(([, icon]) => icon ?? ''));
		assert.ok(named.length > 5);
		assert.deepEqual(missing(named, editorIcons), []);
	});

	it('has an icon of 128 pixels', () => {
		const png = readFileSync(extensionFile(manifest.icon));
		assert.deepEqual([png.readUInt32BE(16), png.readUInt32BE(20)], [128, 128]);
	});

	it('wakes the extension when the editor has started; the editor adds its commands, its view and its result tabs', () => {
		assert.deepEqual(manifest.activationEvents, ['onStartupFinished']);
	});

	it('runs in virtual workspaces, and limited in untrusted ones, beside the person first', () => {
		assert.deepEqual(manifest.capabilities.untrustedWorkspaces, {
			supported: 'limited',
			description: '%untrustedWorkspaces.description%',
		});
		assert.equal(manifest.capabilities.virtualWorkspaces, true);
		assert.deepEqual(manifest.extensionKind, ['ui', 'workspace']);
	});

	it('asks for the editor whose types it is written against', () => {
		assert.equal(manifest.engines.vscode, `^${manifest.devDependencies['@types/vscode']}`);
	});

	it('completes each step of the walkthrough by something that can happen', () => {
		for (const { id, completionEvents } of walkthroughSteps) {
			assert.ok(completionEvents.length > 0, id);
			for (const event of completionEvents) {
				assert.match(event, /^on(Command|Context):/, id);
			}
		}
	});

	it('is all that the sources name: commands, keys, settings and views', () => {
		const known = [
			...commandIds,
			...contextKeys,
			...Object.keys(settingDefaults),
			...views.flatMap(({ id }) => [id, `${id}.focus`]),
			resultViewType,
			'kling.status',
			'kling.saving',
			'kling.results',
			...contributes.submenus.map(({ id }) => id),
		];
		const named = sources().flatMap(({ text }) => [...text.matchAll(/'(kling\.[\w.]+)'/g)].map(([, name]) => name ?? ''));
		assert.ok(named.length > commandIds.length);
		assert.deepEqual(missing(named, known), []);
	});
});

/** Every tag of every row that the tree can draw. */
function rowTags(): readonly string[] {
	const ref: TaskRef = { origin: 'https://api.kling.example', action: 'videos', action2: 'text2video', id: 't1' };
	const facts = { key: taskKey(ref), ref, trackedAt: 0, results: [] };
	const media = { kind: 'video', url: 'https://media.kling.example/1.mp4' } as const;
	const problem = (kind: Problem['kind']): Problem => ({ kind, failures: 3, at: 0 });
	const rows: readonly Task[] = [
		{ ...facts, status: 'submitted' },
		{ ...facts, status: 'processing' },
		{ ...facts, status: 'unknown' },
		{ ...facts, status: 'failed', finishedAt: 0 },
		{ ...facts, status: 'succeeded', finishedAt: 0, results: [media], parentVideo: media },
		{ ...facts, status: 'succeeded', finishedAt: 0, results: [media, media] },
		{ ...facts, status: 'submitted', problem: problem('noKey') },
		{ ...facts, status: 'submitted', problem: problem('auth') },
		{ ...facts, status: 'submitted', problem: problem('notFound') },
		{ ...facts, status: 'submitted', problem: problem('quota') },
		{ ...facts, status: 'submitted', problem: { ...problem('unreachable'), code: proxyPasswordCode } },
	];
	const creations = [
		creation({ reason: { kind: 'noKey' } }),
		creation({ state: 'planned', reason: { kind: 'late' } }),
		creation({ state: 'uncertain', reason: { kind: 'lost' } }),
		creation({ state: 'uncertain', reason: { kind: 'exists', otherTaskId: 't1' } }),
		creation({ state: 'absent' }),
		creation({ state: 'rejected', reason: { kind: 'rejected' } }),
	];
	const keepings = [
		keepingOf([download('queued')], 1, true),
		keepingOf([download('kept')], 1, true),
		keepingOf([download('kept', { file: keptFile({ missingSince: 0 }) })], 1, true),
	];
	const items = [
		...rows.flatMap((task) => [taskItem(task, 0), taskItem(task, 0, { isOwn: true }), resultItem(task, 0), parentItem(task)]),
		...rows.flatMap((task) => keepings.map((keeping) => taskItem(task, 0, { keeping }))),
		...creations.map((one) => creationItem(one, 0, 'all')),
	];
	return items.flatMap(({ contextValue }) => contextValue?.split(';') ?? []);
}

/** The names of the editor's icons. */
const editorIcons: readonly string[] = Object.values(codicons).flat();

function sources(): readonly { readonly file: string; readonly text: string }[] {
	const files = readdirSync(extensionFile('src'), { recursive: true, encoding: 'utf8' }).filter((file) => file.endsWith('.ts'));
	return files.map((file) => ({ file, text: readFileSync(extensionFile('src', file), 'utf8') }));
}
