import type { ChildProcess } from 'node:child_process';
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import * as v from 'valibot';
import { childFile } from '../paths';
import type { Moment } from './fate';
import type { Order, WindowTerms } from './orders';
import { replySchema } from './orders';
import { readTrace } from './trace';

/** One life of a window, from its start to its end. Times are the machine's, ms since 1970. */
export interface Life {
	readonly trace: string;
	readonly openedAt: number;
	/** Undefined while it is running. `crashed`: it ended without being told to. */
	end: { readonly at: number; readonly how: 'killed' | 'closed' | 'crashed' } | undefined;
}

/** The window ended before an order was done. */
class WindowGoneError extends Error {
	override readonly name = 'WindowGoneError';
}

/** For orders to a window that may be ended meanwhile. @throws any other error */
export function ignoreGone(error: unknown): void {
	if (!(error instanceof WindowGoneError)) {
		throw error;
	}
}

/** A pending reply of the process. */
interface Waiting {
	readonly done: () => void;
	readonly fail: (error: Error) => void;
}

/** One window as a process: opened, given orders, killed or closed, and opened again. */
export class WindowProcess {
	readonly name: string;
	readonly lives: Life[] = [];
	readonly #folder: string;
	readonly #terms: Omit<WindowTerms, 'trace' | 'focused'>;
	#process: ChildProcess | undefined;
	#isOver = false;
	/** How the process is about to end. */
	#ending: 'killed' | 'closed' | undefined;
	/** Whether it may kill itself. */
	#isDoomed = false;
	#isReopening = false;
	#orders = 0;
	readonly #waiting = new Map<number, Waiting>();

	/** @param folder for its traces, one file per life */
	constructor(name: string, folder: string, terms: Omit<WindowTerms, 'trace' | 'focused'>) {
		this.name = name;
		this.#folder = folder;
		this.#terms = terms;
	}

	/** Whether it has opened, and has not been ordered to end. */
	get isOpen(): boolean {
		return this.#process !== undefined && this.#ending === undefined && !this.#waiting.has(0);
	}

	/** Whether there is no process. */
	get isGone(): boolean {
		return this.#process === undefined;
	}

	/**
	 * Starts the process and waits until its window has opened.
	 * @throws WindowGoneError when it ends first, or must not be opened again
	 */
	async open(focused = false): Promise<void> {
		if (this.#isOver) {
			throw new WindowGoneError(`Window ${this.name} was ended for good.`);
		}
		if (this.#process !== undefined) {
			throw new Error(`Window ${this.name} is open.`);
		}
		const life: Life = { trace: join(this.#folder, `${this.name}-${this.lives.length + 1}.jsonl`), openedAt: Date.now(), end: undefined };
		this.lives.push(life);
		const terms: WindowTerms = { ...this.#terms, trace: life.trace, focused };
		const child = fork(childFile('support/machine/window'), [JSON.stringify(terms)], { execArgv: ['--no-warnings', '--expose-gc'] });
		this.#process = child;
		this.#ending = undefined;
		this.#isDoomed = false;
		child.on('message', (message) => this.#reply(message));
		child.once('exit', (_code, signal) => {
			const fate = this.#isDoomed && signal === 'SIGKILL' ? 'killed' : 'crashed';
			life.end ??= { at: Date.now(), how: this.#ending ?? fate };
			this.#process = undefined;
			for (const { fail } of this.#waiting.values()) {
				fail(new WindowGoneError(`Window ${this.name} ended.`));
			}
			this.#waiting.clear();
		});
		await this.#awaitReply(0);
	}

	/** Waits for the process to have ended or opened. */
	async untilOver(): Promise<void> {
		while (!this.isGone && !this.isOpen) {
			await sleep(20);
		}
	}

	/** Opens it again once it has ended; called by two that have ended it, it is opened once. */
	async reopen(): Promise<void> {
		await this.untilOver();
		if (this.isGone && !this.#isReopening) {
			this.#isReopening = true;
			try {
				await this.open();
			} finally {
				this.#isReopening = false;
			}
		}
	}

	/** What it wrote into its log as errors, and the times when it ended by itself. */
	problems(): readonly string[] {
		return this.lives.flatMap(({ trace, end }) => [
			...readTrace(trace).flatMap((line) => (line.what === 'trouble' && line.level === 'error' ? [`${this.name}: ${line.message}`] : [])),
			...(end?.how === 'crashed' ? [`${this.name} crashed`] : []),
		]);
	}

	/**
	 * Gives an order to the window, and waits until it is done.
	 * @throws WindowGoneError when it is not open or ends first; Error when the order failed
	 */
	async obey(order: Order): Promise<void> {
		const child = this.#process;
		if (child === undefined || !this.isOpen) {
			throw new WindowGoneError(`Window ${this.name} is not open.`);
		}
		const number = ++this.#orders;
		const done = this.#awaitReply(number);
		// A process that is ending does not accept messages; its exit rejects the order.
		child.send({ number, order }, () => undefined);
		await done;
	}

	/** Makes the process kill itself when it passes a moment; resolves when it is gone, at once if it is not open. */
	async doom(moment: Moment): Promise<void> {
		const child = this.#process;
		if (child === undefined || !this.isOpen) {
			return;
		}
		const gone = once(child, 'exit');
		this.#isDoomed = true;
		await this.obey({ do: 'doom', moment });
		await gone;
	}

	/** Kills the process immediately; resolves when it is gone. */
	async kill(): Promise<void> {
		const child = this.#process;
		const life = this.lives.at(-1);
		if (child === undefined || life === undefined) {
			return;
		}
		const gone = once(child, 'exit');
		this.#ending = 'killed';
		life.end = { at: Date.now(), how: 'killed' };
		child.kill('SIGKILL');
		await gone;
	}

	/** Kills it, and prevents it from opening again. */
	async endForGood(): Promise<void> {
		this.#isOver = true;
		await this.kill();
	}

	/** Closes the window as an editor does; resolves when the process is gone. */
	async close(): Promise<void> {
		const child = this.#process;
		if (child === undefined) {
			return;
		}
		const gone = once(child, 'exit');
		const closed = this.obey({ do: 'close' });
		this.#ending = 'closed';
		// Its exit may be noticed before its last message is read.
		await closed.catch(ignoreGone);
		await gone;
	}

	#awaitReply(number: number): Promise<void> {
		return new Promise((done, fail) => this.#waiting.set(number, { done, fail }));
	}

	#reply(message: unknown): void {
		const { number, problem } = v.parse(replySchema, message);
		const waiting = this.#waiting.get(number);
		this.#waiting.delete(number);
		if (problem === undefined) {
			waiting?.done();
		} else {
			waiting?.fail(new Error(`Window ${this.name}: ${problem}`));
		}
	}
}
