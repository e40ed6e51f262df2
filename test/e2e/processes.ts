// The extension hosts of a server that a test started.
import { commandLine, descendants } from '../host/processTree.mjs';

/** The extension hosts below a VS Code server, one for each window: their process IDs. */
export function extensionHosts(server: number): number[] {
	return descendants(server).filter((pid) => commandLine(pid).includes('--type=extensionHost'));
}
