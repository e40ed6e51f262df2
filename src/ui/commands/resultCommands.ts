import * as vscode from 'vscode';
import { isAllowedLink } from '../../core/resultLink';
import type { Media } from '../../core/media';
import type { Task, TaskKey } from '../../core/task';
import type { MediaTarget } from '../../shared/resultProtocol';
import { operationIcon } from '../tree/taskItem';
import { UserError } from '../userError';
import { hostOf, mediaDurationText, mediaLabel } from '../wording';
import type { CommandHandlers } from './commandRegistry';
import { saidBriefly } from './taskCommands';
import type { Target, TaskTargets } from './taskTargets';

type ResultCommands = Pick<
	CommandHandlers,
	'kling.openResult' | 'kling.openInBrowser' | 'kling.saveResult' | 'kling.copyLink' | 'kling.showRawAnswer'
>;

/** Commands on what tasks produced. */
export function resultCommands(parts: {
	readonly targets: TaskTargets;
	/** Opens the task's panel (on a result, where one is named). */
	readonly open: (key: TaskKey, media?: MediaTarget) => Promise<void>;
	/** Asks where to, and saves. */
	readonly save: (target: Target, media: Media, index: number) => Promise<void>;
	/** Notes that the person has seen what a task produced. */
	readonly viewed: (task: Task) => Promise<void>;
	readonly showRawAnswer: (task: Task) => Promise<void>;
}): ResultCommands {
	const { targets, open, save, viewed, showRawAnswer } = parts;
	const nothingTracked = vscode.l10n.t('No task is tracked.');
	const noResult = vscode.l10n.t('This task has no result to open.');
	const hasLink = (task: Task): boolean => task.results.length > 0 || task.parentVideo?.url !== undefined;

	return {
		'kling.openResult': async (...args) => {
			const { task, media, parent } = await targets.one(args, () => true, nothingTracked);
			await open(task.key, parent === true ? 'parent' : media);
		},
		'kling.openInBrowser': async (...args) => {
			const target = await targets.one(args, hasLink, noResult);
			const { link } = await pickLink(target, vscode.l10n.t('Kling: open which result?'));
			// As text: a Uri loses the percent-encoding that a signed link's signature needs.
			await vscode.commands.executeCommand('vscode.open', link.url);
			await viewed(target.task);
		},
		'kling.saveResult': async (...args) => {
			const target = await targets.one(args, hasLink, noResult);
			const { link, index } = await pickLink(target, vscode.l10n.t('Kling: save which result?'));
			await save(target, link, index);
			await viewed(target.task);
		},
		'kling.copyLink': async (...args) => {
			const { link } = await pickLink(await targets.one(args, hasLink, noResult), vscode.l10n.t('Kling: copy the link of which result?'));
			await vscode.env.clipboard.writeText(link.url);
			saidBriefly(vscode.l10n.t('Result link copied; it stops working within 30 days'));
		},
		'kling.showRawAnswer': async (...args) => {
			const { task } = await targets.one(args, () => true, nothingTracked);
			await showRawAnswer(task);
		},
	};
}

/** The media a command means: the named one, the only one, or what the person picks; never one whose link may not be followed. */
async function pickLink({ task, media, parent }: Target, title: string): Promise<{ readonly link: Media; readonly index: number }> {
	const choices: { readonly link: Media; readonly index: number; readonly label: string; readonly description: string }[] = [];
	const add = (link: Media, index: number, label: string): void => {
		choices.push({ link, index, label, description: mediaDurationText(link) ?? '' });
	};
	const { parentVideo, results } = task;
	if (parent === true) {
		if (parentVideo?.url !== undefined) {
			add(
				{ kind: 'video', url: parentVideo.url, ...(parentVideo.id === undefined ? {} : { id: parentVideo.id }) },
				0,
				vscode.l10n.t('Parent video'),
			);
		}
	} else {
		results.forEach((result, index) => {
			if (media !== undefined && media !== index) {
				return;
			}
			const label = mediaLabel(result, index, results.length);
			add(result, index, label);
			for (const { format, url } of result.alternatives ?? []) {
				add({ ...result, url }, index, `${label} (${format})`);
			}
		});
	}
	const picked =
		choices.length <= 1
			? choices[0]
			: await vscode.window.showQuickPick(
					choices.map((choice) => ({ ...choice, iconPath: operationIcon(task.ref) })),
					{ title },
				);
	if (picked === undefined) {
		if (choices.length > 0) {
			throw new vscode.CancellationError();
		}
		throw new UserError(vscode.l10n.t('This task has no result to open.'));
	}
	if (!isAllowedLink(picked.link.url, task.ref.origin)) {
		throw new UserError(
			vscode.l10n.t('The link that {0} sent is not https, or leads into a private network; it is not followed.', hostOf(task.ref.origin)),
		);
	}
	return picked;
}
