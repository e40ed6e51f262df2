import assert from 'node:assert/strict';
import { readFoundTask, readListedTask } from '../../../src/api/searchOutcome';
import type { SearchOutcome } from '../../../src/creation/ports/createApi';

const operation = { origin: 'https://api.example', action: 'videos', action2: 'text2video' };
const createdAt = 1_777_385_361_501;
const task = (id: string, externalId?: string): object => ({
	task_id: id,
	task_status: 'succeed',
	task_info: externalId === undefined ? {} : { external_task_id: externalId },
	task_result: { videos: [{ id: 'v', url: 'https://media.example/a.mp4', duration: '5.1' }] },
	created_at: createdAt,
	updated_at: createdAt,
});

const query = (status: number, body: unknown): SearchOutcome =>
	readFoundTask({ status, headers: {}, body: typeof body === 'string' ? body : JSON.stringify(body) }, operation, 'kt-1');
const list = (status: number, body: unknown): SearchOutcome =>
	readListedTask({ status, headers: {}, body: typeof body === 'string' ? body : JSON.stringify(body) }, operation, 'kt-1');

/** What a search gave: of a found task its ID, the external ID that the response repeats, its action and its creation. */
function brief(outcome: SearchOutcome): unknown {
	return outcome.kind === 'found'
		? [outcome.task.taskId, outcome.task.externalId, outcome.task.action, outcome.task.createdAt]
		: outcome.kind;
}

describe('the response to a query by external ID', () => {
	it('names the task, whether or not it repeats the external ID', () => {
		assert.deepEqual(brief(query(200, { code: 0, data: task('9007199254740993', 'kt-1') })), [
			'9007199254740993',
			'kt-1',
			undefined,
			createdAt,
		]);
		assert.deepEqual(brief(query(200, { code: 0, data: task('77') })), ['77', undefined, undefined, createdAt]);
		const found = query(200, { code: 0, data: task('77', 'kt-1') });
		assert.ok(found.kind === 'found');
		assert.deepEqual(
			[found.task.snapshot.status, found.task.snapshot.evidence, found.task.snapshot.results.length],
			['succeeded', undefined, 1],
		);
	});

	it('may show another task, with the external ID and the operation that it has', () => {
		const inner = { code: 0, data: task('8', 'kt-9') };
		const record = { task_id: '7', action: 'OMNI_VIDEO', status: 'SUCCESS', submit_time: 1_777_385_361, data: inner };
		assert.deepEqual(brief(query(200, { code: 'success', data: record })), ['7', 'kt-9', 'OMNI_VIDEO', createdAt]);
	});

	it('says that there is no such task, in the words of Kling or of a gateway', () => {
		assert.equal(brief(query(400, { code: 1201, message: 'Task not found by id/external id: kt-1' })), 'notFound');
		assert.equal(brief(query(400, { code: 'task_not_exist', message: 'task_not_exist', data: null })), 'notFound');
		assert.equal(brief(query(404, { code: 'task_not_found', message: 'no' })), 'notFound');
	});

	it('otherwise says nothing', () => {
		const rows: readonly (readonly [number, unknown])[] = [
			[404, '<html><title>404</title></html>'],
			[404, { code: 1203, message: 'The requested resource does not exist' }],
			[400, { code: 1201, message: 'external_task_id is invalid' }],
			[401, { code: 1002, message: 'x' }],
			[429, { code: 1302, message: 'x' }],
			[500, { code: 5000, message: 'x' }],
			[200, ''],
			[200, { code: 'success', data: null }],
			[200, { code: 0, data: { task_status: 'processing' } }],
			[200, { code: 0, data: { task_id: 'a/b', task_status: 'processing' } }],
			[302, ''],
		];
		for (const [status, body] of rows) {
			assert.equal(brief(query(status, body)), 'failed', `${status} ${JSON.stringify(body)}`);
		}
	});
});

describe('the response to a list query', () => {
	it('shows the task with the external ID among others', () => {
		const found = list(200, { code: 0, request_id: 'r-1', data: [task('1'), task('2', 'kt-1'), task('3', 'kt-2')] });
		assert.deepEqual(brief(found), ['2', 'kt-1', undefined, createdAt]);
		assert.ok(found.kind === 'found');
		assert.equal(found.task.snapshot.requestId, 'r-1');
		assert.match(found.task.body, /^\{"code":0,"request_id":"r-1","data":\{"task_id":"2"/);
	});

	it('shows it inside a gateway’s records', () => {
		const record = { task_id: 'g-2', action: 'TEXT2VIDEO', status: 'SUCCESS', data: { code: 0, data: task('2', 'kt-1') } };
		assert.deepEqual(brief(list(200, { code: 'success', data: [record] })), ['g-2', 'kt-1', 'TEXT2VIDEO', createdAt]);
	});

	it('does not show it', () => {
		assert.equal(brief(list(200, { code: 0, data: [task('1'), task('kt-1'), 'kt-1', null, { task_info: 'kt-1' }] })), 'notFound');
		assert.equal(brief(list(200, { code: 0, data: [] })), 'notFound');
	});

	it('shows nothing certain: two of them, or no list', () => {
		assert.equal(brief(list(200, { code: 0, data: [task('1', 'kt-1'), task('2', 'kt-1')] })), 'failed');
		assert.equal(brief(list(200, { code: 0, data: [{ ...task('1', 'kt-1'), task_id: 'a/b' }] })), 'failed');
		for (const [status, body] of [
			[404, { code: 1202, message: 'The requested method is invalid' }],
			[200, '<html></html>'],
			[200, { code: 0, data: task('1', 'kt-1') }],
			[500, { code: 0, data: [task('1', 'kt-1')] }],
		] as const) {
			assert.equal(brief(list(status, body)), 'failed', JSON.stringify(body));
		}
	});
});
