import type { ApiErrorKind } from './problem';
import { apiErrorTraits } from './problemTraits';

/** The classes of failed checks; see `problemTraits`. */
export type FailureClass = (typeof apiErrorTraits)[ApiErrorKind]['failureClass'];

/**
 * How many consecutive checks have failed, by class. Only a response that shows the task resets them, so alternating classes back off too.
 */
export type Failures = Readonly<Record<FailureClass, number>>;

/** The kinds of errors in the class `refused`. */
export const refusingKinds: readonly string[] = Object.entries(apiErrorTraits).flatMap(([kind, { failureClass }]) =>
	failureClass === 'refused' ? [kind] : [],
);

const none: Failures = { transient: 0, refused: 0, persistent: 0 };

/**
 * Classifies a failed check and counts it.
 * @param error its kind, and whether the same check can succeed later without a person's help
 * @param before the counts so far
 * @param last the kind of the previous failure, if the previous check failed: the first `malformed` response counts as transient, a
 * repeated one as persistent
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
