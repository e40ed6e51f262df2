import type * as vscode from 'vscode';
import type { TaskKey } from '../../core/task';
import type { MediaRef } from '../../core/mediaRef';
import type { DurationModels } from '../../tracking/durationModels';
import type { Clock, Log } from '../../tracking/ports/host';
import type { Stores } from '../../tracking/ports/stores';
import type { CommandId } from '../commands/commandRegistry';

/** The view type of result panels in the editor and in package.json's activation events. */
export const resultViewType = 'kling.result';

/** What the panels depend on. */
export interface ResultPanelParts {
	readonly store: Stores;
	readonly extensionUri: vscode.Uri;
	readonly clock: Clock;
	readonly durationModels: DurationModels;
	readonly log: Log;
	/** Runs one of the extension's commands on a task, or on one of its media. */
	readonly run: (command: CommandId, key: TaskKey, media?: MediaRef) => Promise<unknown>;
	/** Checks the task once, so that its links are fresh. */
	readonly refreshLinks: (key: TaskKey) => Promise<void>;
}

/** How a task's panel is opened. */
export interface ShowOptions {
	/** The media to scroll into view; by default the first result if `play` is set. */
	readonly media?: MediaRef;
	/** Whether to start playing. */
	readonly play?: boolean;
	/** Whether the focus stays where it is. */
	readonly preserveFocus?: boolean;
}
