import { readdir, readFile, readlink, stat } from 'node:fs/promises';
import type { Log } from '../tracking/ports/host';
import { isCode } from './storeError';

/**
 * The other process that holds a database file, as name and process ID. Linux only, and only processes of this user: one with a write lock
 * on the file, else one that has it open.
 * @param path absolute path of the database
 * @returns for example `sqlitebrowser (4711)`; undefined if unknown; never rejects
 */
export async function holderOf(path: string, log: Log): Promise<string | undefined> {
	if (process.platform !== 'linux') {
		return undefined;
	}
	try {
		return await findHolder(path);
	} catch (error) {
		log.warn(`Failed to find out which process holds ${path}: ${String(error)}`);
		return undefined;
	}
}

async function findHolder(path: string): Promise<string | undefined> {
	const paths = new Set([path, `${path}-wal`, `${path}-shm`]);
	const locking = await lockingProcesses(paths);
	let open: string | undefined;
	for (const pid of await readdir('/proc')) {
		if (/^\d+$/.test(pid) && Number(pid) !== process.pid && (await hasOpen(pid, paths))) {
			if (locking.has(pid)) {
				return await nameOf(pid);
			}
			open ??= pid;
		}
	}
	return open === undefined ? undefined : await nameOf(open);
}

/** IDs of the processes with a write lock on one of these files. Matched by inode: /proc/locks has no paths (proc_locks(5)). */
async function lockingProcesses(paths: ReadonlySet<string>): Promise<ReadonlySet<string>> {
	const inodes = new Set<string>();
	for (const path of paths) {
		const stats = await orUndefined(stat(path, { bigint: true }));
		if (stats !== undefined) {
			inodes.add(String(stats.ino));
		}
	}
	const lines = ((await orUndefined(readFile('/proc/locks', 'latin1'))) ?? '').split('\n');
	return new Set(
		lines.flatMap((line) => {
			const [, pid, inode] = /\sWRITE\s+(\d+)\s+[^\s:]+:[^\s:]+:(\d+)\s/.exec(line) ?? [];
			return pid !== undefined && inode !== undefined && inodes.has(inode) ? [pid] : [];
		}),
	);
}

async function hasOpen(pid: string, paths: ReadonlySet<string>): Promise<boolean> {
	for (const descriptor of (await orUndefined(readdir(`/proc/${pid}/fd`))) ?? []) {
		const target = await orUndefined(readlink(`/proc/${pid}/fd/${descriptor}`));
		if (target !== undefined && paths.has(target)) {
			return true;
		}
	}
	return false;
}

async function nameOf(pid: string): Promise<string> {
	const name = (await orUndefined(readFile(`/proc/${pid}/comm`, 'utf8')))?.trim();
	return name === undefined || name === '' ? pid : `${name} (${pid})`;
}

/** Undefined if the process has exited meanwhile or belongs to another user. */
async function orUndefined<T>(read: Promise<T>): Promise<T | undefined> {
	try {
		return await read;
	} catch (error) {
		if (['ENOENT', 'ESRCH', 'EACCES', 'EPERM'].some((code) => isCode(error, code))) {
			return undefined;
		}
		throw error;
	}
}
