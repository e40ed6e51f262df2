import { findOperation, mediaKindOf, operationKey, sameOperation } from '../core/operation';
import type { OperationPath, UnpublishedOperationKey } from '../core/operation';
import { retentionMs } from '../core/retention';
import type { VirtualClock } from './clock';
import type { SeededRandom } from './random';
import type { MediaName } from './media';

/** The formats in which gateways respond; the same task can be returned in each. */
export const responseForms = ['native', 'wrapper', 'simple', 'flat'] as const;
/**
 * - `native`: Kling's own envelope and words
 * - `wrapper`: new-api's task around the native response
 * - `simple`: new-api's short task in an envelope
 * - `flat`: the short task without an envelope
 */
export type ResponseForm = (typeof responseForms)[number];

/** Failure reasons in the real API's words. */
export const failureReasons = {
	risk: 'Failure to pass the risk control system',
	pixels: 'Image pixel is invalid',
	ratio: 'The resolution or aspect ratio of the input image is invalid. Please ensure it meets the required specifications.',
	nobody: 'there is no human in the video',
} as const;

/** How long a refused input takes to fail, in ms (measured on a real response). */
const refusalMs = 1650;

/**
 * Durations, in s, of the operations without a published average. omni-video was measured; the others are those of the most similar
 * operation.
 */
const unpublishedSeconds: Readonly<Record<UnpublishedOperationKey, number>> = {
	'videos/multi-image2video': 164,
	'videos/multi-elements': 320,
	'audio/text-to-audio': 32,
	'audio/video-to-audio': 83,
	'videos/omni-video': 83,
	'videos/advanced-lip-sync': 180,
	'videos/avatar/image2video': 180,
	'videos/motion-control': 164,
	'images/omni-image': 32,
	'images/multi-image2image': 32,
	'images/editing/expand': 32,
	'audio/tts': 0,
};

/** The duration of an operation from request to final status, in s; a minute outside the catalogue. */
export function secondsOf(operation: OperationPath): number {
	const unpublished: Readonly<Partial<Record<string, number>>> = unpublishedSeconds;
	return findOperation(operation)?.averageSeconds ?? unpublished[operationKey(operation)] ?? 60;
}

/** What a task will produce. */
export type TaskResult =
	| { readonly kind: 'video'; readonly id: string; readonly file: MediaName }
	| { readonly kind: 'image'; readonly file: MediaName }
	| { readonly kind: 'sound'; readonly id: string; readonly mp3: MediaName; readonly wav: MediaName }
	| { readonly kind: 'speech'; readonly id: string; readonly file: MediaName };

/** The video that a task was made from. */
export interface TaskParent {
	readonly id: string;
	readonly file: MediaName;
}

/** A task whose whole life is decided at its creation. Times are ms of the simulator's clock. */
export interface SimulatedTask extends OperationPath {
	readonly id: string;
	readonly externalId: string | undefined;
	readonly createdAt: number;
	/** When it changes from submitted to processing. */
	readonly processingAt: number;
	readonly finishesAt: number;
	/** Why it will fail; undefined: it will succeed. */
	readonly failure: string | undefined;
	readonly results: readonly TaskResult[];
	readonly parent: TaskParent | undefined;
	readonly watermark: boolean;
	/** The units that it costs, as decimal text; undefined: as usual for its operation. */
	readonly units: string | undefined;
	/** The form of its responses; undefined: the simulator's. */
	readonly form: ResponseForm | undefined;
}

export interface NewTaskOptions {
	/** `[fail]` or `[fail: a reason]` in it makes the task fail. */
	readonly prompt?: string;
	readonly externalId?: string;
	/** Another task may have the same external ID. */
	readonly mayRepeatExternalId?: boolean;
	/** From request to final status, in ms at speed 1. Default: the operation's own duration. */
	readonly durationMs?: number;
	/** The same of a task that succeeds, in place of the operation's own duration; one that fails takes as long as a refused input. */
	readonly successMs?: number;
	/** From request to processing, in ms at speed 1. Default: 1 to 2 s. */
	readonly submittedMs?: number;
	/** Why it fails; see `failureReasons`. */
	readonly failure?: string;
	/** How many images (or other results) it produces; 0: it succeeds without results. */
	readonly count?: number;
	/** The files of its results, in turn. Default: the first ones of its kind. */
	readonly files?: readonly MediaName[];
	/** ID of the video it is made from, or of that video's task. Operations that work on a video use one of the demo's if it is unknown. */
	readonly parent?: string | undefined;
	readonly watermark?: boolean;
	/** The units that it costs, as decimal text. */
	readonly units?: string;
	readonly form?: ResponseForm;
}

export type TaskPhase = 'submitted' | 'processing' | 'succeeded' | 'failed';

