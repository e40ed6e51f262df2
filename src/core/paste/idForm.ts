/**
 * Whether a text has a known form of task IDs: 18 or 19 digits (Kling's own and CometAPI's), 22 characters of base64url (Kling until early
 * 2025), `task_` with letters and digits (gateways). Source: IDs in real responses.
 */
export function isKnownIdForm(text: string): boolean {
	if (text.length < 10 || text.length > 128) {
		return false;
	}
	return (
		/^\d{18,19}$/.test(text) ||
		/^task_(?=[A-Za-z]*\d)[A-Za-z0-9]+$/.test(text) ||
		(/^[A-Za-z0-9_-]{22}(?:==)?$/.test(text) && /[a-z]/.test(text) && /[A-Z]/.test(text))
	);
}

/** Names of fields, as in a table's heading or a placeholder in a URL (`YOUR_TASK_ID`). Never IDs. */
const fieldName =
	/^(?:your[_-]?|my[_-]?|the[_-]?)?(?:(?:external|parent|kling)[_-]?)?task[_-]?(?:id|ids|status|info|result|status_msg)$|^(?:request|video|image|audio|session|external)[_-]?id$|^(?:created|updated)_at$/i;

/**
 * Whether a text on its own can be an external ID: three or more of the characters an ID may have, at least one of them not a letter, and
 * no hyphen or underscore at the end. Plain words, dates and field names are not.
 */
export function isExternalIdForm(text: string): boolean {
	if (text.length < 3 || text.length > 128 || !/^[A-Za-z0-9_-]*[A-Za-z0-9]={0,2}$/.test(text)) {
		return false;
	}
	return (
		/[^A-Za-z]/.test(text) &&
		!/^(?:--|0x|\d+=*$|\d{4}-\d\d-\d\d|\d{1,3}(?:ms|s|m|h|d|k|kb|mb|gb|x|p|fps|st|nd|rd|th)$|(?:v|h|utf-?)\d+$)/i.test(text) &&
		!fieldName.test(text) &&
		!isScientific(text)
	);
}

/** Letters or signs that stand for the digits that are hidden: `xxxxxxxxxxxxxx9057`. */
export function isMasked(text: string): boolean {
	return /x{4}|█|\*{2}|#{3}/i.test(text) && /^[x\d█*#_-]+$/i.test(text);
}

export function isUuid(text: string): boolean {
	return text.length === 36 && /^[\da-f]{8}(?:-[\da-f]{4}){3}-[\da-f]{12}$/i.test(text);
}

/** A whole number in the notation of a spreadsheet (`8.78E+17`): the digits that are missing cannot be restored. */
export function isScientific(text: string): boolean {
	return /^\d(?:[.,]\d+)?e\+?1[78]$/i.test(text);
}

/**
 * Whether a spreadsheet has probably rounded an ID: it keeps 15 digits and fills up with zeros. One in a thousand genuine IDs ends so.
 */
export function isRounded(id: string): boolean {
	return /^\d{15}0{3,4}$/.test(id);
}

/** Whether a text is a placeholder for an ID: `task_id`, `YOUR_TASK_ID`, `$ID`, `string`, `:id`. */
export function isPlaceholder(text: string): boolean {
	return /^[$:{<%]/.test(text) || /^(?:string|id|xxx+|\.\.\.)$/i.test(text) || fieldName.test(text);
}

/**
 * Whether an ID of a known form could also be a short key: 22 characters without the zeros (`AAAA`) that every such ID in real responses
 * has.
 */
export function isUnusualForm(id: string): boolean {
	return /^[A-Za-z0-9_-]{22}(?:==)?$/.test(id) && !id.includes('AAAA');
}
