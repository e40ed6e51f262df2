import { createHash } from 'node:crypto';
import type { VirtualClock } from './clock';
import { isMediaName } from './media';
import type { MediaName } from './media';
import type { SimulatedTask } from './tasks';

export interface LinkOptions {
	readonly origin: string;
	readonly clock: VirtualClock;
	/** Signs the links, so that those of one simulator are not valid at another. */
	readonly secret: string;
	/** In ms of the clock, independent of the speed. */
	readonly lifetimeMs: number;
	/**
	 * `fresh`: the links of each response live for `lifetimeMs` from now; `fixed`: from when the task finished, so that a new query does
	 * not help.
	 */
	readonly links: 'fresh' | 'fixed';
}

/** The target of a result link. */
export type LinkTarget = { readonly taskId: string; readonly file: MediaName } & { readonly state: 'valid' | 'expired' | 'forged' };

/** Signed links to results: `/results/{task id}/{part}/{file}?Expires={s}&Signature={hex}`. */
export class ResultLinks {
	readonly #options: LinkOptions;

	constructor(options: LinkOptions) {
		this.#options = options;
	}

	/** @param part distinguishes the results of a task */
	mint(task: Pick<SimulatedTask, 'id' | 'finishesAt'>, part: string, file: MediaName): string {
		const { clock, lifetimeMs, links, origin } = this.#options;
		const from = links === 'fresh' ? clock.now() : Math.min(task.finishesAt, clock.now());
		const expires = String(Math.ceil((from + lifetimeMs) / 1000));
		const path = `/results/${task.id}/${part}/${file}`;
		return `${origin}${path}?Expires=${expires}&Signature=${this.#sign(path, expires)}`;
	}

	/** Parses a result link; undefined if the path is not one. */
	read(url: URL): LinkTarget | undefined {
		const [, taskId, file] = /^\/results\/(\d+)\/\w+\/([\w.]+)$/.exec(url.pathname) ?? [];
		if (taskId === undefined || file === undefined || !isMediaName(file)) {
			return undefined;
		}
		const expires = url.searchParams.get('Expires') ?? '';
		const genuine = url.searchParams.get('Signature') === this.#sign(url.pathname, expires);
		const late = this.#options.clock.now() >= Number(expires) * 1000;
		return { taskId, file, state: !genuine ? 'forged' : late ? 'expired' : 'valid' };
	}

	#sign(path: string, expires: string): string {
		return createHash('sha256').update(`${this.#options.secret} ${path} ${expires}`).digest('hex').slice(0, 32);
	}
}
