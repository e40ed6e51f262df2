// One window without an editor: window <terms as JSON>. Receives orders as messages (see orders.ts) and replies to each when it is done.
// Writes a trace.
import { randomUUID } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import * as v from 'valibot';
import { KlingClient } from '../../../src/api/klingClient';
import type { CreationId } from '../../../src/creation/creation';
import type { TaskRef } from '../../../src/core/task';
import { isFinished, taskKey } from '../../../src/core/task';
import { FileInstallation } from '../../../src/store/installation';
import { DiskMediaCopies } from '../../../src/store/mediaCopies';
import { migrations } from '../../../src/store/schema';
import { TaskStore } from '../../../src/store/taskStore';
import { diaryStep } from './diary';
import { omitUndefined } from '../../../src/core/omitUndefined';
import { Disposables } from '../../../src/core/disposables';
import { createEngine } from '../../../src/tracking/engine';
import type { Disposable } from '../../../src/core/emitter';
import type { ApiKeys, KlingApi, CheckOutcome, ListOutcome, ListQuestion } from '../../../src/tracking/ports/kling';
import type { Log } from '../../../src/tracking/ports/host';
import { openFilesIn, activeResources } from '../handles';
import { noDownloads } from '../noDownloads';
import { Fate, fatefulApi, fatefulDownloads, fatefulStore } from './fate';
import type { Order, Reply, WindowTerms } from './orders';
import { numberedOrderSchema, windowTermsSchema } from './orders';
import { pressRun } from './press';
import { scaledClock } from './scaledClock';
import { TraceFile } from './trace';
import { storeWorkerFile as workerFile } from '../paths';

const beatMs = 20;
/** A tick that comes later than this (ms after the previous one) is noted as a stall. */
const notedStallMs = 60;
/** How long (ms) resources may take to close. */
const shutdownGraceMs = 2_000;

/** Writes warnings and errors to the trace, and drops the rest. */
class TraceLog implements Log {
	constructor(private readonly trace: TraceFile) {}
	debug(): void {
		/* not noted */
	}
	info(): void {
		/* not noted */
	}
	warn(message: string): void {
		this.trace.note({ what: 'trouble', level: 'warning', message });
	}
	error(message: string, error?: unknown): void {
		this.trace.note({
			what: 'trouble',
			level: 'error',
			message: `${message}: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`,
		});
	}
}

/** A file in place of the editor's secrets, which all windows share. */
class FileApiKeys implements ApiKeys {
	constructor(private readonly path: string) {}

	async get(): Promise<string | undefined> {
		try {
			return await readFile(this.path, 'utf8');
		} catch (error) {
			if (error instanceof Error && 'code' in error && error.code === 'ENOENT') {
				return undefined;
			}
			throw error;
		}
	}
}

/** The real client; its requests are noted in the trace. */
class TracedKling implements KlingApi {
	readonly #client = new KlingClient();
	#checks = 0;

	constructor(private readonly trace: TraceFile) {}

	async query(ref: TaskRef, apiKey: string, signal: AbortSignal): Promise<CheckOutcome> {
		const check = ++this.#checks;
		this.trace.note({ what: 'check', check, id: ref.id });
		try {
			const outcome = await this.#client.query(ref, apiKey, signal);
			this.trace.note({ what: 'response', check });
			return outcome;
		} catch (error) {
			this.trace.note({ what: 'gaveUp', check });
			throw error;
		}
	}

	list(question: ListQuestion, apiKey: string, signal: AbortSignal): Promise<ListOutcome> {
		return this.#client.list(question, apiKey, signal);
	}
}

/** Notes stalls of the event loop. */
class Heart implements Disposable {
	#last = performance.now();
	#peak = 0;
	readonly #timer: NodeJS.Timeout;

