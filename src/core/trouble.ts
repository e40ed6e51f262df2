import type { ApiErrorKind } from './problem';
import { apiErrorTraits } from './problemTraits';

/** Failed checks by what they ask for; see `problemTraits`. */
export type Trouble = (typeof apiErrorTraits)[ApiErrorKind]['trouble'];

/** How many checks in a row have failed by each trouble; only a response that shows the task ends the row, so that alternating troubles back off too. */
export type Failures = Readonly<Record<Trouble, number>>;

/** The kinds of errors by which an API refuses a task. */
export const refusingKinds: readonly string[] = Object.entries(apiErrorTraits).flatMap(([kind, { trouble }]) =>
	trouble === 'refused' ? [kind] : [],
);

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
	const usual: Trouble = apiErrorTraits[error.kind].trouble;
	const trouble =
		error.kind === 'malformed' && last !== 'malformed' ? 'passing' : usual === 'passing' && !error.retryable ? 'lasting' : usual;
	const row = before ?? none;
	return { trouble, failures: { ...row, [trouble]: row[trouble] + 1 } };
}
