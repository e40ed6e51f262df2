import { omitUndefined } from '../core/omitUndefined';
import type { PageState } from '../shared/resultProtocol';
import { editor } from './editor';

/** What a person left of one media: where it stood, in s, and which format was chosen. */
export interface MediaMemory {
	readonly position?: number;
	readonly format?: string;
}

/** At most one write per this time, ms: playing moves the position four times a second. */
const writeMs = 1000;

/** What survives when the page is hidden, set anew or revived: the task, and each media's position. Never a link. */
export class PageMemory {
	#task: PageState['task'] | undefined;
	readonly #media: Map<string, MediaMemory>;
	#timer: number | undefined;

	constructor() {
		this.#media = new Map(Object.entries(readMedia(editor.getState())));
		// A hidden page ends without another word.
		addEventListener('pagehide', () => this.write());
		document.addEventListener('visibilitychange', () => this.write());
	}

	/** Names the task that the page is about; without it there is nothing to revive. */
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

	/** Hands over what is remembered now; otherwise it is within a second. */
	write(): void {
		clearTimeout(this.#timer);
		this.#timer = undefined;
		if (this.#task !== undefined) {
			editor.setState({ task: this.#task, media: Object.fromEntries(this.#media) });
		}
	}
}

/** The media of an earlier page's state, which may be another version's. */
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
