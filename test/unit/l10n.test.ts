import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { getL10nJson } from '@vscode/l10n-dev';

describe('l10n/bundle.l10n.json', function () {
	this.timeout(30_000);

	it('holds every string that the code hands to l10n.t, and no other; npm run l10n writes it', async () => {
		const files = readdirSync('src', { recursive: true, encoding: 'utf8' })
			.filter((file) => file.endsWith('.ts'))
			.map((file) => ({ extension: '.ts', contents: readFileSync(path.join('src', file), 'utf8') }))
			.filter(({ contents }) => contents.includes('l10n'));
		const bundle: unknown = JSON.parse(readFileSync('l10n/bundle.l10n.json', 'utf8'));
		assert.deepEqual(bundle, await getL10nJson(files));
	});
});
