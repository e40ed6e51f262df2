// What a process has not closed.
import { createHook } from 'node:async_hooks';
import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import { existsSync, readdirSync, readlinkSync } from 'node:fs';
import { Socket } from 'node:net';
import { join } from 'node:path';

/** What keeps a process busy, by Node's names; promises and ticks end by themselves. */
const kinds = /^(Timeout|Immediate|TCPSERVERWRAP|PIPEWRAP|FSEVENTWRAP|STATWATCHER|FILEHANDLE|PROCESSWRAP|WORKER|MESSAGEPORT|UDPWRAP)$/;

/** Timers, watchers and the like that were opened by a bundle's code and are still open, and this process's connections to a port. */
export class OpenHandles {
	readonly #open = new Map<number, string>();
	readonly #sockets = new Set<Socket>();
	readonly #hook: ReturnType<typeof createHook>;
	/** The editor connects later than the bundle asks, so that the bundle is not in the stack: a connection is known by where it leads. */
	readonly #onSocket = (message: unknown): void => {
		if (typeof message === 'object' && message !== null && 'socket' in message && message.socket instanceof Socket) {
			this.#sockets.add(message.socket);
		}
	};

	constructor(
		bundle: string,
		private readonly port: number,
	) {
		subscribe('net.client.socket', this.#onSocket);
		this.#hook = createHook({
			init: (id, kind) => {
				if (!kinds.test(kind)) {
					return;
				}
				const { stack = '' } = new Error();
				const ours = stack.split('\n').find((line) => line.includes(bundle));
				if (ours !== undefined) {
					this.#open.set(id, `${kind}${ours.replace(/\s+at /, ' at ')}`);
				}
			},
			destroy: (id) => void this.#open.delete(id),
		}).enable();
	}

	get all(): readonly string[] {
		return [...this.#open.values(), ...this.connections.map(({ localPort }) => `connection from port ${localPort}`)];
	}

	get connections(): readonly Socket[] {
		return [...this.#sockets].filter(({ destroyed, remotePort }) => !destroyed && remotePort === this.port);
	}

	dispose(): void {
		this.#hook.disable();
		unsubscribe('net.client.socket', this.#onSocket);
	}
}

/** The files of a folder that this process has open; undefined where the system does not tell. */
export function openFilesIn(folder: string): readonly string[] | undefined {
	const descriptors = '/proc/self/fd';
	if (!existsSync(descriptors)) {
		return undefined;
	}
	return readdirSync(descriptors)
		.flatMap((descriptor) => {
			try {
				return [readlinkSync(join(descriptors, descriptor))];
			} catch {
				return []; // closed meanwhile: the listing's own, for one
			}
		})
		.filter((path) => path.startsWith(folder));
}

/**
 * What keeps this process alive, by Node's names (`Timeout`, `TCPSocketWrap`, `MessagePort` …), one entry each, sorted; empty when
 * everything is closed. Unreferenced timers are not listed. A name does not say who opened the resource, so a test compares with the list of
 * before, or counts the names that only the code under test opens.
 */
export function activeResources(isCounted: (kind: string) => boolean = () => true): readonly string[] {
	return process.getActiveResourcesInfo().filter(isCounted).sort();
}
