import { l10n } from 'vscode';
import { failureCause, type FailureCause } from '../../core/failureCause';
import { failureDetail, type FailureDetail } from '../../core/failureDetail';

/** What a person can do after a task failed, in whole sentences. Nothing here says whether it was charged: only the API's cost does. */
export const causeAdvice: Readonly<Record<FailureCause, () => string>> = {
	policy: () =>
		l10n.t('Kling’s content review refused the prompt, an input or the result. Change the prompt or the image, then create a new task.'),
	input: () => l10n.t('Correct what the reason names in the input file or the parameters, then create a new task.'),
	quota: () => l10n.t('The account is out of credit. Add credit in the API console, then create a new task.'),
	passing: () => l10n.t('The service had a problem, not your input. Create the task again; if it fails again, wait for some minutes.'),
	unknown: () =>
		l10n.t(
			'Compare the prompt, the input files and the parameters with the reason, then create a new task. The raw response may contain more.',
		),
};

/** What to change where the reason names it. Limits: Kling's API reference. */
const detailAdvice: Readonly<Record<FailureDetail, () => string>> = {
	noPerson: () => l10n.t('Kling found no person where this operation needs one. Use an input in which one face is clearly visible.'),
	imageRatio: () =>
		l10n.t('Use an image that is neither too narrow nor too wide, between 1:2.5 and 2.5:1, with at least 300 pixels in width and height.'),
	imagePixels: () => l10n.t('Use an image with at least 300 pixels in width and height.'),
	fileSize: () => l10n.t('Use a smaller file: Kling takes images of at most 10 MB and sounds of at most 5 MB.'),
	fileFormat: () => l10n.t('Use another file format: Kling takes JPEG and PNG images, and MP3, WAV, M4A and AAC sounds.'),
	promptLength: () => l10n.t('Shorten the prompt: Kling takes at most 2,500 characters.'),
	length: () => l10n.t('Change the length: each model and operation takes only some lengths.'),
	link: () => l10n.t('Check the links of the request: Kling must be able to load them without a sign-in, and they may have expired.'),
	model: () => l10n.t('Choose another model or mode: not every model can do everything.'),
};

/** What to change after a failure with this reason, in the API's words; undefined where that is not known. */
export function failureRemedy(reason: string | undefined): string | undefined {
	const cause = failureCause(reason);
	const detail = cause === 'input' || cause === 'unknown' ? failureDetail(reason) : undefined;
	return detail !== undefined ? detailAdvice[detail]() : cause === 'unknown' || cause === 'input' ? undefined : causeAdvice[cause]();
}

/** What a person can do after a task failed with this reason, in the API's words: whole sentences. */
export function failureAdvice(reason: string | undefined): string {
	return failureRemedy(reason) ?? causeAdvice[failureCause(reason)]();
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
