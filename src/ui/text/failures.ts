import { l10n } from 'vscode';
import type { FailureCause } from '../../core/failureCause';

/** What a person can do after a task failed, in whole sentences. Nothing here says whether it was charged: only the API's cost does. */
export function failureAdvice(cause: FailureCause): string {
	switch (cause) {
		case 'policy':
			return l10n.t(
				'Kling’s content review refused the prompt, an input or the result. Change the prompt or the image, then create a new task.',
			);
		case 'input':
			return l10n.t('Correct what the reason names in the input file or the parameters, then create a new task.');
		case 'quota':
			return l10n.t('The account is out of credit. Add credit in the API console, then create a new task.');
		case 'passing':
			return l10n.t('The service had a problem, not your input. Create the task again; if it fails again, wait for some minutes.');
		case 'unknown':
			return l10n.t(
				'Compare the prompt, the input files and the parameters with the reason, then create a new task. The raw response may contain more.',
			);
	}
}

/**
 * What a failed task cost, as the API reported it; undefined if it did not say so.
 * @param units decimal text as sent
 */
export function failureCost(units: string | undefined): string | undefined {
	const count = Number(units ?? NaN);
	if (Number.isNaN(count)) {
		return undefined;
	}
	return count === 0
		? l10n.t('The API reports that no units were deducted.')
		: l10n.t({ message: 'The API reports a cost of {0} units.', args: [units ?? ''], comment: ['{0} is a number such as 3.5.'] });
}
