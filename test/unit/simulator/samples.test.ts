// The requests that the editor offers are accepted by the offline Kling, and so are the documented ones.
import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { findOperation, parseOperationPath } from '../../../src/core/operation';
import { bodyText } from '../../../src/requests/bodyText';
import { parseRequestFile } from '../../../src/requests/parseRequestFile';
import { resolveRequest } from '../../../src/requests/resolve';
import { samples } from '../../../src/requests/samples';
import type { Simulator } from '../../../src/simulator/simulator';
import { documentedRequests } from '../requests/documentedRequests';
import { png } from './bodies';
import { simulators } from './harness';

const image = png(1024, 1024);
const sound = Buffer.from('ID3 a short melody').toString('base64');

/** Creates a task from the text of a request file. @returns why it is refused */
function refusalOf(simulator: Simulator, text: string): string | undefined {
	const { file } = parseRequestFile(text);
	const { body } = resolveRequest(file, { files: new Map(), texts: new Map() }, { take: 1, date: '2026-03-14' });
	assert.ok(file.operation !== undefined && body !== undefined);
	const created = simulator.createFromBody(
		file.operation.path,
		bodyText(body, { media: ({ path }) => (path.endsWith('.mp3') ? sound : image) }),
	);
	return created.ok ? undefined : created.refusal.message;
}

describe('the offline Kling accepts', () => {
	const start = simulators();

	for (const [key, { smallest, usual }] of Object.entries(samples)) {
		it(`the samples of ${key}`, async () => {
			const simulator = await start();
			assert.deepEqual([refusalOf(simulator, smallest), refusalOf(simulator, usual)], [undefined, undefined]);
		});
	}

	/** Documented, but refused by the real API when somebody sent it. */
	const refusals: Readonly<Partial<Record<string, string>>> = {
		'with a camera': 'camera_control is only supported in std mode with 5s duration and kling-v1',
	};

	/** The offline Kling has only operations that make tasks. */
	const isOfCatalogue = (operation: string): boolean =>
		findOperation(parseOperationPath(operation) ?? { action: '', action2: '' }) !== undefined;

	for (const { operation, name, body } of documentedRequests.filter((request) => isOfCatalogue(request.operation))) {
		it(`the documented request of ${operation}${name === undefined ? '' : `, ${name}`}`, async () => {
			const simulator = await start();
			const refusal = refusalOf(simulator, `{ "operation": "${operation}", "body": ${body} }`);
			assert.equal(refusal, refusals[name ?? '']);
		});
	}
});
