import type { ApiErrorKind } from './problem';
import { apiErrorTraits } from './problemTraits';

/** Failed checks by what they ask for; see `problemTraits`. */
export type FailureClass = (typeof apiErrorTraits)[ApiErrorKind]['failureClass'];

/** How many checks in a row have failed by each trouble; only a response that shows the task ends the row, so that alternating troubles back off too. */
export type Failures = Readonly<Record<FailureClass, number>>;

/** The kinds of errors by which an API refuses a task. */
export const refusingKinds: readonly string[] = Object.entries(apiErrorTraits).flatMap(([kind, { failureClass }]) =>
	failureClass === 'refused' ? [kind] : [],
);

const none: Failures = { transient: 0, refused: 0, persistent: 0 };

/**
 * The trouble of a failed check, and the row that it makes.
 * @param error its kind, and whether the same check can succeed later without a person's help
 * @param before the row until now
 * @param last the kind of the failure before it, if the row has one: the first garbled response is passing, and only a repeated one lasts
 */
export function countFailure(
	error: { readonly kind: ApiErrorKind; readonly retryable: boolean },
	before: Failures | undefined,
	last: string | undefined,
): { readonly failureClass: FailureClass; readonly failures: Failures } {
	const usual: FailureClass = apiErrorTraits[error.kind].failureClass;
	const failureClass =
		error.kind === 'malformed' && last !== 'malformed' ? 'transient' : usual === 'transient' && !error.retryable ? 'persistent' : usual;
	const row = before ?? none;
	return { failureClass, failures: { ...row, [failureClass]: row[failureClass] + 1 } };
}
