import assert from 'node:assert/strict';
import { parseRequestFile } from '../../../../src/requests/parseRequestFile';
import type { RequestFacts } from '../../../../src/requests/fileFacts';
import { keepOfTake } from '../../../../src/ui/creation/keepOfTake';

const facts: RequestFacts = { files: new Map(), texts: new Map([['./mood.md', { kind: 'text', text: 'calm' }]]) };
const plan = { folder: '/films/shoot/kling-results', fileName: '{date}-{name}-{n}' };
const run = { take: 3, date: '2026-03-14' };
const request = (text: string) => ({ file: parseRequestFile(text).file, facts, name: 'fox', path: '/films/shoot/shots/fox.kling.json' });
const fox = `"operation": "videos/text2video", "body": { "prompt": "A fox" }`;

describe('how the results of a take are kept', () => {
	it('is as the settings say, with what only the request knows', () => {
		assert.deepEqual(keepOfTake(plan, request(`{ ${fox} }`), run), {
			folder: '/films/shoot/kling-results',
			fileName: '{date}-{name}-{n}',
			values: { file: 'fox', take: '3' },
			requestFile: '../shots/fox.kling.json',
		});
	});

	it('has the request’s own pattern and the values of its variables in this take', () => {
		const text = `{ ${fox}, "save": "{file}-{vars.mood}-{take:2}", "vars": {
			"mood": "\${{ text('./mood.md') }}", "shot": 7, "day": "\${{ run.date }} no. \${{ run.take }}", "dark": true, "none": null,
			"still": "\${{ file('./fox.png') }}", "long": "${'x'.repeat(500)}" } }`;
		const { fileName, values } = keepOfTake(plan, request(text), run);
		assert.equal(fileName, '{file}-{vars.mood}-{take:2}');
		assert.deepEqual(values, {
			file: 'fox',
			take: '3',
			'vars.mood': 'calm',
			'vars.shot': '7',
			'vars.day': '2026-03-14 no. 3',
			'vars.dark': 'true',
			'vars.long': 'x'.repeat(200),
		});
	});

	it('names no file of a request that was never saved, and no blank pattern', () => {
		assert.deepEqual(keepOfTake(plan, { ...request(`{ ${fox}, "save": "  " }`), path: undefined }, run), {
			folder: '/films/shoot/kling-results',
			fileName: '{date}-{name}-{n}',
			values: { file: 'fox', take: '3' },
		});
	});
});
