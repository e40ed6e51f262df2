/** A button of a message. */
export interface Remedy {
	readonly label: string;
	readonly run: () => unknown;
}

/** An error whose message is shown to the person, once, by the command registry. */
export class UserError extends Error {
	override readonly name = 'UserError';
	readonly remedies: readonly Remedy[];
	/** `info`: nothing failed; there was nothing to do. */
	readonly severity: 'error' | 'info';

	constructor(message: string, remedies: readonly Remedy[] = [], severity: 'error' | 'info' = 'error') {
		super(message);
		this.remedies = remedies;
		this.severity = severity;
	}
}

/** Thrown by a command that finds nothing to do. */
export function nothingToDo(message: string): UserError {
	return new UserError(message, [], 'info');
}

/** Whether this is a UserError of any bundle: `instanceof` fails across bundles. */
export function isUserError(error: unknown): error is UserError {
	return error instanceof Error && error.name === 'UserError' && 'remedies' in error && 'severity' in error;
}
