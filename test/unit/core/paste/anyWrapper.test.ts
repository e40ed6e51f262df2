import assert from 'node:assert/strict';
import { readPastedText } from '../../../../src/core/paste/pastedText';

/** Every known form of ID, as wide as each goes. */
const shapes = [
	'853300000000000417',
	'790114406272951339',
	'912345678901234567',
	'2041700000000000303',
	'1999999999999999999',
	'Qm7XwZt4LrEAAAAAAB9kvg',
	'Cl-_wZt4LrEAAAAAAC9k-w',
	'Qm7XwZt4LrEAAAAAAB9kvg==',
	'task_Zk3pQ9vX1mN7bC5tR2yU8wE4sD6fG0hJ',
	'task_01KVNZ0GNPT10KAXC9J5EVC2AB',
	'task_7f3a9c',
	'task_0',
].map((id) => (id.length < 10 ? `${id}123456789` : id));

/** Words of a script around a reference: before it, its label, after it. */
const scripts = [
	{ name: 'Latin', before: 'Please see the clip', label: 'task_id', after: 'it is still waiting' },
	{ name: 'Chinese', before: '请看一下这个视频', label: '任务ID', after: '一直是处理中' },
	{ name: 'Japanese', before: 'この動画を確認してください', label: 'タスクID', after: 'まだ処理中です' },
	{ name: 'Arabic', before: 'يرجى مراجعة المقطع', label: 'معرف المهمة', after: 'لا يزال قيد المعالجة' },
	{ name: 'Korean', before: '이 영상을 확인해 주세요', label: '작업 ID', after: '아직 처리 중입니다' },
] as const;
type Script = (typeof scripts)[number];

const host = 'https://gateway.example';
const link = (id: string): string => `${host}/kling/v1/videos/text2video/${id}`;
const request = '853300000000000999';

const wrappers: Readonly<Record<string, (id: string, script: Script) => string>> = {
	'a log': (id, { before, after }) => `2026-11-23T10:00:00.123Z INFO worker-3 ${before} request_id=${request} task_id=${id} ${after}`,
	'a coloured log': (id, { after }) => `\u001b[2m10:00:00\u001b[0m \u001b[32mINFO\u001b[0m task_id=\u001b[36m${id}\u001b[0m ${after}`,
	'a CSV': (id, { before }) => `request_id,task_id,name\r\n${request},${id},"${before}, 2"\r\n`,
	'a CSV with semicolons': (id, { label, after }) => `status;${label}\nok;${id}\n`.replace('ok', after),
	'a table of Markdown': (id, { label, before }) => `| clip | ${label} |\n|---|---|\n| ${before} | \`${id}\` |\n`,
	'JSON in a string': (id, { before }) =>
		JSON.stringify({ log: JSON.stringify({ data: { task_id: id, message: before } }), trace_id: request }),
	JSON: (id, { before }) =>
		JSON.stringify({ request_id: request, data: { task_id: id, task_status: 'submitted', prompt: before } }, null, 2),
	Markdown: (id, { before, label, after }) => `## ${before}\n\n- **${label}**: \`${id}\`\n- ${after}\n`,
	'a link of Markdown': (id, { before, after }) => `${before} [${after}](${link(id)}).`,
	'a link without spaces': (id, { before, after }) =>
		`${before}${/[a-z]$/.test(before) ? ' ' : ''}${link(id)}${/^[a-z]/.test(after) ? ' ' : ''}${after}`,
	curl: (id) => `curl -sS -X GET \\\n  '${link(id)}' \\\n  -H 'Accept: application/json'\n`,
	'curl of cmd': (id) => `curl.exe ^"${link(id)}^" ^\r\n  -H ^"accept: application/json^"\r\n`,
	PowerShell: (id) => `Invoke-RestMethod -Uri "${link(id)}" \`\n  -Method Get`,
	'a chat': (id, { before, label, after }) => `[10:04, 23/11/2026] Ann: ${before}\n[10:05, 23/11/2026] Ben: ${label}: ${id} ${after}`,
	'a chat without spaces': (id, { label, after }) => `${label}：${id}，${after}。`,
	'a chat with emoji': (id, { label }) => `🎬 ${label}: ${id}🎉`,
	'a mail': (id, { before, label }) => `> ${before}\n>\n> ${label}: ${id}\n`,
	quotes: (id, { before, label, after }) => `${before}：${label}「${id}」${after}`,
};

