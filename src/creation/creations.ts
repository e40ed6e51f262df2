import type { Disposable, Event } from '../core/emitter';
import type { ApiError } from '../core/problem';
import type { TaskKey } from '../core/task';
import type { Creation, CreationId } from './creation';

/** Why `found` did not take an ID: what the API says of it. An error of another bundle is no `instanceof` anything: check for the field. */
export interface TaskNotShown extends Error {
	readonly apiError: ApiError;
}

/**
 * The creates of a window. Due ones are sent and searched for by themselves, whichever window planned them; the rest is what a person can do
 * with one. A step that is not possible in its present state does nothing: another window may have been faster.
 * @throws while another window works on the same creation for longer than a few seconds (all steps of a person)
 */
export interface Creations extends Disposable {
	/** Checks immediately whether anything is due. */
	wake(): void;
	/** Searches for the task of an uncertain, absent or left open creation now. Resolves when that is recorded. */
	searchNow(id: CreationId): Promise<void>;
	/**
	 * A person says which task it is.
	 * @param taskId checked with the API first
	 * @throws TaskNotShown if the API does not show such a task; nothing is changed then
	 */
	found(id: CreationId, taskId: string): Promise<TaskKey>;
	/** Sends it once more with the same external ID, though it may have reached the API: the person was warned. */
	sendAgain(id: CreationId): Promise<void>;
	/** The person closes it without knowing. */
	leaveOpen(id: CreationId): Promise<void>;
	/** Removes one that was not sent. False: it was, or is being sent, and is still there. */
	cancel(id: CreationId): Promise<boolean>;
	/** The person confirms once more one that was planned long ago (`late`), or has it tried now. */
	confirm(id: CreationId): Promise<void>;
	/**
	 * A creation was accepted, rejected, or needs a person: absent, uncertain without a search to come, or planned without a
	 * time (late, or it cannot be sent as it is). Fires in the window that
	 * settled it. One that a person removed or left open is not reported.
	 */
	readonly onDidSettle: Event<Creation>;
	/** Starts nothing more, waits a moment for responses, and ends the claims; what was sent by then is uncertain. Never rejects. */
	close(): Promise<void>;
}
