// How long request files take to be read, checked and priced, and that the time grows with their length alone.
import { estimatePrice } from '../../src/requests/price';
import { parseRequestFile } from '../../src/requests/parseRequestFile';
import { resolveRequest } from '../../src/requests/resolve';
import { validateRequest } from '../../src/requests/validateRequest';
import type { RequestFacts } from '../../src/requests/fileFacts';
import type { Table } from './table';

const nothingKnown: RequestFacts = { files: new Map(), texts: new Map() };

/** Request files of a length. */
const kinds: Readonly<Record<string, (size: number) => string>> = {
	'one long prompt': (size) => file({ prompt: 'A fox walks through deep snow. '.repeat(size / 31) }),
	'many shots': (size) =>
		file({
			multi_shot: true,
			shot_type: 'customize',
			multi_prompt: Array.from({ length: size / 120 }, (_, index) => ({
				index,
				prompt: 'A paper boat drifts down the street',
				duration: '2',
			})),
		}),
	'many unknown fields': (size) => file(Object.fromEntries(Array.from({ length: size / 29 }, (_, index) => [`field_${index}`, 'a value']))),
	'many expressions': (size) =>
		file({ prompt: 'a', notes: Array.from({ length: size / 28 }, (_, index) => `\${{ vars.name${index % 50} }}`) }, vars(50)),
	'comments and blank lines': (size) => `${'// a line of a comment\n\n'.repeat(size / 24)}${file({ prompt: 'A fox' })}`,
};

function vars(count: number): Readonly<Record<string, string>> {
	return Object.fromEntries(Array.from({ length: count }, (_, index) => [`name${index}`, `value ${index}`]));
}

function file(body: Readonly<Record<string, unknown>>, variables?: Readonly<Record<string, string>>): string {
	return JSON.stringify({ operation: 'videos/text2video', body: { model_name: 'kling-v3', ...body }, vars: variables }, null, 2);
}

/** What the lenses need: the text as a request, and its price. */
function lenses(text: string): number {
	const { file } = parseRequestFile(text);
	const { body } = resolveRequest(file, nothingKnown, { take: 1, date: '2026-01-01' });
	return file.operation !== undefined && body !== undefined && estimatePrice(file.operation.path, body, []).kind === 'unknown' ? 0 : 1;
}

function diagnostics(text: string): number {
	return validateRequest(parseRequestFile(text), nothingKnown).length;
}

/** Processor time, ms: the least of some runs, as others use the machine too. */
function timeOf(work: () => unknown, runs = 7): number {
	let ms = Infinity;
	for (let run = 0; run < runs; run++) {
		const start = process.cpuUsage();
		work();
		const { user, system } = process.cpuUsage(start);
		ms = Math.min(ms, (user + system) / 1_000);
	}
	return ms;
}

export function measureRequests(): { readonly tables: readonly Table[]; readonly facts: Readonly<Record<string, unknown>> } {
	const facts: Record<string, Readonly<Record<string, number>>> = {};
	const rows = Object.entries(kinds).map(([name, make]) => {
		const [small, large] = [make(20_000), make(200_000)];
		const measured = { lenses: timeOf(() => lenses(large)), diagnostics: timeOf(() => diagnostics(large)) };
		const ratio = timeOf(() => diagnostics(large)) / timeOf(() => diagnostics(small), 21);
		facts[name] = { 'ms of the lenses': measured.lenses, 'ms of the diagnostics': measured.diagnostics, 'time of 200 KB to 20 KB': ratio };
		return [
			name,
			String(large.length),
			String(diagnostics(large)),
			measured.lenses.toFixed(1),
			measured.diagnostics.toFixed(1),
			ratio.toFixed(1),
		];
	});
	return {
		tables: [
			{
				title: 'request files of 200 KB: processor time',
				head: ['text', 'characters', 'problems', 'lenses, ms', 'diagnostics, ms', 'diagnostics, 200 KB ÷ 20 KB'],
				rows,
			},
		],
		facts: { requests: facts },
	};
}
