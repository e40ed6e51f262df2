import { fixableCause, type Problem } from './problem';
import { problemTraits, type Remedy } from './problemTraits';

/** A task that was not found so often (in a row) may not only be too fresh. */
const notFoundForSure = 3;

/** What a person can do about a problem of a task's checks. */
export function remedyOf({ kind, code }: Pick<Problem, 'kind' | 'code'>): Remedy {
	return kind === 'unreachable' && fixableCause(code) !== undefined ? 'openNetworkSettings' : problemTraits[kind].remedy;
}

/** Whether only a person can solve a problem; false where it may pass by itself. */
export function needsPerson(problem: Pick<Problem, 'kind' | 'code' | 'failures' | 'isGivenUp'>): boolean {
	return !mayBeTooFresh(problem) && remedyOf(problem) !== 'refresh';
}

/** Whether a task that is not found may only be too fresh to be found. */
export function mayBeTooFresh({ kind, failures, isGivenUp }: Pick<Problem, 'kind' | 'failures' | 'isGivenUp'>): boolean {
	return kind === 'notFound' && failures < notFoundForSure && isGivenUp !== true;
}
