import * as vscode from 'vscode';
import type { Observation } from '../../core/durationModel';
import type { OperationPath } from '../../core/operation';
import { isFinished, taskKey, type Task, type TaskKey, type TaskRef } from '../../core/task';
import type { Clock, Log } from '../../tracking/ports/host';
import type { Disposable } from '../../core/emitter';
import type { Stores } from '../../tracking/ports/stores';
import type { Tracker } from '../../tracking/tracker';
import type { ApiKeyStore } from '../apiKey/apiKeyStore';
import { setContext } from '../contextKeys';
import { commandRemedy, showMessage } from '../message';
import type { CommandHandlers } from './commandRegistry';

/** A running simulator, with the tasks that were created on it. */
export interface RunningDemo {
	readonly origin: string;
	/** Valid for this demo only. */
	readonly apiKey: string;
	readonly refs: readonly TaskRef[];
	/** The usual duration (ms) of each of its operations. */
	readonly usual: readonly (OperationPath & { readonly ms: number })[];
	close(): Promise<void>;
}

/** Made-up observations of tasks with about this duration (ms), so that the demo has estimates. */
function like(ms: number): readonly Observation[] {
	return [0.85, 0.9, 0.95, 1, 1.05, 1.1, 1.15].map((factor) => ({ ms: ms * factor, failed: false }));
}

/** How long a demo's lease is valid, and how often it is renewed, ms. */
const leaseMs = 10_000;
const renewalMs = 3000;

/**
 * The offline demo: an API origin of its own on loopback, with a throwaway key that is kept in memory only. Only this window polls its
 * tasks. They are deleted when the demo stops; after a crash, when the next window opens.
 */
export class OfflineDemo implements vscode.Disposable {
	#running: { readonly demoId: string; readonly demo: RunningDemo; readonly temporaryKey: Disposable } | undefined;
	#starting = false;
	#timer: Disposable | undefined;
	#sweepTimer: Disposable | undefined;
	readonly #subscription: Disposable;
	#videoToShow: TaskKey | undefined;

	constructor(
		private readonly parts: {
			readonly store: Stores;
			readonly tracker: Tracker;
			/** Sets the demo this window runs; tasks of other demos are neither checked nor announced here. */
			readonly setDemo: (demoId: string | undefined) => void;
			readonly apiKeys: ApiKeyStore;
			readonly clock: Clock;
			readonly log: Log;
			/** Loads and starts the simulator. */
			readonly start: () => Promise<RunningDemo>;
			readonly newId: () => string;
			readonly showTasks: () => Promise<void>;
			/** Opens a task's panel without moving the focus. */
			readonly present: (key: TaskKey) => Promise<void>;
		},
	) {
		this.#subscription = parts.store.changes.onDidChange(({ keys }) => {
			if (this.#videoToShow !== undefined && keys.has(this.#videoToShow)) {
				this.#presentWhenFinished(parts.store.tasks.get(this.#videoToShow));
			}
		});
		this.#sweep();
	}

	commands(): Pick<CommandHandlers, 'kling.tryOfflineDemo' | 'kling.stopOfflineDemo'> {
		return { 'kling.tryOfflineDemo': () => this.#start(), 'kling.stopOfflineDemo': () => this.stop() };
	}

	/** Stops the simulator and deletes the demo's tasks. */
	async stop(): Promise<void> {
		const running = this.#running;
		if (running === undefined) {
			return;
		}
		this.#running = undefined;
		this.#videoToShow = undefined;
		this.#timer?.dispose();
		this.parts.setDemo(undefined);
		setContext('kling.demoRunning', false);
		try {
			await this.parts.store.demos.delete(running.demoId);
		} finally {
			running.temporaryKey.dispose();
			await running.demo.close();
		}
	}

	dispose(): void {
		this.#subscription.dispose();
		this.#timer?.dispose();
		this.#sweepTimer?.dispose();
		// Tasks that cannot be deleted now are deleted at the next activation.
		this.stop().catch((error: unknown) => this.parts.log.warn(`Failed to delete the demo's tasks: ${String(error)}`));
	}

	async #start(): Promise<void> {
		await this.parts.showTasks();
		if (this.#running !== undefined || this.#starting) {
			return;
		}
		this.#starting = true;
		try {
			const { store, tracker, apiKeys, clock } = this.parts;
			const demoId = this.parts.newId();
			// First, so that no simulator is started when the store cannot be written.
			await store.demos.renew(demoId, clock.now() + leaseMs);
			const demo = await this.parts.start();
			this.#running = { demoId, demo, temporaryKey: apiKeys.addTemporaryKey(demo.origin, demo.apiKey) };
			this.parts.setDemo(demoId);
			setContext('kling.demoRunning', true);
			this.#renew(demoId);
			// Real operations take ten times as long: polled by their durations, the demo would be over before its first check.
			await store.durations.add(demo.usual.map(({ ms, ...operation }) => ({ origin: demo.origin, ...operation, observations: like(ms) })));
			const video = demo.refs.find(({ action }) => action === 'videos');
			this.#videoToShow = video === undefined ? undefined : taskKey(video);
			await tracker.track(demo.refs.map((ref) => ({ ref, owner: demoId })));
		} finally {
			this.#starting = false;
		}
		const stop = commandRemedy(vscode.l10n.t('Stop Demo'), 'kling.stopOfflineDemo');
		void showMessage('info', vscode.l10n.t('Offline demo running: sample tasks finish within a minute. No network, key or cost.'), [stop]);
	}

	#renew(demoId: string): void {
		this.#timer = this.parts.clock.after(renewalMs, () => {
			this.parts.store.demos
				.renew(demoId, this.parts.clock.now() + leaseMs)
				.catch((error: unknown) => this.parts.log.error('Failed to renew the demo lease', error));
			if (this.#running !== undefined) {
				this.#renew(demoId);
			}
		});
	}

	/** Opens the first video when it is ready. */
	#presentWhenFinished(task: Task | undefined): void {
		if (task === undefined || !isFinished(task)) {
			return;
		}
		this.#videoToShow = undefined;
		this.parts.present(task.key).catch((error: unknown) => this.parts.log.error('Failed to open the demo video', error));
	}

	/** Deletes the demos of crashed windows once their leases have expired. */
	#sweep(): void {
		this.parts.store.demos.deleteExpired(this.parts.clock.now()).then(
			(next) => {
				if (next !== undefined) {
					this.#sweepTimer = this.parts.clock.after(Math.max(1000, next - this.parts.clock.now()), () => this.#sweep());
				}
			},
			(error: unknown) => this.parts.log.error('Failed to delete expired demos', error),
		);
	}
}
