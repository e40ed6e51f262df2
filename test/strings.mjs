// @ts-check
// Whether l10n/bundle.l10n.json holds every string that the code hands to l10n.t, and no other; npm run l10n writes it.
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import process from 'node:process';
import { isDeepStrictEqual } from 'node:util';
import { getL10nJson } from '@vscode/l10n-dev';
import { root } from './host/paths.mjs';

const files = readdirSync(path.join(root, 'src'), { recursive: true, encoding: 'utf8' })
	.filter((file) => file.endsWith('.ts'))
	.map((file) => ({ extension: /** @type {const} */ ('.ts'), contents: readFileSync(path.join(root, 'src', file), 'utf8') }))
	.filter(({ contents }) => contents.includes('l10n'));
const bundle = JSON.parse(readFileSync(path.join(root, 'l10n', 'bundle.l10n.json'), 'utf8'));
const code = await getL10nJson(files);
const keys = [...new Set([...Object.keys(bundle), ...Object.keys(code)])];
const differing = keys.filter((key) => !isDeepStrictEqual(bundle[key], code[key]));
for (const key of differing) {
	console.error(`${key in code ? 'not as in the code' : 'not in the code'}: ${key}`);
}
console.log(differing.length === 0 ? `${keys.length} strings` : 'Write the strings of the code down: npm run l10n');
process.exitCode = differing.length === 0 ? 0 : 1;
