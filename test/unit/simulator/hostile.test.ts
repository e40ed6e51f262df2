// Whatever a body has, the offline Kling and the price of the request survive it.
import assert from 'node:assert/strict';
import fc from 'fast-check';
import { describe, it } from 'mocha';
import { parseOperationPath } from '../../../src/core/operation';
import { bodySchemas } from '../../../src/requests/bodySchemas';
import { estimatePrice } from '../../../src/requests/price';
import { priceClass } from '../../../src/requests/priceClass';
import { parseRequestFile } from '../../../src/requests/parseRequestFile';
import { resolveRequest } from '../../../src/requests/resolve';
import { samples } from '../../../src/requests/samples';
import { png } from './bodies';
import { simulators } from './harness';

/** Names of what every object has, numbers that are none, Base64 that is none. */
const hostile: readonly unknown[] = [
	...['__proto__', 'constructor', 'toString', 'hasOwnProperty', 'prototype', '', ' ', '\0', '\u202e', '[fail', '[fail: ]', '[fail: $&]'],
	...['-1', '1e999', 'NaN', 'Infinity', '0x10', '５', '99999999999999999999', '====', 'AAA=A', 'iVBORw0KGgo', 'data:,', '../../etc/passwd'],
	...[png(60_000, 60_000), png(0, 0).slice(0, 30), 'A'.repeat(2_000_000), 'https://[', 'command:kling.showLog', '$(zap)'],
	...[null, true, -0, 1e308, -1, 0.1, 2 ** 53, [], [[]], [null], {}, [{}], { length: 5 }, { __proto__: null, enabled: 'x' }],
	JSON.parse('{"__proto__": {"polluted": true}, "constructor": {"prototype": {"polluted": true}}}'),
];

function usualOf(key: string): Readonly<Record<string, unknown>> {
	const { file } = parseRequestFile(Object.entries(samples).find(([name]) => name === key)?.[1].usual ?? '');
	const text = file.body === undefined ? '{}' : file.text.slice(file.body.start, file.body.end);
	return JSON.parse(text.replaceAll(/"\$\{\{ file\([^"]*"/g, JSON.stringify(png(512, 512)))) as Record<string, unknown>;
}

describe('the offline Kling', function () {
	this.timeout(60_000);
	const start = simulators();

	it('takes or refuses any value in any field of any operation', async () => {
		const simulator = await start();
		const value = fc.constantFrom(...hostile);
		let refused = 0;
		const numRuns = 1_000;
		fc.assert(
			fc.property(
				fc.constantFrom(...Object.keys(samples)),
				fc.array(fc.tuple(fc.nat(), value), { minLength: 1, maxLength: 2 }),
				(key, changes) => {
					const operation = parseOperationPath(key);
					assert.ok(operation);
					const names = Object.keys(bodySchemas[key]?.fields ?? {});
					const body = {
						...usualOf(key),
						...Object.fromEntries(changes.map(([at, hostileValue]) => [names[at % names.length] ?? '', hostileValue])),
					};
					const text = JSON.stringify(body);
					const outcome = simulator.createFromBody(operation, text);
					refused += outcome.ok ? 0 : 1;
					assert.ok(outcome.ok || (outcome.refusal.code >= 1200 && outcome.refusal.message.length <= 500), text.slice(0, 500));
					const { file } = parseRequestFile(`{ "operation": "${key}", "body": ${text} }`);
					const resolved = resolveRequest(file, { files: new Map(), texts: new Map() }, { take: 1, date: '2026-03-14' }).body;
					if (resolved !== undefined) {
						priceClass(operation, resolved);
						const price = estimatePrice(operation, resolved, []);
						const figures = Object.values(price).filter((figure) => typeof figure === 'number');
						assert.ok(
							figures.every((figure) => Number.isFinite(figure) && figure >= 0),
							JSON.stringify(price),
						);
					}
				},
			),
			{ numRuns },
		);
		assert.ok(refused > numRuns / 4 && refused < numRuns, `${refused}`);
		assert.equal('polluted' in {}, false);
	});

	for (const [what, body] of [
		['nothing', ''],
		['no JSON', 'prompt=A+fox'],
		['a list', '[]'],
		['a form', '--x\r\nContent-Disposition: form-data; name="prompt"\r\n\r\nA fox\r\n--x--'],
		['brackets that go deeper than any stack', '['.repeat(1_000_000)],
		['half a character', '{"prompt": "\\ud800'],
	] as const) {
		it(`refuses ${what}`, async () => {
			const simulator = await start();
			const outcome = simulator.createFromBody({ action: 'videos', action2: 'text2video' }, body);
			assert.deepEqual(!outcome.ok && [outcome.refusal.status, outcome.refusal.code], [400, 1200]);
		});
	}
});
