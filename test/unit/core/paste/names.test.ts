import assert from 'node:assert/strict';
import { cleanName } from '../../../../src/core/paste/names';
import { readPastedText } from '../../../../src/core/paste/pastedText';

const a = '853300000000000411';
const b = '853300000000000412';

/** The names of the tasks in a text, in their order; undefined for those without. */
const names = (text: string): (string | undefined)[] => readPastedText(text).references.map(({ name }) => name);

describe('the name that a text gives a task', () => {
	const given: readonly (readonly [text: string, ...names: (string | undefined)[]])[] = [
		[`shot 01: ${a}\nshot 02: ${b}`, 'shot 01', 'shot 02'],
		[`- sunset_video: ${a}`, 'sunset_video'],
		[`• scene-2 → ${a}`, 'scene-2'],
		[`1. Night train - ${a}`, 'Night train'],
		[`- [x] Cat: \`${a}\``, 'Cat'],
		[`- cat on the roof: ${a}`, 'cat on the roof'],
		[`2. contact sheet of nine: https://api.example/kling/v1/images/generations/${a}`, 'contact sheet of nine'],
		[
			`- The camera rises slowly over a harbour while gulls circle and a boat leaves: ${a}`,
			'The camera rises slowly over a harbour while gulls circle a…',
		],
		[`"Night train"\t${a}`, 'Night train'],
		[`${a} sunset`, 'sunset'],
		[`${a} | Night train`, 'Night train'],
		[`Hero text2video ${a}`, 'Hero'],
		[`Hero task_id=${a}`, 'Hero'],
		[`镜头01：${a}`, '镜头01'],
		[`シーン2：${a}`, 'シーン2'],
		[`task_id,name\n${a},Cat\n${b},"Dog, small"`, 'Cat', 'Dog, small'],
		[`| 名称 | 任务ID |\n|---|---|\n| 猫 | ${a} |`, '猫'],
		[`task_id;prompt\n${a};a fox in the snow`, 'a fox in the snow'],
		[JSON.stringify({ name: 'Cat', task_id: a }), 'Cat'],
		[`├── roof cat: ${a}`, 'roof cat'],
		[`${a} (copy)`, 'copy'],
		[`Cat (night): ${a}`, 'Cat (night)'],
		[JSON.stringify({ task_id: a, task_info: { external_task_id: 'clip-7' } }), undefined],
		[JSON.stringify({ task_id: a, external_task_id: 'clip-7' }), 'clip-7'],
		[JSON.stringify({ intro: { task_id: a }, outro: { task_id: b } }), 'intro', 'outro'],
		[JSON.stringify({ tasks: { intro: a, outro: b } }), 'intro', 'outro'],
		[JSON.stringify({ shots: [{ title: 'Dawn', kling_task_id: a }] }), 'Dawn'],
		[JSON.stringify({ payload: { prompt: 'a tea cup' }, response: { data: { task_id: a } } }), 'a tea cup'],
		[JSON.stringify({ request: { body: JSON.stringify({ prompt: 'a fox' }) }, response: { task_id: a } }), 'a fox'],
	];
	for (const [text, ...expected] of given) {
		it(`is ${expected.join(', ') || 'none'} in ${JSON.stringify(text).slice(0, 80)}`, () => assert.deepEqual(names(text), expected));
	}

	for (const text of [
		a,
		`videos/text2video ${a}`,
		`task_id: ${a}`,
		`Task ID ${a}`,
		`任务ID：${a}`,
		`kling-v2-6 ${a}`,
		`2026-11-23 10:00:00,123 [INFO] core.video: ${a}`,
		`Nov 23 10:00:00 studio-1 kling[812]: ${a}`,
		`10:00 ${a}`,
		`INFO ${a}`,
		`GET ${a}`,
		`${a} succeed 12s`,
		`X-Task-Id: ${a}`,
		`please have a look at ${a} today`,
		`cat on the roof ${a}`,
		`- please use this: ${a}`,
		`- checking task for shot 3: ${a}`,
		`<task_id>${a}</task_id>`,
		`链接：https://gateway.example/kling/v1/videos/text2video/${a}。`,
		`hero: ${a}\nhero: ${b}`,
		JSON.stringify({ data: { task_id: a } }),
		JSON.stringify({ name: 'kling.client', level: 'info', msg: `created task_id=${a}` }),
		JSON.stringify({ name: 'sk-Canary7Kx2Vw9Qm4Tz6Rb1Ny8Hs3Jd5Gf0Lp', task_id: a }),
		JSON.stringify({ name: 'https://cdn.example/x?token=abc', task_id: a }),
	]) {
		it(`is none in ${JSON.stringify(text).slice(0, 80)}`, () => {
			assert.ok(
				names(text).every((name) => name === undefined),
				String(names(text)),
			);
		});
	}

	it('is one line of plain text of at most 60 characters, without marks, codicons and half characters', () => {
		assert.equal(cleanName('**Night** `train`'), 'Night train');
		assert.equal(cleanName('[Night train](https://x.example)'), 'Night train');
		assert.equal(cleanName('$(trash) Cat\n\u202eDog'), 'Cat Dog');
		assert.equal(cleanName('<b>Cat</b>'), 'b Cat /b');
		assert.equal(cleanName('x'.repeat(20) + ' '.repeat(10) + 'y'), `${'x'.repeat(20)} y`);
		const long = cleanName('a fox in the snow '.repeat(20)) ?? '';
		assert.ok(long.length <= 60 && long.startsWith('a fox in the snow') && long.endsWith('…'), long);
		const emoji = cleanName(`${'ab '.repeat(19)}🎬🎬🎬`) ?? '';
		assert.doesNotMatch(emoji, /\p{Cs}/u);
		assert.equal(cleanName(' -*- '), undefined);
	});
});

