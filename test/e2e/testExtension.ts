// The extensions of test/host, which give the editor what tests need.
import { execFileSync } from 'node:child_process';
import path from 'node:path';
import { hostDir, root } from '../host/paths.mjs';
import { installVsix } from '../host/server.mjs';

/**
 * Packs and installs one.
 * @param name of its folder in test/host
 * @param scratch a folder for the package
 * @param dataDir of the VS Code
 */
export function installTestExtension(name: string, scratch: string, dataDir: string): void {
	const vsix = path.join(scratch, `${name}.vsix`);
	const vsce = path.join(root, 'node_modules', '@vscode', 'vsce', 'vsce');
	execFileSync(process.execPath, [vsce, 'package', '--no-dependencies', '--allow-missing-repository', '--skip-license', '--out', vsix], {
		cwd: path.join(hostDir, name),
		stdio: 'pipe',
	});
	installVsix(vsix, dataDir);
}
