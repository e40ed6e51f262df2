// @ts-check
// The processes below one, as Linux lists them; on other systems only its process group is known.
import { readdirSync, readFileSync } from 'node:fs';
import process from 'node:process';
import { setTimeout as delay } from 'node:timers/promises';
import { endGroup } from './processGroup.mjs';

/** @import { ChildProcess } from 'node:child_process' */

/**
 * @param {number} parent a process ID
 * @returns {number[]} the processes below it, at any depth
 */
export function descendants(parent) {
	/** @type {Map<number, number>} */
	const parents = new Map();
	for (const entry of listProcesses()) {
		// pid (name) state parent ...
		parents.set(entry, Number(/\) \S (\d+)/.exec(readProcessFile(entry, 'stat'))?.[1]));
	}
	/** @type {number[]} */
	const found = [];
	for (let generation = [parent]; generation.length > 0;) {
		generation = [...parents].filter(([, above]) => generation.includes(above)).map(([pid]) => pid);
		found.push(...generation);
	}
	return found;
}

/**
 * @param {number} pid
 * @returns {string} its arguments, with a NUL between them; empty when it has ended
 */
export const commandLine = (pid) => readProcessFile(pid, 'cmdline');

/**
 * @param {number} pid
 * @returns {boolean} also false for one that has ended and whose exit code nobody has read
 */
export function isRunning(pid) {
	try {
		process.kill(pid, 0);
	} catch {
		return false;
	}
	return !/\) Z /.test(readProcessFile(pid, 'stat'));
}

/**
 * Ends a child that leads a process group, and everything below it, groups of their own included: with SIGTERM, then with SIGKILL. Resolves
 * when they have ended.
 *
 * @param {ChildProcess} child
 */
export async function endTree(child) {
	const below = child.pid === undefined ? [] : descendants(child.pid);
	await endGroup(child);
	for (const pid of below.filter(isRunning)) {
		try {
			process.kill(pid, 'SIGKILL');
		} catch (error) {
			// It has ended in between.
			if (!(error instanceof Error && 'code' in error && error.code === 'ESRCH')) {
				throw error;
			}
		}
	}
	while (below.some(isRunning)) {
		await delay(10);
	}
}

/** @returns {number[]} */
function listProcesses() {
	if (process.platform !== 'linux') {
		return [];
	}
	return readdirSync('/proc')
		.filter((entry) => /^\d+$/.test(entry))
		.map(Number);
}

/**
 * @param {number} pid
 * @param {'stat' | 'cmdline'} name
 * @returns {string} empty when the process has ended
 */
function readProcessFile(pid, name) {
	try {
		return readFileSync(`/proc/${pid}/${name}`, 'utf8');
	} catch {
		return '';
	}
}
