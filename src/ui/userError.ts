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
