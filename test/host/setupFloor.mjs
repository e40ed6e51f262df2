// @ts-check
// Installs what `npm run test:floor` needs, on a fresh clone too.
import process from 'node:process';
import { hosts } from './paths.mjs';
import { ensureChromium, ensureHost, ensureNode, ensureRootPackages, SetupError } from './setup.mjs';

try {
	ensureNode();
	ensureRootPackages();
	ensureHost(hosts.floor);
	await ensureChromium();
} catch (error) {
	if (!(error instanceof SetupError)) {
		throw error;
	}
	console.error(error.message);
	process.exit(1);
}
