// How long the paste reader takes, and that its time grows with the length of the text alone.
import { longestText, readPastedText } from '../../src/core/paste/pastedText';
import type { Table } from './table';

const id = (index: number): string => String(853_300_000_000_000_000n + BigInt(index));

/** Texts as people have them: each piece with another ID. */
const ordinary: Readonly<Record<string, (index: number) => string>> = {
	'IDs, one a line': (index) => `${id(index)}\n`,
	'IDs on one line': (index) => `${id(index)},`,
	'names and IDs': (index) => `• shot ${index}: ${id(index)}\n`,
	log: (index) => `2026-11-23T10:00:00Z INFO worker-1 created task_id=${id(index)} status=submitted model=kling-v2-6\n`,
	'coloured log': (index) => `\u001b[32mINFO\u001b[0m created task_id=\u001b[36m${id(index)}\u001b[0m\n`,
	prose: () => 'The quick brown fox jumps over the lazy dog, and then it goes home again.\n',
	Chinese: (index) => `查询任务${id(index)}已完成，谢谢大家的支持，请稍后再试。\n`,
	links: (index) => `https://gateway.example/kling/v1/videos/text2video/${id(index)}\n`,
	CSV: (index) => (index === 0 ? 'task_id,name,operation\n' : `${id(index)},clip ${index},i2v\n`),
	'table of Markdown': (index) => (index === 0 ? '| task_id | name |\n|---|---|\n' : `| ${id(index)} | clip ${index} |\n`),
	'JSON lines': (index) =>
		`{"code":0,"data":{"task_id":"${id(index)}","task_status":"succeed","task_result":{"videos":[{"id":"${id(0)}"}]}}}\n`,
	'JSON in JSON': (index) => `${JSON.stringify({ log: JSON.stringify({ task_id: id(index) }), stream: 'stdout' })}\n`,
};

/** Pieces that a careless reader would take a time for that grows with the square of the length. */
const adversarial: readonly string[] = [
	...[
		'[',
		'{"a":',
		'{"a":"task ',
		'{"task_id":"',
		'"',
		"'",
		'`',
		'\\',
		'*',
		'.',
		'-',
		'_',
		'=',
		'/',
		':',
		'|',
		'#',
		'@',
		'^"',
		'&quot',
		'\n',
		' ',
	],
	...[
		'\u001b[',
		'\u200b',
		'任务',
		'id\t',
		'id,',
		'id  ',
		'task_id;',
		'task id ',
		'task_id,status\n',
		'task_id,x\n"',
		'https://',
		'/v1/',
		'kling/v1/',
	],
	...[
		'a.',
		'eyJ',
		'Qm7XwZt4LrEAAAAAAB9kvg ',
		`${'x'.repeat(75)}=\n`,
		'<td>',
		'insert into t (id) values (',
		'853300000000000000',
		'bearer ',
		'sk-',
	],
];

function filled(size: number, piece: (index: number) => string): string {
	const parts: string[] = [];
	for (let index = 0, length = 0; length < size; index++) {
		const part = piece(index);
		parts.push(part);
		length += part.length;
	}
	return parts.join('').slice(0, size);
}

/** Processor time, ms: the least of some runs, as others use the machine too. */
function timeOf(text: string, runs: number): { readonly ms: number; readonly found: number } {
	let ms = Infinity;
	let found = 0;
	for (let run = 0; run < runs; run++) {
		const start = process.cpuUsage();
		found = readPastedText(text).references.length;
		const { user, system } = process.cpuUsage(start);
		ms = Math.min(ms, (user + system) / 1_000);
	}
	return { ms, found };
}

export function comparePaste(): {
	readonly tables: readonly Table[];
	readonly facts: Readonly<Record<string, Readonly<Record<string, number>>>>;
} {
	const facts: Record<string, Record<string, number>> = {};
	const measure = (name: string, piece: (index: number) => string): readonly string[] => {
		const [one, five, all] = [filled(1_000_000, piece), filled(5_000_000, piece), filled(longestText, piece)];
		const [small, middle, large] = [timeOf(one, 3), timeOf(five, 1), timeOf(all, 1)];
		facts[name] = { 'ms of 5 MB': middle.ms, 'ms of 16 MB': large.ms, 'time of 16 MB to 1 MB': large.ms / small.ms };
		return [name, String(large.found), ...[small.ms, middle.ms, large.ms].map((ms) => ms.toFixed(0)), (large.ms / small.ms).toFixed(1)];
	};
	const head = ['text', 'tasks in 16 MB', '1 MB, ms', '5 MB, ms', '16 MB, ms', '16 MB ÷ 1 MB'];
	return {
		tables: [
			{
				title: 'reading pasted text: processor time',
				head,
				rows: Object.entries(ordinary).map(([name, piece]) => measure(name, piece)),
			},
			{
				title: 'reading one piece again and again: processor time',
				head,
				rows: adversarial.map((piece) => measure(JSON.stringify(piece), () => piece)),
			},
		],
		facts,
	};
}
