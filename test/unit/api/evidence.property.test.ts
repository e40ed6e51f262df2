import assert from 'node:assert/strict';
import fc from 'fast-check';
import { readResponse } from '../../../src/api/response';
import { decideStatus } from '../../../src/core/evidence';
import type { UnconfirmedStatus } from '../../../src/core/evidence';
import { otherId } from '../../fixtures/responses/evidenceTable';
import type { Facts } from '../../fixtures/responses/forms';
import { forms, gatewayId, taskId } from '../../fixtures/responses/forms';

/** Numbers that determine where and how a response is changed. */
const random = fc.nat({ max: 1_000_000 });
const finishedWord = fc.constantFrom('failed', 'FAILURE', 'error', 'expired', 'succeed', 'SUCCESS', 'completed', '失败', '成功');
const link = 'https://media.example/clip.mp4';

/** Errors and noise, in fields that never hold a task's status. */
const noise: fc.Arbitrary<Facts> = fc.oneof(
	fc.constantFrom<Facts>(
		{ code: 5000 },
		{ code: 'fail_to_fetch_task' },
		{ errcode: 429 },
		{ success: false },
		{ error: 'boom' },
		{ error: { code: 401, message: 'bad key' } },
		{ errors: [{ message: 'boom' }] },
	),
	fc.constantFrom<Facts>(
		{ message: 'Unauthorized' },
		{ message: 'success' },
		{ fail_reason: 'timeout' },
		{ task_status_msg: 'failed' },
		{ progress: '100%' },
		{ finish_time: 1_790_000_000 },
		{ fail_reason: link },
	),
	fc.constantFrom<Facts>(
		{ url: link },
		{ result_url: link },
		{ outputs: [{ url: link }] },
		{ task_result: { videos: [{ url: link }] } },
		{ metadata: { url: link } },
		{ images: [link] },
	),
	// Another task, or the request, beside the requested task.
	fc
		.tuple(fc.constantFrom('task', 'result', 'output', 'parent', 'response', 'last', 'content', 'request', 'metadata'), finishedWord)
		.map(([name, word]) => ({ [name]: { task_id: otherId, task_status: word, id: otherId, status: word, url: link } })),
);

/** A change to a response that keeps the carried status words and the IDs that carry them. */
type Mutation =
	| {
			readonly kind: 'add' | 'wrap' | 'inside';
			readonly at: number;
			readonly facts: Facts;
			readonly word: string | undefined;
			readonly id: string | undefined;
	  }
	| { readonly kind: 'delete' | 'unwrap' | 'list' | 'text'; readonly at: number };

const mutation: fc.Arbitrary<Mutation> = fc.oneof(
	fc.record({
		kind: fc.constantFrom('add', 'wrap', 'inside'),
		at: random,
		facts: fc.array(noise, { maxLength: 3 }).map((all): Facts => Object.assign({}, ...all) as Facts),
		word: fc.option(finishedWord, { nil: undefined }),
		id: fc.constantFrom(undefined, otherId, 'req-1'),
	}),
	fc.record({ kind: fc.constantFrom('delete', 'unwrap', 'list', 'text'), at: random }),
);

const isFields = (value: unknown): value is Facts => typeof value === 'object' && value !== null && !Array.isArray(value);

/** Whether a level has a status, of the task or of the request. */
const hasStatus = (level: Facts): boolean => 'task_status' in level || 'status' in level;

/** Changes one level of a body, counted from outside. */
function at(body: Facts, depth: number, change: (level: Facts) => unknown): unknown {
	const { data } = body;
	return depth <= 0 || !isFields(data) ? change(body) : { ...body, data: at(data, depth - 1, change) };
}

function mutated(body: unknown, step: Mutation): unknown {
	if (!isFields(body)) {
		return body;
	}
	switch (step.kind) {
		case 'add':
			// The level's own fields stay; an envelope gets its own status word.
			return at(body, step.at % 4, (level) => ({
				...step.facts,
				...(step.word !== undefined && !hasStatus(level) && !('task_id' in level) && !('id' in level) && { status: step.word }),
				...level,
			}));
		case 'wrap':
			return {
				...step.facts,
				...(step.word !== undefined && { status: step.word, ...(step.id !== undefined && { id: step.id }) }),
				data: body,
			};
		case 'inside':
			return at(body, 8, (level) =>
				level['data'] === undefined
					? { ...level, data: { ...step.facts, id: otherId, ...(step.word !== undefined && { status: step.word }) } }
					: level,
			);
		case 'delete':
			return at(body, step.at % 4, (level) => {
				const names = Object.keys(level).filter(
					(name) => !['task_status', 'status', 'data'].includes(name) && (!['task_id', 'id'].includes(name) || 'task_status' in level),
				);
				const gone = names[step.at % Math.max(1, names.length)];
				return Object.fromEntries(Object.entries(level).filter(([name]) => name !== gone));
			});
		case 'unwrap':
			// Dropping a level without a status drops no status word.
			return isFields(body['data']) && !hasStatus(body) ? body['data'] : body;
		case 'list':
			return isFields(body['data']) && step.at % 2 === 0 ? { ...body, data: [body['data']] } : [body];
		case 'text':
			return isFields(body['data']) && step.at % 2 === 0 ? { ...body, data: JSON.stringify(body['data']) } : JSON.stringify(body);
	}
}

const running = fc
	.tuple(fc.constantFrom(...Object.entries(forms)), fc.constantFrom('submitted', 'processing', 'IN_PROGRESS', 'queued', '处理中'))
	.map(([[name, make], word]) => ({ name, body: make(word) }));
const response = fc.record({
	form: running,
	mutations: fc.array(mutation, { maxLength: 6 }),
	http: fc.oneof(fc.constant(200), fc.constantFrom(201, 204, 301, 400, 401, 403, 404, 409, 410, 429, 499, 500, 502, 503, 524)),
	/** Since the previous response, ms. */
	wait: fc.constantFrom(2_000, 10_000, 60_000, 5 * 60_000, 60 * 60_000, 24 * 60 * 60_000),
});

describe('the evidence for a finished status: any response', function () {
	this.timeout(60_000);

	it('no mutation of an active response that keeps its carried status words finishes the task, however many come in days.', () => {
		fc.assert(
			fc.property(fc.array(response, { minLength: 1, maxLength: 12 }), fc.boolean(), (responses, isRecord) => {
				let now = 0;
				let unconfirmed: UnconfirmedStatus | undefined;
				for (const { form, mutations, http, wait } of responses) {
					now += wait;
					// Each form names the task by one of the two IDs.
					const id = JSON.stringify(form.body).includes(gatewayId) ? gatewayId : taskId;
					if (isRecord !== (id === gatewayId)) {
						continue;
					}
					const body = mutations.reduce<unknown>(mutated, form.body);
					const reading = readResponse(http, JSON.stringify(body), {}, { id, origin: 'https://gateway.example' });
					if (!reading.ok) {
						continue;
					}
					const decision = decideStatus(unconfirmed, reading.snapshot, now);
					assert.equal(decision.kind, 'active', `${form.name}, HTTP ${String(http)}: ${JSON.stringify(body)}`);
					unconfirmed = decision.unconfirmed;
				}
			}),
			{ numRuns: 500 },
		);
	});
});
