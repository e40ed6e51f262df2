import { randomBytes } from 'node:crypto';
import type { DemoSubject } from '../core/demoSubject';
import { omitUndefined } from '../core/omitUndefined';
import type { OperationPath } from '../core/operation';
import type { TaskRef } from '../core/task';
import { Simulator } from './simulator';
import { failureReasons, secondsOf } from './tasks';
import type { NewTaskOptions } from './tasks';

export interface DemoOptions {
	/** The folder `media/demo`. */
	readonly mediaFolder: string;
	/** At 1 (default) the first task finishes after 10 s and the last within a minute. */
	readonly speed?: number;
}

/** A running demo: an offline Kling without tasks at first. */
export interface Demo {
	readonly origin: string;
	/** Made for this demo; not valid anywhere else. */
	readonly apiKey: string;
	readonly simulator: Simulator;
	/** Creates running tasks of every media kind, one of which fails. */
	addSamples(): SampleTasks;
	/** Creates a task from a request's body, or refuses it, as a POST does. A task that succeeds takes 10 to 40 s at speed 1. */
	create(operation: OperationPath, body: string): DryRunTask | { readonly ok: false; readonly code: number; readonly message: string };
	/** Stops the simulator; its tasks and links are gone. */
	close(): Promise<void>;
}

export interface SampleTasks {
	/** In the order in which they finish. */
	readonly tasks: readonly { readonly ref: TaskRef; readonly subject: DemoSubject }[];
	/** How long tasks of their operations take, ms: in place of the durations that earlier tasks would have given. */
	readonly usual: readonly (OperationPath & { readonly ms: number })[];
}

/** A task that was created from a request. */
export interface DryRunTask {
	readonly ok: true;
	readonly ref: TaskRef;
	/** What it was asked to make. */
	readonly prompt?: string;
	/** How long it takes if it succeeds, ms. */
	readonly usualMs: number;
}

/** A key in the usual form that is not valid anywhere else. */
export function throwawayKey(): string {
	return `sk-offline-${randomBytes(16).toString('hex')}`;
}

/** A planned task; times in s at speed 1. As on Kling, most start within two seconds. The one made from a video uses the first task's. */
type PlannedTask = OperationPath & {
	readonly subject: DemoSubject;
	readonly startsAfter: number;
	readonly finishesAfter: number;
	readonly more: NewTaskOptions;
};

const plan: readonly PlannedTask[] = [
	{ subject: 'sunrise', action: 'videos', action2: 'text2video', startsAfter: 1, finishesAfter: 10, more: { files: ['dawn.mp4'] } },
	{
		subject: 'flowers',
		action: 'images',
		action2: 'generations',
		startsAfter: 1.2,
		finishesAfter: 19,
		more: { count: 2, files: ['valley.png', 'bloom.png'] },
	},
	{ subject: 'chord', action: 'audio', action2: 'text-to-audio', startsAfter: 1.4, finishesAfter: 27, more: {} },
	{
		subject: 'rejected',
		action: 'videos',
		action2: 'image2video',
		startsAfter: 1.6,
		finishesAfter: 36,
		more: { failure: failureReasons.risk },
	},
	{ subject: 'tide', action: 'videos', action2: 'image2video', startsAfter: 1.5, finishesAfter: 43, more: { files: ['tide.mp4'] } },
	{ subject: 'narrator', action: 'videos', action2: 'lip-sync', startsAfter: 12, finishesAfter: 50, more: { files: ['voice.mp4'] } },
];

/** How long a dry run takes, ms at speed 1: an eighth of the operation's own duration, so that it is watched and not waited for. */
function dryRunMs(operation: OperationPath): number {
	return Math.round(Math.min(40_000, Math.max(10_000, (1000 * secondsOf(operation)) / 8)));
}

/** Starts an offline Kling without tasks. */
export async function startDemo({ mediaFolder, speed = 1 }: DemoOptions): Promise<Demo> {
	const apiKey = throwawayKey();
	const simulator = await Simulator.start({ mediaFolder, apiKeys: [apiKey], speed });
	const { origin } = simulator;
	return {
		origin,
		apiKey,
		simulator,
		addSamples: () => {
			const tasks: SampleTasks['tasks'][number][] = [];
			for (const { subject, action, action2, startsAfter, finishesAfter, more } of plan) {
				const options = { submittedMs: 1000 * startsAfter, durationMs: 1000 * finishesAfter, parent: tasks[0]?.ref.id, ...more };
				tasks.push({ ref: { origin, action, action2, id: simulator.create({ action, action2 }, options) }, subject });
			}
			return { tasks, usual: plan.map(({ action, action2, finishesAfter }) => ({ action, action2, ms: (1000 * finishesAfter) / speed })) };
		},
		create: (operation, body) => {
			const successMs = dryRunMs(operation);
			const created = simulator.createFromBody(operation, body, { successMs });
			if (!created.ok) {
				const { code, message } = created.refusal;
				return { ok: false, code, message };
			}
			const { action, action2, id } = created.task;
			return { ok: true, ref: { origin, action, action2, id }, usualMs: successMs / speed, ...omitUndefined({ prompt: created.prompt }) };
		},
		close: () => simulator.close(),
	};
}
