// The processes that a test started, as Linux lists them.
import { readdir, readFile } from 'node:fs/promises';

/** The processes below one, at any depth. */
export async function descendants(parent: number): Promise<number[]> {
	const parents = new Map<number, number>();
	for (const entry of await readdir('/proc')) {
		if (/^\d+$/.test(entry)) {
			// pid (name) state parent ...; a process may end while it is read
			const stat = await readFile(`/proc/${entry}/stat`, 'utf8').catch(() => '');
			parents.set(Number(entry), Number(/\) \S (\d+)/.exec(stat)?.[1]));
		}
	}
	const found: number[] = [];
	for (let generation = [parent]; generation.length > 0;) {
		generation = [...parents].filter(([, above]) => generation.includes(above)).map(([pid]) => pid);
		found.push(...generation);
	}
	return found;
}

/** A process's arguments, with a NUL between them; empty when it has ended. */
export async function commandLine(pid: number): Promise<string> {
	return readFile(`/proc/${String(pid)}/cmdline`, 'utf8').catch(() => '');
}

/** The extension hosts below a VS Code server, one for each window. */
export async function extensionHosts(server: number): Promise<number[]> {
	const started = await descendants(server);
	const lines = await Promise.all(started.map(commandLine));
	return started.filter((_, index) => lines[index]?.includes('--type=extensionHost'));
}

export function isRunning(pid: number): boolean {
	try {
		process.kill(pid, 0);
		return true;
	} catch {
		return false;
	}
}
