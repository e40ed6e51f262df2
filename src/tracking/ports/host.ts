import type { Disposable } from '../../core/emitter';

/** Clock and timers, in ms; injectable for tests. */
export interface Clock {
	now(): number;
	/** Calls back once after `ms`; disposing cancels. */
	after(ms: number, callback: () => void): Disposable;
}

/** The log. Arguments pass a redactor; still never pass a key. */
export interface Log {
	debug(message: string): void;
	info(message: string): void;
	warn(message: string): void;
	error(message: string, error?: unknown): void;
}
