import type { DemoSubject } from '../../core/demoSubject';
import type { OperationPath } from '../../core/operation';
import type { TaskRef } from '../../core/task';

/** A running simulator, without tasks at first. */
export interface RunningDemo {
	readonly origin: string;
	/** Valid for this demo only. */
	readonly apiKey: string;
	/** Creates the sample tasks; call it once. */
	addSamples(): {
		readonly tasks: readonly { readonly ref: TaskRef; readonly subject: DemoSubject }[];
		/** The usual duration (ms) of each of their operations. */
		readonly usual: readonly (OperationPath & { readonly ms: number })[];
	};
	/** Creates a task from a request's body (JSON), or refuses it as the API would. */
	create(operation: OperationPath, body: string): CreatedTask | RefusedCreate;
	close(): Promise<void>;
}

interface CreatedTask {
	readonly ok: true;
	readonly ref: TaskRef;
	/** What it was asked to make. */
	readonly prompt?: string;
	/** How long it takes, ms. */
	readonly usualMs: number;
}

/** A request that the API refuses, with its code and words. */
export interface RefusedCreate {
	readonly ok: false;
	readonly code: number;
	readonly message: string;
}
