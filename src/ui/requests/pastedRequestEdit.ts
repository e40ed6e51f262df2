import { readPastedRequest, toRequestFile } from '../../requests/pastedRequest';
import type { Severity } from '../message';
import { pastingText } from '../text/requests/pasting';

/** What is pasted instead of a copied create request. */
export interface PastedRequestEdit {
	readonly insertText: string;
	/** What was left out, or is missing. */
	readonly message: { readonly severity: Severity; readonly text: string } | undefined;
}

/**
 * The request file of a copied create request; undefined if the text contains none.
 * @param options as of `toRequestFile`
 */
export function pastedRequestEdit(text: string, options: Parameters<typeof toRequestFile>[1]): PastedRequestEdit | undefined {
	const request = readPastedRequest(text);
	if (request === undefined) {
		return undefined;
	}
	const left = pastingText(request);
	const isWarning = request.warnings.length > 0 || request.operation === undefined;
	return {
		insertText: toRequestFile(request, options),
		message: left === undefined ? undefined : { severity: isWarning ? 'warning' : 'info', text: left },
	};
}
