// Everything around one person's journey: a VS Code server with the packed extension, a browser, an offline Kling.
import { existsSync, readFileSync } from 'node:fs';
import { cp, mkdtemp, readdir, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import type { Browser, BrowserContext } from 'playwright-core';
import { operations } from '../../src/core/operation';
import type { Simulator, SimulatorOptions } from '../../src/simulator/simulator';
import { TaskStore } from '../../src/store/taskStore';
import { finishesAnyTime, startSimulator } from '../support/simulator';
import { launchBrowser, newContext, windowSize } from '../host/browser.mjs';
import { hostDir, root } from '../host/paths.mjs';
import type { Server, ServerOptions } from '../host/server.mjs';
import { installVsix, newDataDir, settingsFile, startServer, workbenchUrl } from '../host/server.mjs';
import { Workbench } from './ui';
import { storeWorkerFile as workerFile } from '../support/paths';

/** The extension as a person would install it. */
const vsix = path.join(root, 'kling-tasks.vsix');
/** What the open folder is a copy of. */
const sampleFolder = path.join(hostDir, 'workspace');
/** What a person's key looks like; the offline Kling accepts it. */
export const rightKey = 'sk-e2e-right-0123456789abcdef0123456789abcdef';

export interface SurroundingsOptions {
	readonly simulator?: Partial<SimulatorOptions>;
	readonly server?: ServerOptions;
	/** Added to the settings; the base URL is the offline Kling's anyway. */
	readonly settings?: Readonly<Record<string, unknown>>;
	/** Whether the browser lets the editor use the clipboard without asking. Default true. */
	readonly clipboard?: boolean;
}

/** One person's machine. */
export class Surroundings {
	readonly #options: SurroundingsOptions;
	#server: Server;
	#simulator: Simulator;
	/** Those of before the first window. */
	readonly #settings: string;
	readonly #windows: Workbench[] = [];
	/** What a window opens: a folder, or a `.code-workspace` file. By default `folder`; to be set before the first window. */
	opens: string;

	private constructor(
		options: SurroundingsOptions,
		simulator: Simulator,
		readonly dataDir: string,
		/** The open folder: a copy that may be changed. */
		readonly folder: string,
		server: Server,
		private readonly browser: Browser,
		/** The person's browser profile. */
		readonly context: BrowserContext & { blocked: string[] },
	) {
		this.#options = options;
		this.#simulator = simulator;
		this.#server = server;
		this.opens = folder;
		this.#settings = settingsIn(dataDir);
	}

	static async start(options: SurroundingsOptions = {}): Promise<Surroundings> {
		if (!existsSync(vsix)) {
			throw new Error('There is no kling-tasks.vsix. Run: npm run package');
		}
		const dataDir = newDataDir();
		installVsix(vsix, dataDir);
		const folder = path.join(await mkdtemp(path.join(os.tmpdir(), 'kling-e2e-')), 'sample');
		await cp(sampleFolder, folder, { recursive: true });
		// Its time stands still until a test moves it on: nothing depends on how fast this machine is.
		const simulator = await startSimulator(rightKey, options.simulator);
		await addDemoDurations(dataDir, simulator.origin);
		const [server, browser] = await Promise.all([startServer(serverOptions(options, simulator, dataDir)), launchBrowser()]);
		const context = await newContext(browser);
		if (options.clipboard !== false) {
			await context.grantPermissions(['clipboard-read', 'clipboard-write']);
		}
		return new Surroundings(options, simulator, dataDir, folder, server, browser, context);
	}

	get server(): Server {
		return this.#server;
	}

	get simulator(): Simulator {
		return this.#simulator;
	}

	get url(): string {
		return workbenchUrl(this.#server.port, { folder: this.opens });
	}

	/** Opens a window on the folder, with the extension's view in front. */
	async open(): Promise<Workbench> {
		const workbench = await Workbench.open(await this.context.newPage(), this.url);
		this.#windows.push(workbench);
		await workbench.openView('Kling');
		return workbench;
	}

	/** Takes a screenshot of each open window. */
	async shots(name: string): Promise<void> {
		for (const [index, window] of this.#windows.entries()) {
			if (!window.page.isClosed()) {
				await window.capture(this.#windows.length === 1 ? name : `${name}-${index + 1}`);
			}
		}
	}

	/** Ends VS Code's server, whatever is in progress, and starts it again on the same port. Open windows need to be reloaded. */
	async restartServer(): Promise<void> {
		const { port } = this.#server;
		await this.#server.stop();
		this.#server = await startServer({ ...serverOptions(this.#options, this.simulator, this.dataDir), port });
	}

	/** A query's link, as it stands in a log or a curl line. */
	link(operation: string, id: string): string {
		return `${this.simulator.origin}/kling/v1/${operation}/${id}`;
	}

	/** A person who has set the key. Resolves when the message is closed. */
	async setKey(workbench: Workbench, key = rightKey): Promise<void> {
		await workbench.runAndAccept('Kling: Set API Key', key);
		await workbench.notification('API key saved.').waitFor();
		await workbench.closeNotifications();
	}

	/** The number of checks of a task, as the simulator logged them. */
	queries(taskId: string): number {
		return this.simulator.requests.all({ kind: 'query', taskId }).length;
	}

	/**
	 * Makes the machine like a new one with a window, without opening that again: nothing is tracked or learned, no key is set, and another
	 * offline Kling is at the same address, because a window reads its settings only when it is opened.
	 * @throws Error if that cannot be done: behind a dialog, with changed settings
	 */
	async renew(options: Pick<SurroundingsOptions, 'simulator'>): Promise<Workbench> {
		const [workbench, ...others] = this.#windows;
		if (workbench === undefined || others.length > 0) {
			throw new Error(`Open were ${this.#windows.length} windows, not one`);
		}
		await workbench.page.setViewportSize(windowSize);
		await workbench.page.keyboard.press('Escape');
		await workbench.closeEditors();
		const panel = workbench.page.locator('.part.panel');
		if (await panel.isVisible()) {
			// It closes with the last of them, unless it shows something else.
			await workbench.run('Terminal: Kill All Terminals');
		}
		if (await panel.isVisible()) {
			await panel.getByRole('button', { name: /^Hide Panel/ }).click();
		}
		await workbench.run('Kling: Delete All Data…');
		await workbench.dialog.getByRole('button', { name: 'Delete All Data' }).click();
		await workbench.notification('All Kling tasks and API keys were deleted.').waitFor();

		const { origin } = this.#simulator;
		await this.#simulator.close();
		this.#simulator = await startSimulator(rightKey, { ...options.simulator, port: Number(new URL(origin).port) });
		await addDemoDurations(this.dataDir, origin);
		for (const name of await readdir(this.folder)) {
			await rm(path.join(this.folder, name), { recursive: true });
		}
		await cp(sampleFolder, this.folder, { recursive: true });
		await workbench.page.evaluate("navigator.clipboard.writeText('')");
		this.context.blocked.length = 0;
		await workbench.openView('Kling');
		await workbench.closeNotifications();
		// Not before: a window takes a moment to write them.
		if (settingsIn(this.dataDir) !== this.#settings) {
			throw new Error(`The settings were changed: ${settingsIn(this.dataDir)}`);
		}
		return workbench;
	}

	async stop(): Promise<void> {
		await this.browser.close();
		await this.#server.stop();
		await this.simulator.close();
		// Extension hosts that are just being ended may still write.
		for (const folder of [this.dataDir, path.dirname(this.folder)]) {
			await rm(folder, { recursive: true, force: true, maxRetries: 10, retryDelay: 100 });
		}
	}
}

/** Lets the extension believe that it has seen how long tasks of this API take. */
async function addDemoDurations(dataDir: string, origin: string): Promise<void> {
	await asAnotherWindow(dataDir, (store) =>
		store.durations.add(operations.map(({ action, action2 }) => ({ origin, action, action2, observations: finishesAnyTime }))),
	);
}

/** The extension's own folder. */
export function storageFolder(dataDir: string): string {
	return path.join(dataDir, 'user', 'User', 'globalStorage', 'kling-tasks.kling-tasks');
}

/** Writes what another window would have written to the list of all windows. */
export async function asAnotherWindow(dataDir: string, write: (store: TaskStore) => Promise<unknown>): Promise<void> {
	const directory = storageFolder(dataDir);
	const log = { debug: () => undefined, info: () => undefined, warn: console.warn, error: console.error };
	const store = await TaskStore.open({ directory, clock: { now: Date.now, after: () => ({ dispose: () => undefined }) }, log, workerFile });
	try {
		await write(store);
	} finally {
		store.dispose();
	}
}

function settingsIn(dataDir: string): string {
	const settings: unknown = JSON.parse(readFileSync(settingsFile(dataDir), 'utf8'));
	// A window writes this one in today's form while it starts.
	return JSON.stringify(settings, (name, value: unknown) => (name === 'extensions.autoUpdate' ? undefined : value));
}

function serverOptions({ server, settings }: SurroundingsOptions, simulator: Simulator, dataDir: string): ServerOptions {
	// In a minute a test asks for more than a person does.
	return {
		...server,
		dataDir,
		settings: { 'kling.api.baseUrl': simulator.origin, 'kling.polling.maxRequestsPerMinute': 120, ...server?.settings, ...settings },
	};
}
