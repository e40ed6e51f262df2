import type { TextRange } from '../jsonNode';
import type { Fix, RequestProblem, Severity } from '../problem';

/**
 * The rules of bodies: the code of each, and how severe it is. An error is what would certainly be refused or cost wrongly; models and published
 * limits, which change, are warnings. `test/unit/requests/bodyRules.test.ts` has an example that breaks each and one that keeps it.
 */
export const bodyRules = {
	// The operation and its account.
	'operation-unchecked': 'information',
	'operation-misspelled': 'warning',
	'operation-retiring': 'information',
	'external-id-repeated': 'error',
	'callback-url': 'warning',
	'callback-private': 'warning',
	'callback-invalid': 'error',
	'model-retiring': 'information',
	'secret-in-body': 'error',

	// Names of fields.
	'field-missing': 'error',
	'field-empty': 'error',
	'body-of-new-api': 'error',
	'field-misspelled': 'error',
	'field-of-other': 'warning',
	'field-unknown': 'warning',
	'field-without-seed': 'warning',
	'field-misplaced': 'warning',
	'fields-nested': 'error',
	'model-field': 'error',
	'model-field-ignored': 'warning',

	// Fields that depend on each other.
	'any-of-missing': 'error',
	'one-of-missing': 'error',
	'one-of-several': 'error',
	'fields-exclude': 'error',
	'field-needs': 'warning',
	'model-lacks-field': 'warning',

	// Types.
	'number-for-string': 'error',
	'string-for-number': 'error',
	'boolean-for-string': 'error',
	'string-for-boolean': 'error',
	'array-missing': 'error',
	'watermark-boolean': 'error',
	'type-wrong': 'error',
	'not-integer': 'error',
	'number-rounded': 'warning',
	'null-value': 'warning',
	'empty-value': 'information',

	// Values.
	'space-around': 'error',
	placeholder: 'warning',
	'text-placeholder': 'error',
	'value-not-offered': 'error',
	'value-unknown': 'warning',
	'value-disputed': 'warning',
	'value-narrower-elsewhere': 'information',
	'number-out-of-range': 'warning',
	'value-too-long': 'warning',
	'value-too-long-disputed': 'warning',
	'items-too-many': 'warning',
	'items-too-few': 'warning',

	// Media.
	'media-data-prefix': 'error',
	'media-bare-path': 'error',
	'media-invalid': 'error',
	'base64-url-safe': 'error',
	'base64-line-breaks': 'warning',
	'media-takes-no-link': 'error',
	'link-for-file': 'error',
	'link-for-path': 'error',
	'link-for-base64': 'error',
	'link-invalid': 'error',
	'link-scheme': 'error',
	'link-private': 'error',
	'link-in-id': 'error',
	'link-type': 'warning',
	'file-elsewhere': 'error',
	'media-too-large': 'error',
	'media-too-small': 'warning',
	'media-ratio': 'warning',
	'media-kind': 'error',
	'media-type': 'warning',
	'media-total': 'warning',

	// Videos.
	'duration-of-model': 'warning',
	'four-k-of-model': 'warning',
	'sound-in-std': 'warning',
	'frames-of-model': 'warning',
	'voices-without-sound': 'warning',
	'camera-of-model': 'information',
	'camera-config-missing': 'error',
	'camera-config-unused': 'warning',
	'camera-one-movement': 'error',
	'shots-off': 'warning',
	'shot-type-missing': 'error',
	'shots-missing': 'error',
	'prompt-missing': 'error',
	'shots-duration': 'error',
	'shots-index': 'warning',
	'effect-images': 'warning',
	'edit-images-missing': 'error',
	'edit-images-unused': 'warning',
	'reference-missing': 'warning',
	'reference-form': 'warning',
	'references-too-many': 'warning',
	'end-frame-alone': 'error',
	'sound-beside-video': 'warning',
	'frames-beside-edit': 'warning',

	// Sound and lips.
	'lip-sync-missing': 'error',
	'lip-sync-unused': 'warning',
	'cut-empty': 'error',
	'cut-too-short': 'warning',

	// Images.
	'expansion-none': 'error',
	'expansion-too-large': 'warning',
	'series-of-model': 'warning',
} as const satisfies Readonly<Record<string, Severity>>;

export type BodyCode = keyof typeof bodyRules;

/** What a fix of a body does; the facts of `quote`, for example, are the text that is written. */
export type BodyFixKind =
	/** The value becomes `{value}`. */
	| 'replaceValue'
	/** The field becomes `{field}`. */
	| 'renameField'
	/** The missing field `{field}` is added. */
	| 'addField'
	/** `data:…,` is removed. */
	| 'removeDataPrefix'
	/** The path becomes `${{ file('…') }}`. */
	| 'useFile'
	/** The value is put into an array. */
	| 'wrapInArray'
	/** The value is put into an object, as its `{field}`. */
	| 'wrapInObject'
	/** White space around the value is removed. */
	| 'trim'
	/** `${{ run.take }}` is added to the ID. */
	| 'addTake'
	/** The field `{field}` is removed. */
	| 'removeField';

export type Facts = Readonly<Record<string, string | number>>;

/** A fix of a body. */
export function bodyFix(kind: BodyFixKind, edits: Fix['edits'], facts: Facts = {}): Fix {
	return { kind, facts, edits };
}

/** A problem of a body, as severe as its rule. */
export function bodyProblem(code: BodyCode, range: TextRange, facts: Facts = {}, fixes: readonly Fix[] = []): RequestProblem {
	return { code, severity: bodyRules[code], range: { start: range.start, end: range.end }, facts, fixes };
}
