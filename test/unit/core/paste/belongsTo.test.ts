import assert from 'node:assert/strict';
import { operationKey } from '../../../../src/core/operation';
import { readPastedText } from '../../../../src/core/paste/pastedText';

const task = '861234509876543217';
const other = '861234509876549999';
const host = 'https://gateway.example';

const found = (text: string): string[] =>
	readPastedText(text).references.map(
		({ id, operation, origin, sure }) =>
			`${operation === undefined ? '' : `${operationKey(operation)} `}${id}${origin === undefined ? '' : ` @${origin}`}${sure === 'guess' ? ' ?' : ''}`,
	);

describe('an ID belongs to what names it', () => {
	const texts: readonly (readonly [what: string, text: string, expected: readonly string[]])[] = [
		['on the line above', `Task ID\n${task}\nStatus\nProcessing\nRequest ID\n${other}`, [task]],
		['above a blank line, in Markdown', `### Request ID\n\n\`${other}\`\n\n### Task ID\n\n\`${task}\``, [task]],
		['in a list', `- request_id\n  ${other}`, []],
		['in the cell before', `request_id,${other}\ntask_id,${task}`, [task]],
		['in the cell before, on one line', `task_id;${task};video_id;${other}`, [task]],
		['in rows of names and values', `| Field | Value |\n|---|---|\n| Request ID | ${other} |\n| Task ID | ${task} |`, [task]],
		['as an input of the task', JSON.stringify({ input: { task_id: other }, output: { task_id: task } }), [task]],
		['as an earlier task', JSON.stringify({ retry_of_task_id: other, task_id: task }), [task]],
		['as the result’s task', JSON.stringify({ result: { task_id: task, status: 'processing' } }), [task]],
		['as an order', JSON.stringify({ id: other, status: 'paid', object: 'invoice' }), []],
		['as a user', JSON.stringify({ user: { id: other, status: 'active' }, task_id: task }), [task]],
		[
			'as a pair',
			JSON.stringify([
				{ key: 'task_id', value: task },
				{ key: 'request_id', value: other },
			]),
			[task],
		],
		['below another program’s task', JSON.stringify({ task_id: '3f0c1d9e-7a55-4b1e-9d0f-2f6f1d2c7b11', data: { task_id: task } }), [task]],
		['as a key', JSON.stringify({ [task]: { status: 'done', name: 'roof cat' } }), [`${task} ?`]],
		['as a key below tasks', JSON.stringify({ tasks: { [task]: { status: 'done' } } }), [task]],
	];
	for (const [what, text, expected] of texts) {
		it(what, () => assert.deepEqual(found(text), expected));
	}
});

describe('an ID is read out of', () => {
	for (const [what, text, expected] of [
		['a string with spaces', JSON.stringify({ task_id: ` ${task}\n` }), [task]],
		['a string with its operation', JSON.stringify({ task_id: `videos/effects/${task}` }), [`videos/effects ${task}`]],
		['a form', `task_id=${task}&model=x&prompt=a%20cat`, [task]],
		['the query of a URL', `${host}/kling/v1/videos/text2video?task_id=${task}`, [`videos/text2video ${task} @${host}`]],
		['an encoded URL', encodeURIComponent(`${host}/kling/v1/videos/effects/${task}`), [`videos/effects ${task} @${host}`]],
		['a document that breaks off within a word', `{"task_id":"${task}","task_sta`, [task]],
		['a line of many words, with its label', 'polling taskId=my-clip-7 every few seconds', ['my-clip-7']],
		['a line of many words, with its operation', 'see videos/text2video/my-clip-7 for the first clip', ['videos/text2video my-clip-7']],
		['two other words with a slash', `client/server ${task}`, [`${task} ?`]],
		['a UUID of a job', JSON.stringify({ job_id: '3f0c1d9e-7a55-4b1e-9d0f-2f6f1d2c7b11' }), ['3f0c1d9e-7a55-4b1e-9d0f-2f6f1d2c7b11 ?']],
	] as const) {
		it(what, () => assert.deepEqual(found(text), expected));
	}
});

describe('a name shows no secret', () => {
	for (const text of [
		`password hunter2 ${task}`,
		`SK a1b2c3d4e5f6g7h8 ${task}`,
		`comet 9f8e7d6c5b4a3f2e ${task}`,
		`${task} login ann hunter2`,
		`task_id,name\n${task},AKIAIOSFODNN7EXAM`,
		`task_id,name\n${task},ghp_a1b2c3d4e5f6g`,
		JSON.stringify({ a1b2c3d4e5f6g7h8: task }),
		JSON.stringify({ prompt: 'token abcdef1234567890', task_id: task }),
	]) {
		it(text.slice(0, 50), () =>
			assert.deepEqual(
				readPastedText(text).references.map(({ name }) => name),
				[undefined],
			),
		);
	}
});

describe('spaces', () => {
	it('before a word cost no more time than their number', () => {
		const response = JSON.stringify({
			data: Array.from({ length: 2_000 }, (_, index) => ({ task_id: `861234509${100_000_000 + index}` })),
		});
		// A reader that tries every beginning would take minutes for these.
		for (const [text, tasks] of [
			[`${response}200`, 2_000],
			[`- ${response} y`, 2_000],
			[`${' '.repeat(500_000)}x`, 0],
			[`${' '.repeat(300)}word word\n`.repeat(3_000), 0],
		] as const) {
			assert.equal(readPastedText(text).references.length, tasks);
		}
	}).timeout(20_000);
});
