import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import type { Table } from '../table';

interface Report {
	readonly tables: Table[];
	readonly facts: Record<string, unknown>;
}

/** Adds to the file that `npm run bench` reads after the suite. */
export function report(table: Table, facts: Readonly<Record<string, unknown>>): void {
	const file = process.env['BENCH_RESULTS'];
	if (file === undefined) {
		throw new Error('Run this with npm run bench.');
	}
	// Written by the same suite just before.
	const before: Report = existsSync(file) ? (JSON.parse(readFileSync(file, 'utf8')) as Report) : { tables: [], facts: {} };
	writeFileSync(file, JSON.stringify({ tables: [...before.tables, table], facts: { ...before.facts, ...facts } }));
}

/** The middle of several values. */
export function middle(values: readonly number[]): number {
	return [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;
}
