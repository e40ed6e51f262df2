import assert from 'node:assert/strict';
import { cleanPrompt } from '../../../../src/core/paste/names';
import { readPastedText } from '../../../../src/core/paste/pastedText';

const a = '853300000000000511';
const b = '853300000000000512';

const prompts = (text: string): (string | undefined)[] => readPastedText(text).references.map(({ prompt }) => prompt);

describe('the prompt that a text gives a task', () => {
	const long = 'A lighthouse on a cliff at dusk, the beam sweeping slowly over a calm sea, seen from a low drone';
	const given: readonly (readonly [name: string, text: string, ...prompts: (string | undefined)[]])[] = [
		['beside the ID', JSON.stringify({ task_id: a, prompt: long }), long],
		['in the request of a record', JSON.stringify({ request: { prompt: long }, response: { data: { task_id: a } } }), long],
		[
			'in a request that is quoted',
			JSON.stringify({ request: { body: JSON.stringify({ prompt: long }) }, response: { task_id: a } }),
			long,
		],
		[
			'in a curl command before its response',
			`curl -X POST https://gateway.example/kling/v1/videos/text2video -d '{"prompt":"${long}"}'\n{"code":0,"data":{"task_id":"${a}","task_status":"submitted"}}`,
			long,
		],
		['above several tasks', JSON.stringify({ prompt: long, tasks: [{ task_id: a }, { task_id: b }] }), long, long],
		['in a column of a table', `task_id;prompt\n${a};a fox in the snow`, 'a fox in the snow'],
		['in Chinese', JSON.stringify({ task_id: a, 提示词: '一只猫在雪地里奔跑' }), '一只猫在雪地里奔跑'],
		['with line breaks', JSON.stringify({ task_id: a, prompt: 'A cat.\r\nIt sleeps.' }), 'A cat.\nIt sleeps.'],
		['of one of two tasks', JSON.stringify([{ task_id: a, prompt: long }, { task_id: b }]), long, undefined],
		[
			'not if there are two requests',
			`-d '{"prompt":"a cat"}'\n-d '{"prompt":"a dog"}'\n{"code":0,"data":{"task_id":"${a}","task_status":"submitted"}}`,
			undefined,
		],
		['not without one', JSON.stringify({ task_id: a, name: 'Cat' }), undefined],
	];
	for (const [name, text, ...expected] of given) {
		it(name, () => assert.deepEqual(prompts(text), expected));
	}

	it('is cut at 2,500 characters, and not within a character', () => {
		const cut = cleanPrompt('🦊'.repeat(1_300).padStart(3_000, 'x')) ?? '';
		assert.equal(cut.length <= 2_500 && cut.endsWith('🦊…'), true);
	});

	it('has no characters that reorder or hide text, and keeps the joiners of emoji', () => {
		assert.equal(cleanPrompt('a \u202edog\u0007 👩‍🚀 '), 'a  dog  👩‍🚀');
	});

	it('never contains a key', () => {
		const secret = 'sk-Qz7Lm2Vt9Xw4Rb8Kd3Hn6Pf1Jc5Ys0Ag';
		assert.equal(JSON.stringify(readPastedText(JSON.stringify({ task_id: a, prompt: `use ${secret} please` }))).includes('Qz7Lm2'), false);
	});
});
