import { createHash } from 'node:crypto';
import { operationKey, type OperationPath } from '../core/operation';

/** One create that was executed, whether or not its response arrived: what is paid for. */
export interface ExecutedCreate {
	readonly operation: string;
	/** As it was sent, even if it was dropped. */
	readonly externalId: string | undefined;
	/** SHA-256 of the body as it was sent, hexadecimal. */
	readonly digest: string;
	/** The task, or the session of an operation that makes none. */
	readonly taskId: string;
	/** Ms since 1970 on the machine's clock. */
	readonly at: number;
}

/** The creates that were executed on request, oldest first. */
export class CreateLog {
	readonly #entries: ExecutedCreate[] = [];

	all(): readonly ExecutedCreate[] {
		return this.#entries;
	}

	add(operation: OperationPath, body: string, taskId: string): void {
		this.#entries.push({
			operation: operationKey(operation),
			externalId: externalIdIn(body),
			digest: createHash('sha256').update(body).digest('hex'),
			taskId,
			at: Date.now(),
		});
	}
}

function externalIdIn(body: string): string | undefined {
	const fields: unknown = JSON.parse(body);
	return typeof fields === 'object' && fields !== null && 'external_task_id' in fields && typeof fields.external_task_id === 'string'
		? fields.external_task_id
		: undefined;
}
