import { first } from '../core/first';
import type { Fields } from './json';
import { asText, isFields, valueAt } from './json';

/** The fields by which an object of a response reports an error. */

const codeNames = ['code', 'errcode', 'err_code', 'error_code', 'errno', 'status_code', 'ret_code', 'retcode', 'result_code'];
const successNames = ['success', 'ok', 'is_success', 'is_ok'];
const errorNames = ['error', 'errors', 'err', 'error_message', 'error_msg', 'errmsg', 'err_msg'];

/** Whether a `code` reports an error: a number other than 0 (or an HTTP 2xx), or a word other than success. A missing code reports none. */
export function isErrorCode(code: unknown): boolean {
	const text = asText(code)?.toLowerCase();
	return text !== undefined && !/^(?:0+|2\d\d|success|succeed|succeeded|ok|no_error|none|null)$/.test(text);
}

/** The first error code of an object. */
export function errorCodeOf(fields: Fields): string | undefined {
	return first(codeNames, (name) => codeAt(fields, name)) ?? httpCodeOf(fields);
}

function codeAt(fields: Fields, name: string): string | undefined {
	const code = valueAt(fields, name);
	return isErrorCode(code) ? asText(code) : undefined;
}

/** Some servers repeat the HTTP status of a refused request as a number in `status`; other numbers there mean something else. */
function httpCodeOf(fields: Fields): string | undefined {
	const { status } = fields;
	return typeof status === 'number' && Number.isInteger(status) && status >= 400 && status <= 599 ? String(status) : undefined;
}

/** Whether an object reports a failed request: by a code, or by `success: false`. */
export function saysWrong(fields: Fields): boolean {
	return errorCodeOf(fields) !== undefined || successNames.some((name) => ['false', '0'].includes(String(valueAt(fields, name))));
}

/** Whether an object's `error` reports an error: null, "", an empty object or list, a code 0 and a success word do not. */
export function saysError(fields: Fields): boolean {
	return errorNames.some((name) => isError(valueAt(fields, name)));
}

function isError(error: unknown): boolean {
	if (Array.isArray(error)) {
		return error.some(isError);
	}
	if (typeof error === 'boolean') {
		return error;
	}
	if (!isFields(error)) {
		const text = asText(error);
		return text !== undefined && !saysNoError(text);
	}
	const code = valueAt(error, 'code');
	return asText(code) === undefined ? Object.values(error).some(isError) : isErrorCode(code);
}

function saysNoError(text: string): boolean {
	return saysAllIsWell(text) || /^(?:0|null|none|nil|undefined|false|no[ _]error|n\/a|-|\[\]|\{\}|无)$/i.test(text);
}

/** Whether a `message` is a success message. Kling also sends one with failed tasks. */
export function saysAllIsWell(text: string): boolean {
	return /^(?:success|succeed|succeeded|successful|ok|成功|请求成功)[.!]?$/i.test(text);
}
