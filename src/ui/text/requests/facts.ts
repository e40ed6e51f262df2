import type { Facts } from '../../../requests/rules/bodyRules';

/** A fact of a problem; empty if it has none of this name. */
export function fact(facts: Facts, name: string): string | number {
	return facts[name] ?? '';
}

/** A size in MB with at most one decimal, below one in KB: `12.4 MB`. */
export function sizeText(bytes: string | number | undefined): string {
	const size = Number(bytes ?? 0);
	const megabytes = size / (1024 * 1024);
	return megabytes >= 1 ? `${Math.round(megabytes * 10) / 10} MB` : `${Math.ceil(size / 1024)} KB`;
}
