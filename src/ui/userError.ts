/** A button that leads out of a problem. */
export interface Remedy {
	readonly label: string;
	readonly run: () => unknown;
}

/** Something that a person can mend or should know, said once by the command registry. */
export class UserError extends Error {
	override readonly name = 'UserError';
	readonly remedies: readonly Remedy[];
	/** `info`: nothing went wrong, there was nothing to do. */
	readonly severity: 'error' | 'info';

	constructor(message: string, remedies: readonly Remedy[] = [], severity: 'error' | 'info' = 'error') {
		super(message);
		this.remedies = remedies;
		this.severity = severity;
	}
}

/** For a command that finds nothing to do. */
export function nothingToDo(message: string): UserError {
	return new UserError(message, [], 'info');
}

/** Whether this is a UserError, from whichever bundle: each has a class of its own. */
export function isUserError(error: unknown): error is UserError {
	return error instanceof Error && error.name === 'UserError' && 'remedies' in error && 'severity' in error;
}
