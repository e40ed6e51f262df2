import type { Log } from '../../src/tracking/ports/host';

/** Keeps the log lines for assertions. */
export class MemoryLog implements Log {
	/** Each with its level in front, such as `warn the disk is full`. */
	readonly lines: string[] = [];
	readonly warnings: string[] = [];
	/** The messages and what was thrown, such as `Failed to poll: Error: no network`. */
	readonly errors: string[] = [];
	debug(message: string): void {
		this.lines.push(`debug ${message}`);
	}
	info(message: string): void {
		this.lines.push(`info ${message}`);
	}
	warn(message: string): void {
		this.lines.push(`warn ${message}`);
		this.warnings.push(message);
	}
	error(message: string, error?: unknown): void {
		this.lines.push(`error ${message} ${String(error)}`);
		this.errors.push(`${message}: ${String(error)}`);
	}
}
