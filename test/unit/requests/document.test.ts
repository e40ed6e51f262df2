// docs/request-files.md, held against the code.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { bodySchemas } from '../../../src/requests/bodySchemas';
import type { RequestFacts } from '../../../src/requests/fileFacts';
import { parseRequestFile } from '../../../src/requests/parseRequestFile';
import { validateRequest } from '../../../src/requests/validateRequest';

const text = readFileSync('docs/request-files.md', 'utf8');
const noFiles: RequestFacts = { files: new Map(), texts: new Map() };

function problemsOf(request: string): readonly { readonly severity: string; readonly code: string }[] {
	return validateRequest(parseRequestFile(request), noFiles).map(({ severity, code }) => ({ severity, code }));
}

/** The cells of the table rows below a heading. */
function rowsBelow(heading: string): readonly (readonly string[])[] {
	const [, section = ''] = text.split(`\n## ${heading}\n`);
	return [...(section.split('\n## ')[0] ?? '').matchAll(/^\| (`.*) \|$/gm)].map(([, row = '']) =>
		row.split(' | ').map((cell) => cell.trim()),
	);
}

describe('docs/request-files.md', () => {
	it('has examples with nothing wrong in them', () => {
		const examples = [...text.matchAll(/^```jsonc\n(.*?)^```$/gms)].map(([, example = '']) => example);
		assert.equal(examples.length, 3);
		for (const example of examples) {
			assert.deepEqual(problemsOf(example), [], example);
		}
	});

	it('names the problem of each mistake', () => {
		const rows = rowsBelow('What is checked');
		assert.equal(rows.length, 8);
		for (const [mistake = '', severity, code = ''] of rows) {
			const field = mistake.slice(1, -1);
			const others = ['"prompt": "a"', '"model_name": "kling-v3"'].filter((other) => !other.startsWith(field.slice(0, 6)));
			const found = problemsOf(`{ "operation": "videos/text2video", "body": { ${[...others, field].join(', ')} } }`);
			assert.deepEqual(found, [{ severity, code: code.slice(1, -1) }], mistake);
		}
	});

	it('has every operation of the table, with what its body must have', () => {
		const code = (name: string): string => `\`${name}\``;
		assert.deepEqual(
			rowsBelow('Operations'),
			Object.entries(bodySchemas).map(([key, { doc, fields, oneOf = [], anyOf = [] }]) => {
				const required = Object.keys(fields).filter((name) => fields[name]?.required === true);
				const alternatives = [...oneOf, ...anyOf].map((names) => names.map(code).join(' or '));
				return [code(key), doc, [...required.map(code), ...alternatives].join(', ')];
			}),
		);
	});

	it('has every property of the format', () => {
		const properties = ['operation', 'body', 'name', 'vars', 'repeat', 'save', 'version', '$schema'];
		assert.deepEqual(
			rowsBelow('Properties').map(([name]) => name?.slice(1, -1)),
			properties,
		);
		const whole =
			'{ "$schema": "x", "version": 1, "name": "a", "operation": "videos/b", "body": {}, "vars": {}, "repeat": 2, "save": "{file}" }';
		assert.deepEqual(
			problemsOf(whole).filter(({ code }) => code === 'unknown-property'),
			[],
		);
	});
});
