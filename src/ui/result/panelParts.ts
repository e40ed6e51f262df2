import type * as vscode from 'vscode';
import type { TaskKey } from '../../core/task';
import type { MediaRef } from '../../core/mediaRef';
import type { DurationModels } from '../../tracking/durationModels';
import type { Downloads } from '../../tracking/downloads';
import type { Clock, Log } from '../../tracking/ports/host';
import type { Posters } from '../../tracking/ports/downloads';
import type { Stores } from '../../tracking/ports/stores';
import type { RefreshOutcome } from '../../tracking/tracker';
import type { CommandId } from '../commands/commandIds';
import type { AutoplayChoice } from '../settings';

/** What the panels depend on. */
export interface ResultPanelParts {
	readonly store: Stores;
	readonly extensionUri: vscode.Uri;
	readonly clock: Clock;
	readonly durationModels: DurationModels;
	readonly log: Log;
	/** Runs one of the extension's commands on a task, on one of its media, or on one format of it (as in `TaskNode`). */
	readonly run: (command: CommandId, key: TaskKey, media?: MediaRef, format?: number) => Promise<unknown>;
	/** Checks the task once, so that its links are fresh. */
	readonly refreshLinks: (key: TaskKey) => Promise<readonly RefreshOutcome[]>;
	/** How far downloads are that run in this window. */
	readonly downloads: Pick<Downloads, 'progressOf' | 'onDidChangeProgress'>;
	readonly posters: Pick<Posters, 'put'>;
	/** Checks whether a task's kept files are there; what is not is recorded. */
	readonly noticeMissing: (key: TaskKey) => Promise<void>;
	/** Whether results play when they are opened. */
	readonly autoplay: () => AutoplayChoice;
	/** The media whose row is the only selected one. */
	readonly selectedMedia: (key: TaskKey) => MediaRef | undefined;
	/** Called when a task's panel is in front. */
	readonly onDidActivate: (key: TaskKey) => void;
}

/** How a task's tab is opened. */
export interface ShowOptions {
	/** The media to scroll into view; by default the first result. */
	readonly media?: MediaRef;
	/** Whether it is a preview, which the next one replaces, and the focus stays where it is. */
	readonly inBackground?: boolean;
}
