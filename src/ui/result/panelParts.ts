import type * as vscode from 'vscode';
import type { TaskKey } from '../../core/task';
import type { MediaRef } from '../../core/mediaRef';
import type { DurationModels } from '../../tracking/durationModels';
import type { Clock, Log } from '../../tracking/ports/host';
import type { Stores } from '../../tracking/ports/stores';
import type { CommandId } from '../commands/commandRegistry';

/** The view type of result panels in the editor and in package.json's activation events. */
export const resultViewType = 'kling.result';

/** What the panels are built on. */
export interface ResultPanelParts {
	readonly store: Stores;
	readonly extensionUri: vscode.Uri;
	readonly clock: Clock;
	readonly durationModels: DurationModels;
	readonly log: Log;
	/** Runs one of the extension's commands on a task, or on one of its media. */
	readonly run: (command: CommandId, key: TaskKey, media?: MediaRef) => Promise<unknown>;
	/** Asks the API for the task once, so that its links are fresh. */
	readonly refreshLinks: (key: TaskKey) => Promise<void>;
}

/** How a task's panel is opened. */
export interface ShowOptions {
	/** The media to bring into view; without one, the first result of an ended task. */
	readonly media?: MediaRef;
	/** Start it, as a person who opens a result expects. */
	readonly play?: boolean;
	/** Leave the keyboard where it is. */
	readonly preserveFocus?: boolean;
}
