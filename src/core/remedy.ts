import { fixableCause, type Problem } from './problem';
import { problemTraits, type Remedy } from './problemTraits';

/** After this many consecutive `notFound` checks a task is not merely too new to be visible. */
const notFoundForSure = 3;

/** What a person can do about a problem of a task's checks. */
export function remedyOf({ kind, code }: Pick<Problem, 'kind' | 'code'>): Remedy {
	return kind === 'unreachable' && fixableCause(code) !== undefined ? 'openNetworkSettings' : problemTraits[kind].remedy;
}

/** Whether only a person can solve a problem; false if it may pass without help. */
export function needsPerson(problem: Pick<Problem, 'kind' | 'code' | 'failures' | 'isGivenUp'>): boolean {
	return !mayBeTooFresh(problem) && remedyOf(problem) !== 'refresh';
}

/** Whether a task may be not found only because it is too new. */
export function mayBeTooFresh({ kind, failures, isGivenUp }: Pick<Problem, 'kind' | 'failures' | 'isGivenUp'>): boolean {
	return kind === 'notFound' && failures < notFoundForSure && isGivenUp !== true;
}
