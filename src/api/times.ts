import type { Fields } from './json';
import { asText, first } from './json';

/** The last moment that a Date can hold, ms. */
const latestTime = 8.64e15;

/**
 * The first of the names that holds a time, in ms since 1970.
 * Kling sends ms, gateways s, some µs: told apart by size (10^11 s is the year 5138, 10^14 ms the year 5138 too). Others send ISO 8601, or
 * `YYYY-MM-DD hh:mm:ss`, which is read as UTC where it names no zone. 0 is not yet.
 */
export function timeOf(fields: Fields, ...names: readonly string[]): number | undefined {
	return first(names, (name) => {
		const text = asText(fields[name]);
		const ms = text === undefined ? undefined : /^-?\d+(?:\.\d+)?$/.test(text) ? numericTime(Number(text)) : writtenTime(text);
		return ms !== undefined && ms > 0 && ms <= latestTime ? Math.round(ms) : undefined;
	});
}

function numericTime(value: number): number {
	if (value < 1e11) return value * 1000;
	return value < 1e14 ? value : value < 1e17 ? value / 1000 : value / 1e6;
}

/** A date with its time of day; a date alone, and anything that begins otherwise, is none. */
function writtenTime(text: string): number | undefined {
	const parts = /^(\d{4})[-/](\d{1,2})[-/](\d{1,2})[T ]\s*(\d{1,2}):(\d{2})(?::(\d{2})(?:[.,](\d{1,9}))?)?\s*(Z|UTC|GMT|[+-]\d{2}:?\d{2})?$/i.exec(text);
	if (parts === null) return undefined;
	const [, year, month, day, hour, minute, second = '0', fraction = '0', zone = 'Z'] = parts;
	const [y, mo, d, h, mi, s] = [year, month, day, hour, minute, second].map(Number);
	if (y === undefined || mo === undefined || d === undefined || h === undefined || mi === undefined || s === undefined) return undefined;
	const at = Date.UTC(y, mo - 1, d, h, mi, s) + Number(`0.${fraction}`) * 1000;
	// What rolls over into the next month or day was no date.
	return new Date(at).getUTCDate() === d && h < 24 && mi < 60 && s < 61 ? at - zoneMs(zone) : undefined;
}

function zoneMs(zone: string): number {
	const parts = /^([+-])(\d{2}):?(\d{2})$/.exec(zone);
	if (parts === null) return 0;
	return (parts[1] === '-' ? -1 : 1) * (Number(parts[2]) * 60 + Number(parts[3])) * 60_000;
}
