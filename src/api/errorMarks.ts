import type { Fields } from './json';
import { asText, first, isFields, textOf } from './json';

/** By what an object of a response reports that something went wrong. */

const codeNames = ['code', 'errcode', 'err_code', 'error_code', 'errno'];

/** Whether a `code` reports an error: a number other than 0 (or an HTTP 2xx), a word other than success. Missing says nothing. */
export function isErrorCode(code: unknown): boolean {
	const text = asText(code)?.toLowerCase();
	return text !== undefined && !/^(?:0+|2\d\d|success|succeed|succeeded|ok)$/.test(text);
}

/** The first code of an object that reports an error. */
export function errorCodeOf(fields: Fields): string | undefined {
	return first(codeNames, (name) => (isErrorCode(fields[name]) ? textOf(fields, name) : undefined));
}

/** Whether an object reports that the request went wrong: by a code, or by `success: false`. */
export function saysWrong(fields: Fields): boolean {
	return fields['success'] === false || errorCodeOf(fields) !== undefined;
}

/** Whether an object's `error` says something: null, "", an empty object and a code 0 say nothing. */
export function saysError(fields: Fields): boolean {
	const error = fields['error'];
	if (isFields(error)) return isErrorCode(error['code']) || (asText(error['code']) === undefined && textOf(error, 'message', 'msg', 'type') !== undefined);
	return error === true || (typeof error === 'string' && !/^\s*(?:|0|null|none|nil|undefined|false|ok|success)\s*$/i.test(error));
}