describe('what a person sees of a pasted text', () => {
	const lines = (text: string): number[] => readPastedText(text).references.map(({ line }) => line);

	it('has the lines of the text as it was pasted', () => {
		assert.deepEqual(lines(`\u001b[2K\n\u200b\n${a}\r\n\u001b[31m${b}\u001b[0m`), [3, 4]);
		// Two soft line breaks of a mail before the second task.
		assert.deepEqual(
			lines(`Content-Transfer-Encoding: quoted-printable\n\ntask_id=3D8533000000=\n00000411 is ru=\nnning\ntask_id=3D${b}\n`),
			[3, 6],
		);
		assert.deepEqual(lines(`request_id,task_id\n1,${a}\n"2\n3",${b}`), [2, 3]);
	});

	it('has no cut or masked ID, and says so', () => {
		for (const text of [
			`task ${a.slice(0, 9)}…`,
			`task ${a}...`,
			`task_id=8533****0411`,
			'8.533E+17',
			`{"task_id":"8533****0411"}`,
			`…${a.slice(9)}`,
		]) {
			const { references, unreadable } = readPastedText(text);
			assert.deepEqual([references, unreadable.map(({ reason }) => reason)], [[], ['cutId']], text);
		}
	});

	it('has rounded numbers as guesses, with the reason', () => {
		const read = (text: string) => readPastedText(text).references.map(({ id, sure, suspect }) => [id, sure, suspect]);
		const rounded = '853300000000000400';
		assert.deepEqual(read(`{"task_id":${rounded}}`), [[rounded, 'guess', 'rounded']]);
		assert.deepEqual(read(`{"task_id":"${rounded}"}`), [[rounded, 'clear', undefined]]);
		assert.deepEqual(read(`{"task_id":${a}}`), [[a, 'clear', undefined]]);
		assert.deepEqual(read('task_id,name\n853300000000000000,cat'), [['853300000000000000', 'guess', 'rounded']]);
		assert.deepEqual(read('853300000000000000'), [['853300000000000000', 'guess', 'rounded']]);
		// Certain elsewhere in the text: no reason is left.
		assert.deepEqual(read(`{"task_id":${rounded}}\n{"task_id":"${rounded}"}`), [[rounded, 'clear', undefined]]);
	});
});
