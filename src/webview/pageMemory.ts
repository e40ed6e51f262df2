import { omitUndefined } from '../core/omitUndefined';
import type { PageState } from '../shared/resultProtocol';
import { editor } from './editor';

/** The remembered state of one result: the playback position, s, and the chosen format. */
export interface MediaMemory {
	readonly position?: number;
	readonly format?: string;
}

/** The minimum interval between writes, ms: the position changes four times a second during playback. */
const writeMs = 1000;

/** The state that survives when the page is hidden, reloaded or restored: the task, and each result's position and format. Never a link. */
export class PageMemory {
	#task: PageState['task'] | undefined;
	readonly #media: Map<string, MediaMemory>;
	#timer: number | undefined;

	constructor() {
		this.#media = new Map(Object.entries(readMedia(editor.getState())));
		// No event follows before a hidden page is discarded.
		addEventListener('pagehide', () => this.write());
		document.addEventListener('visibilitychange', () => this.write());
	}

	/** Sets the task of the page; without it there is nothing to restore. */
	setTask(task: PageState['task']): void {
		if (this.#task?.id === task.id && this.#task.origin === task.origin) {
			return;
		}
		this.#task = task;
		this.write();
	}

	media(id: string): MediaMemory {
		return this.#media.get(id) ?? {};
	}

	setMedia(id: string, change: MediaMemory): void {
		this.#media.set(id, { ...this.#media.get(id), ...change });
		this.#timer ??= setTimeout(() => this.write(), writeMs);
	}

	/** Writes the state now; otherwise it is written within a second. */
	write(): void {
		clearTimeout(this.#timer);
		this.#timer = undefined;
		if (this.#task !== undefined) {
			editor.setState({ task: this.#task, media: Object.fromEntries(this.#media) });
		}
	}
}

/** Reads the state of an earlier page, which may come from another version. */
function readMedia(state: unknown): Record<string, MediaMemory> {
	const media = field(state, 'media');
	if (typeof media !== 'object' || media === null) {
		return {};
	}
	return Object.fromEntries(
		Object.entries(media).map(([id, memory]: [string, unknown]) => {
			const position = field(memory, 'position');
			const format = field(memory, 'format');
			return [
				id,
				omitUndefined({
					position: typeof position === 'number' && Number.isFinite(position) && position >= 0 ? position : undefined,
					format: typeof format === 'string' ? format : undefined,
				}),
			];
		}),
	);
}

function field(value: unknown, name: string): unknown {
	return typeof value === 'object' && value !== null ? Object.entries(value).find(([key]) => key === name)?.[1] : undefined;
}