describe('a known ID', () => {
	for (const [name, wrap] of Object.entries(wrappers)) {
		it(`is certain in ${name}, whatever its form and the script around it, and nothing else is`, () => {
			for (const script of scripts) {
				for (const id of shapes) {
					const text = wrap(id, script);
					const { references } = readPastedText(text);
					const clear = references.filter(({ sure }) => sure === 'clear').map((reference) => reference.id);
					assert.deepEqual(clear, [id], `${script.name}:\n${text}\n${JSON.stringify(references)}`);
				}
			}
		});
	}

	it('is found alone, in brackets and quotes of any script', () => {
		for (const [open, close] of [
			'()',
			'[]',
			'{}',
			'<>',
			'""',
			"''",
			'``',
			'“”',
			'‘’',
			'«»',
			'「」',
			'『』',
			'【】',
			'《》',
			'（）',
			'〈〉',
		]) {
			for (const id of shapes) {
				const { references } = readPastedText(`${open}${id}${close}`);
				assert.deepEqual(
					references.map((reference) => reference.id),
					[id],
					`${open}${id}${close}`,
				);
			}
		}
	});
});

/** The next number of a sequence, 0 (inclusive) to 1 (exclusive). */
type Random = () => number;

/** The sequence of a seed by xorshift: millions of numbers, which a hash each would take most of the time of these tests for. */
function numbers(seed: number): Random {
	let state = seed;
	return () => {
		state ^= state << 13;
		state ^= state >>> 17;
		state ^= state << 5;
		return (state >>> 0) / 2 ** 32;
	};
}

describe('random text', () => {
	const size = 1_000_000;
	const text = (seed: number, piece: (random: Random) => string): string => {
		const random = numbers(seed);
		const parts: string[] = [];
		for (let length = 0; length < size;) {
			const part = piece(random);
			parts.push(part);
			length += part.length;
		}
		return parts.join('');
	};
	const pick = (random: Random, from: string): string => from.charAt(Math.floor(random() * from.length));
	const run = (random: Random, from: string, most: number): string =>
		Array.from({ length: 1 + Math.floor(random() * most) }, () => pick(random, from)).join('');
	const letters = 'abcdefghijklmnopqrstuvwxyz';
	const printable = `${Array.from({ length: 95 }, (_, index) => String.fromCharCode(32 + index)).join('')}\n`;

	for (const [name, piece] of [
		['printable signs', (random) => pick(random, printable)],
		['words and numbers', (random) => `${run(random, letters, 9)} ${run(random, '0123456789', 17)}${random() < 0.1 ? '\n' : ' '}`],
		['hexadecimal words', (random) => `${run(random, '0123456789abcdef', 40)}${random() < 0.2 ? '\n' : ' '}`],
		['paths and signs', (random) => `${run(random, letters, 6)}/${run(random, `${letters}-_.0123456789`, 12)}${pick(random, ' \n,;|"')}`],
		['Chinese characters', (random) => String.fromCharCode(0x4e00 + Math.floor(random() * 0x5000)) + (random() < 0.02 ? '\n' : '')],
	] satisfies readonly (readonly [string, (random: Random) => string])[]) {
		it(`has no certain reference: ${name}`, () => {
			const certain = readPastedText(text(7, piece)).references.filter(({ sure }) => sure === 'clear');
			assert.deepEqual(certain, []);
		}).timeout(60_000);
	}
});
