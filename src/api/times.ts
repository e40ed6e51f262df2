import { first } from '../core/first';
import type { Fields } from './json';
import { asText, valueAt } from './json';

/** The latest time that a Date can represent, ms. */
const latestTime = 8.64e15;

/** The fields with a task's creation time. Source: Kling's two standards, new-api, the video object of OpenAI, other gateways. */
const creationNames = ['created_at', 'create_time', 'submit_time', 'submitted_at', 'created_time', 'created', 'gmt_create', 'create_at'];
/** The fields with a task's last change, which for a finished task is when it finished. */
const lastChangeNames = [
	'updated_at',
	'update_time',
	'finished_at',
	'ended_at',
	'completed_at',
	'finish_time',
	'end_time',
	'complete_time',
	'completed_time',
	'completion_time',
	'finished_time',
	'failed_at',
	'done_at',
	'updated_time',
	'gmt_modified',
	'modified_at',
	'updated',
	'update_at',
	'finish_at',
	'end_at',
	'complete_at',
];

/** When a task was created, ms since 1970. */
export function readCreation(fields: Fields): number | undefined {
	return timeOf(fields, creationNames);
}

/** When a task changed last, ms since 1970. */
export function readLastChange(fields: Fields): number | undefined {
	return timeOf(fields, lastChangeNames);
}

/**
 * The time in the first field that has one, ms since 1970. Kling sends ms, gateways s, some µs or ns: the size decides (10^11 s is the year
 * 5138, and so is 10^14 ms). Others send ISO 8601 in its long and short form, `YYYY-MM-DD hh:mm:ss`, the formats of Go and RFC 9110, or
 * Chinese units. A time without a zone is read as UTC. 0 means not yet.
 */
function timeOf(fields: Fields, names: readonly string[]): number | undefined {
	return first(names, (name) => {
		const text = asText(valueAt(fields, name));
		const ms =
			text === undefined
				? undefined
				: /^[+-]?\d+(?:\.\d+)?(?:e\+?\d+)?$/i.test(text)
					? (shortTime(text) ?? numericTime(Number(text)))
					: (writtenTime(text) ?? shortTime(text) ?? httpTime(text));
		return ms !== undefined && ms > 0 && ms <= latestTime ? Math.round(ms) : undefined;
	});
}

function numericTime(value: number): number {
	if (value < 1e11) {
		return value * 1000;
	}
	return value < 1e14 ? value : value < 1e17 ? value / 1000 : value / 1e6;
}

/** A date with a time of day; undefined for a date alone and for other formats. */
function writtenTime(text: string): number | undefined {
	const plain = text
		.replace(/[年月]/g, '-')
		.replace(/日/, ' ')
		.replace(/[时時点點]|分(?=\d)/g, ':')
		.replace(/[秒分]/, '');
	const parts = /^(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})[T ,]\s*(\d{1,2}):(\d{2})(?::(\d{2})(?:[.,:](\d{1,9}))?)?\s*(.*)$/i.exec(plain);
	if (parts === null) {
		return undefined;
	}
	const [, year = '', month = '', day = '', hour = '', minute = '', second = '0', fraction = '0', zone = ''] = parts;
	return moment([year, month, day, hour, minute, second], fraction, zone);
}

/** `20260428T101530Z`, `20260428101530`. Not ambiguous: ms since 1970 have thirteen digits until the year 2286. */
function shortTime(text: string): number | undefined {
	const parts = /^(20\d\d)(\d\d)(\d\d)T?(\d\d)(\d\d)(\d\d)(?:[.,](\d{1,9}))?\s*(.*)$/i.exec(text);
	if (parts === null) {
		return undefined;
	}
	const [, year = '', month = '', day = '', hour = '', minute = '', second = '', fraction = '0', zone = ''] = parts;
	return zone === '' || !/^\d/.test(zone) ? moment([year, month, day, hour, minute, second], fraction, zone) : undefined;
}

function moment(parts: readonly [string, string, string, string, string, string], fraction: string, zone: string): number | undefined {
	const offset = zoneMs(zone.trim());
	const [year = NaN, month = NaN, day = NaN, hour = NaN, minute = NaN, second = NaN] = parts.map(Number);
	const at = Date.UTC(year, month - 1, day, hour, minute, second) + Number(`0.${fraction}`) * 1000;
	// A time that rolls over into the next month or day is invalid.
	return offset !== undefined && new Date(at).getUTCDate() === day && month <= 12 && hour < 24 && minute < 60 && second < 61
		? at - offset
		: undefined;
}

/**
 * The offset of a zone from UTC, ms: `Z`, `+08:00`, `+0800`, `+08`, `UTC+8`, also followed by a name as Go and Java print it. Undefined
 * when unreadable.
 */
function zoneMs(zone: string): number | undefined {
	if (/^(?:Z|UTC|GMT)?$/i.test(zone)) {
		return 0;
	}
	const parts = /^(?:UTC|GMT)?\s*([+-])(\d{1,2})(?::?(\d{2}))?(?:\s+(?:[A-Z]{1,5}|[+-]\d{2,4})|\[[\w/+-]+\])?$/i.exec(zone);
	if (parts === null) {
		return undefined;
	}
	const [, sign, hours, minutes = '0'] = parts;
	return (sign === '-' ? -1 : 1) * (Number(hours) * 60 + Number(minutes)) * 60_000;
}

/** `Tue, 28 Apr 2026 10:15:30 GMT` (RFC 9110, 5.6.7), also with a numeric zone as in mails. */
function httpTime(text: string): number | undefined {
	if (!/^(?:[A-Z][a-z]{2}, )?\d{1,2} [A-Z][a-z]{2} \d{4} \d{2}:\d{2}:\d{2} (?:GMT|UTC|[+-]\d{4})$/.test(text)) {
		return undefined;
	}
	const at = Date.parse(text);
	return Number.isNaN(at) ? undefined : at;
}