	constructor(trace: TraceFile) {
		this.#timer = setInterval(() => {
			const now = performance.now();
			if (now - this.#last > notedStallMs) {
				trace.note({ what: 'stall', ms: Math.round(now - this.#last) });
			}
			this.#last = now;
			this.#peak = Math.max(this.#peak, process.memoryUsage.rss());
		}, beatMs);
	}

	/** The most memory (bytes) since the last call. */
	takePeak(): number {
		const peak = this.#peak;
		this.#peak = 0;
		return peak;
	}

	/** Excludes the time until now, which the window did not cause. */
	resetFailures(): void {
		this.#last = performance.now();
	}

	dispose(): void {
		clearInterval(this.#timer);
	}
}

function weigh(trace: TraceFile, peak: number): void {
	globalThis.gc?.();
	const { rss, heapUsed } = process.memoryUsage();
	trace.note({ what: 'memory', rss, heap: heapUsed, peak });
}

/** The handles of the bare process, by Node's names: the message channel, and the outputs, which any of its threads may open. */
function handlesOfTheProcess(): readonly string[] {
	process.channel?.ref();
	for (const output of [process.stdout, process.stderr]) {
		output.write('');
	}
	return activeResources();
}

/** The handles that were not open at the start. */
function newHandles(before: readonly string[]): readonly string[] {
	const known = [...before];
	return activeResources().filter((kind) => {
		const at = known.indexOf(kind);
		if (at >= 0) {
			known.splice(at, 1);
		}
		return at < 0;
	});
}

function reply(response: Reply): void {
	process.send?.(response);
}

async function main(terms: WindowTerms): Promise<void> {
	const handlesAtStart = handlesOfTheProcess();

	const own = new Disposables();
	const trace = new TraceFile(terms.trace, terms.clock);
	const clock = scaledClock(terms.clock);
	const log = new TraceLog(trace);
	const store = await TaskStore.open({ directory: terms.directory, clock, log, workerFile, migrations: [...migrations, diaryStep] });
	const fate = new Fate();
	const media = new DiskMediaCopies(terms.directory);
	const installation = new FileInstallation(terms.directory);
	const engine = own.own(
		createEngine({
			...noDownloads,
			loadDownloadLoop: (parts) => noDownloads.loadDownloadLoop(fatefulDownloads(parts, fate)),
			store: fatefulStore(store, fate),
			createApi: fatefulApi(new KlingClient(), fate, {
				begins: (post, externalId) => trace.note({ what: 'post', post, ...omitUndefined({ externalId }) }),
				ends: (post, kind) => trace.note({ what: 'posted', post, kind }),
			}),
			media,
			api: new TracedKling(trace),
			keys: new FileApiKeys(terms.keyFile),
			clock,
			limitsOf: () => terms.limits,
			random: Math.random,
			newId: randomUUID,
			log,
		}),
	);
	const { tracker, announcer } = engine;
	engine.setFocused(terms.focused);

	/** Claimed by this window, and not announced yet. */
	const toAnnounce = new Set<string>();
	own.own(
		announcer.onDidClaim(({ ref }) => {
			toAnnounce.add(ref.id);
			trace.note({ what: 'claimed', id: ref.id });
		}),
	);
	own.own(
		announcer.onDidAnnounce((finished) => {
			const ids = finished.map(({ ref }) => ref.id);
			for (const id of ids) {
				toAnnounce.delete(id);
			}
			trace.note({ what: 'announced', ids });
		}),
	);

	const close = async (): Promise<void> => {
		await engine.close();
		trace.note({ what: 'handedBack', ids: [...toAnnounce] });
		await store.close();
		own.dispose();
		heart.dispose();
		for (const end = performance.now() + shutdownGraceMs; newHandles(handlesAtStart).length > 0 && performance.now() < end;) {
			await sleep(beatMs);
		}
		trace.note({ what: 'closed', handles: [...newHandles(handlesAtStart)], files: [...(openFilesIn(terms.directory) ?? [])] });
		trace.close();
	};

	const obey = async (order: Order): Promise<void> => {
		switch (order.do) {
			case 'track': {
				trace.note({ what: 'tracking', ids: order.tasks.map(({ id }) => id) });
				const outcomes = await tracker.track(order.tasks.map((ref) => ({ ref })));
				for (const outcome of outcomes) {
					trace.note({
						what: 'tracked',
						id: outcome.ref.id,
						isOwnResult: outcome.kind === 'updated' && isFinished(outcome.task) && !outcome.isAnnounced,
					});
				}
				return;
			}
			case 'refresh':
				await tracker.refresh(order.tasks?.map(taskKey));
				return;
			case 'focus':
				engine.setFocused(order.focused);
				return;
			case 'noteKey':
				await store.origins.noteKey(order.origin, order.present, clock.now());
				return;
			case 'press':
				await pressRun(order, {
					store: fatefulStore(store, fate),
					media,
					installation,
					now: () => clock.now(),
					newId: randomUUID,
				});
				engine.creations.wake();
				return;
			case 'confirm':
				await engine.creations.confirm(order.id as CreationId);
				return;
			case 'doom':
				fate.set(order.moment);
				return;
			case 'weigh':
				weigh(trace, heart.takePeak());
				heart.resetFailures();
				return;
			case 'close':
				await close();
				return;
		}
	};
	process.on('message', (message) => {
		const { number, order } = v.parse(numberedOrderSchema, message);
		obey(order).then(
			() => {
				reply({ number });
				if (order.do === 'close') {
					process.disconnect();
				}
			},
			(error: unknown) => reply({ number, problem: String(error) }),
		);
	});

	// Closed, or its parent is gone: without it nothing would end this process.
	process.once('disconnect', () => process.exit());

	engine.start();
	const heart = new Heart(trace);
	reply({ number: 0 });
}

void main(v.parse(windowTermsSchema, JSON.parse(process.argv[2] ?? '')));
