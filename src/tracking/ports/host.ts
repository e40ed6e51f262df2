import type { Disposable } from '../../core/emitter';

/** Time and timers, so that a test can turn the hands. All in ms. */
export interface Clock {
	now(): number;
	/** Calls back once after `ms`; disposing cancels. */
	after(ms: number, callback: () => void): Disposable;
}

/** Where the engine writes what happened. Arguments pass a redactor; never hand it a key. */
export interface Log {
	debug(message: string): void;
	info(message: string): void;
	warn(message: string): void;
	error(message: string, error?: unknown): void;
}
