import type { ApiErrorKind } from './problem';

/**
 * Failed checks by what they ask for.
 * - `passing`: the same check can succeed later by itself
 * - `refused`: the API does not give out this task; it may have been asked wrongly, or too early
 * - `lasting`: a person or another machine must act
 */
export type Trouble = 'passing' | 'refused' | 'lasting';

/** How many checks in a row have failed by each trouble; only a response that shows the task ends the row, so that alternating troubles back off too. */
export type Failures = Readonly<Record<Trouble, number>>;

const troubles = {
	rateLimit: 'passing',
	concurrency: 'passing',
	server: 'passing',
	unreachable: 'passing',
	notFound: 'refused',
	badRequest: 'refused',
	forbidden: 'refused',
	policy: 'refused',
	auth: 'lasting',
	quota: 'lasting',
	malformed: 'lasting',
} as const satisfies Record<ApiErrorKind, Trouble>;

/** The kinds of errors by which an API refuses a task. */
export const refusingKinds: readonly ApiErrorKind[] = ['notFound', 'badRequest', 'forbidden', 'policy'];

const none: Failures = { passing: 0, refused: 0, lasting: 0 };

/**
 * The trouble of a failed check, and the row that it makes.
 * @param error its kind, and whether the same check can succeed later without a person's help
 * @param before the row until now
 * @param last the kind of the failure before it, if the row has one: the first garbled response is passing, and only a repeated one lasts
 */
export function failedOnceMore(
	error: { readonly kind: ApiErrorKind; readonly retryable: boolean },
	before: Failures | undefined,
	last: string | undefined,
): { readonly trouble: Trouble; readonly failures: Failures } {
	const usual: Trouble = troubles[error.kind];
	const trouble =
		error.kind === 'malformed' && last !== 'malformed' ? 'passing' : usual === 'passing' && !error.retryable ? 'lasting' : usual;
	const row = before ?? none;
	return { trouble, failures: { ...row, [trouble]: row[trouble] + 1 } };
}