/** The phase of a task at `now`, and since when. */
export function phaseAt(task: SimulatedTask, now: number): { phase: TaskPhase; since: number } {
	if (now >= task.finishesAt) {
		return { phase: task.failure === undefined ? 'succeeded' : 'failed', since: task.finishesAt };
	}
	if (now >= task.processingAt) {
		return { phase: 'processing', since: task.processingAt };
	}
	return { phase: 'submitted', since: task.createdAt };
}

/** All tasks of the simulator. */
export class TaskBook {
	readonly #clock: VirtualClock;
	readonly #random: SeededRandom;
	readonly #tasks: SimulatedTask[] = [];

	constructor(clock: VirtualClock, random: SeededRandom) {
		this.#clock = clock;
		this.#random = random;
	}

	/** Creates a task; undefined if its external ID is taken. */
	create(operation: OperationPath, options: NewTaskOptions): SimulatedTask | undefined {
		if (
			options.externalId !== undefined &&
			options.mayRepeatExternalId !== true &&
			this.#alive().some((task) => task.externalId === options.externalId)
		) {
			return undefined;
		}

		const createdAt = this.#clock.now();
		const failure = options.failure ?? failureAskedFor(options.prompt);
		const durationMs = options.durationMs ?? (failure === undefined ? (options.successMs ?? 1000 * secondsOf(operation)) : refusalMs);
		const submittedMs = options.submittedMs ?? 1000 + 1000 * this.#random.fraction();
		const finishesAt = Math.round(createdAt + this.#clock.span(durationMs));
		const task: SimulatedTask = {
			action: operation.action,
			action2: operation.action2,
			id: this.#random.id(),
			externalId: options.externalId,
			createdAt,
			processingAt: Math.min(finishesAt, Math.round(createdAt + this.#clock.span(submittedMs))),
			finishesAt,
			failure,
			results: failure === undefined ? this.#results(operation, options) : [],
			parent:
				findOperation(operation)?.hasParent === true
					? (this.#video(options.parent) ?? { id: this.#random.id(), file: 'dawn.mp4' })
					: undefined,
			watermark: options.watermark ?? false,
			units: options.units,
			form: options.form,
		};
		this.#tasks.push(task);
		return task;
	}

	/** The task with this ID or external ID, whatever its operation; undefined if there is none, or it was deleted. */
	find(id: string): SimulatedTask | undefined {
		return this.#alive().find((task) => task.id === id || task.externalId === id);
	}

	/** How many tasks are not finished. */
	unfinished(): number {
		const now = this.#clock.now();
		return this.#tasks.filter(({ finishesAt }) => finishesAt > now).length;
	}

	/** The newest task other than the one with this ID or external ID; undefined if there is none. */
	otherThan(id: string): SimulatedTask | undefined {
		return this.#alive().findLast((task) => task.id !== id && task.externalId !== id);
	}

	/** The tasks of an operation, newest first. */
	list(operation: OperationPath): readonly SimulatedTask[] {
		return this.#alive()
			.filter((task) => sameOperation(task, operation))
			.reverse();
	}

	/** The video with this ID, or the first one of the task with this ID. */
	#video(id: string | undefined): TaskParent | undefined {
		return this.#alive()
			.flatMap((task) => task.results.filter((result) => result.kind === 'video' && (result.id === id || task.id === id)))
			.find((result) => result.kind === 'video');
	}

	#alive(): readonly SimulatedTask[] {
		const oldest = this.#clock.now() - retentionMs;
		return this.#tasks.filter((task) => task.createdAt > oldest);
	}

	#results(operation: OperationPath, { count = 1, files }: NewTaskOptions): readonly TaskResult[] {
		const pick = (own: readonly MediaName[], index: number): MediaName => {
			const choice = files !== undefined && files.length > 0 ? files : own;
			return choice[index % choice.length] ?? 'dawn.mp4';
		};
		const path = operationKey(operation);
		return Array.from({ length: count }, (_, index): TaskResult[] => {
			const id = this.#random.id();
			const video: TaskResult = { kind: 'video', id, file: pick(['dawn.mp4', 'tide.mp4', 'voice.mp4'], index) };
			const sound: TaskResult = { kind: 'sound', id, mp3: 'chord.mp3', wav: 'chord.wav' };
			if (path === 'audio/tts') {
				return [{ kind: 'speech', id, file: 'chord.mp3' }];
			}
			if (path === 'audio/video-to-audio') {
				return [{ ...sound, id: this.#random.id() }, video];
			}
			switch (mediaKindOf(operation)) {
				case 'video':
					return [video];
				case 'image':
					return [{ kind: 'image', file: pick(['valley.png', 'bloom.png'], index) }];
				case 'audio':
					return [sound];
			}
		}).flat();
	}
}

/** The reason in `[fail: reason]`; `[fail]` means the risk control. */
function failureAskedFor(prompt: string | undefined): string | undefined {
	const match = /\[fail(?::\s*([^\]]+?))?\s*\]/.exec(prompt ?? '');
	return match === null ? undefined : (match[1] ?? failureReasons.risk);
}
