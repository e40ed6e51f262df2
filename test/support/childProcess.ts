import type { ChildProcess } from 'node:child_process';
import { fork } from 'node:child_process';
import { childFile } from './paths';

/** A child process and its messages. */
export class Child {
	readonly #process: ChildProcess;
	readonly messages: unknown[] = [];
	readonly pid: number | undefined;
	readonly #waiting = new Set<() => void>();
	#hasExited = false;

	private constructor(process: ChildProcess) {
		this.#process = process;
		this.pid = process.pid;
		process.on('message', (message) => {
			this.messages.push(message);
			this.#wake();
		});
		process.on('exit', () => {
			this.#hasExited = true;
			this.#wake();
		});
	}

	/**
	 * Starts a `*.child.ts`, given by its path below `test`, such as `support/lockHolder`; as another user where that is given.
	 * @param options `flags`: of Node
	 */
	static start(
		name: string,
		args: readonly string[],
		{ uid, flags = [] }: { readonly uid?: number; readonly flags?: readonly string[] } = {},
	): Child {
		return new Child(
			fork(childFile(name), args, { execArgv: ['--no-warnings', ...flags], ...(uid === undefined ? {} : { uid, gid: uid }) }),
		);
	}

	send(message: string): void {
		this.#process.send(message);
	}

	kill(): void {
		this.#process.kill('SIGKILL');
	}

	/** Waits for the `count`th message (from 1) and returns it. */
	async message(count: number): Promise<unknown> {
		while (this.messages.length < count) {
			if (this.#hasExited) {
				throw new Error(`the child ended after ${this.messages.length} messages`);
			}
			await this.#something();
		}
		return this.messages[count - 1];
	}

	async exited(): Promise<void> {
		while (!this.#hasExited) {
			await this.#something();
		}
	}

	dispose(): void {
		if (!this.#hasExited) {
			this.kill();
		}
	}

	#something(): Promise<void> {
		return new Promise((resolve) => this.#waiting.add(resolve));
	}

	#wake(): void {
		for (const resolve of this.#waiting) {
			resolve();
		}
		this.#waiting.clear();
	}
}
