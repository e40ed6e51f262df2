/**
 * Whether a text has a form that task ids are known to have: 18 or 19 digits (Kling's own and CometAPI's), 22 characters
 * base64-like (Kling until early 2025), `task_` and letters and digits (gateways). Source: ids seen in real answers.
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

/** Names of fields, as a table's heading or a placeholder in a URL has them (`YOUR_TASK_ID`). Never ids. */
const fieldName =
	/^(?:your[_-]?|my[_-]?|the[_-]?)?(?:(?:external|parent|kling)[_-]?)?task[_-]?(?:id|ids|status|info|result|status_msg)$|^(?:request|video|image|audio|session|external)[_-]?id$|^(?:created|updated)_at$/i;

/**
 * Whether a text standing alone can be an id that its owner made up (an external id): three or more of the characters an id may have,
 * among them one that is no letter, and no hyphen or underline at the end; a plain word is none, neither is a date or the name of a field.
 */
export function isExternalIdForm(text: string): boolean {
	if (text.length < 3 || text.length > 128 || !/^[A-Za-z0-9_-]*[A-Za-z0-9]={0,2}$/.test(text)) {
		return false;
	}
	return /[^A-Za-z]/.test(text) && !/^(?:--|\d{4}-\d\d-\d\d$)/.test(text) && !fieldName.test(text);
}

/** Whether a text stands where an id belongs without being one: `task_id`, `YOUR_TASK_ID`, `$ID`, `string`, `:id`. */
export function isPlaceholder(text: string): boolean {
	return /^[$:{<%]/.test(text) || /^(?:string|id|xxx+|\.\.\.)$/i.test(text) || fieldName.test(text);
}

/** Whether a known form of id is one that a short key could have too: 22 characters, without the zeros (`AAAA`) that every such id seen in real answers has. */
export function isUnusualForm(id: string): boolean {
	return /^[A-Za-z0-9_-]{22}(?:==)?$/.test(id) && !id.includes('AAAA');
}
