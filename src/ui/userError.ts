/** A button that leads out of a problem. */
export interface Remedy {
	readonly label: string;
	readonly run: () => unknown;
}

/** Something that a person can mend or should know, said once by the command registry. */
export class UserError extends Error {
	override readonly name = 'UserError';
	constructor(
		message: string,
		readonly remedies: readonly Remedy[] = [],
	) {
		super(message);
	}
}

/** Whether this is a UserError, from whichever bundle: each has a class of its own. */
export function isUserError(error: unknown): error is UserError {
	return error instanceof Error && error.name === 'UserError' && 'remedies' in error;
}
