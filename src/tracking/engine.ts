import type { Disposable, Event } from '../core/emitter';
import type { Creations } from '../creation/creations';
import { LazyCreations } from '../creation/lazyCreations';
import { Announcer } from './announcer';
import { AttentionLease } from './attentionLease';
import { Bookings } from './bookings';
import { ChangeWatch } from './changeWatch';
import { Disposables } from '../core/disposables';
import { DurationModels } from './durationModels';
import { Downloads } from './downloads';
import type { EngineHost } from './engineHost';
import { KeyCheck } from './keyCheck';
import { LazyListChecker } from './lazyListChecker';
import { RequestSlots } from './requestSlots';
import type { OperationFinder } from './operationFinder';
import { OriginKeys, type Pause } from './originKeys';
import { OwnDemo } from './ownDemo';
import { Poller } from './poller';
import { CheckRecorder } from './checkRecorder';
import { TaskChecker } from './taskChecker';
import { Tracker } from './tracker';

/** One window's engine: its connected parts. A test may start one part alone. */
export interface Engine extends Disposable {
	readonly poller: Poller;
	readonly checker: TaskChecker;
	readonly tracker: Tracker;
	readonly announcer: Announcer;
	/** Its code is loaded on use. */
	readonly finder: Pick<OperationFinder, 'find'>;
	readonly creations: Creations;
	readonly downloads: Downloads;
	readonly keyCheck: KeyCheck;
	readonly durationModels: DurationModels;
	readonly watch: ChangeWatch;
	readonly attention: AttentionLease;
	/** An origin was paused; fires in one window only. */
	readonly onDidPause: Event<Pause>;
	/** Starts polling, creating, downloading and announcing. Before that, only what a person wants is done. */
	start(): void;
	/** The demo that this window runs, if any. Tasks of other demos are neither checked nor announced here. */
	setDemo(demoId: string | undefined): void;
	/**
	 * The window gained or lost focus. On focus it immediately reads what other windows wrote, checks what is due and announces what has
	 * finished.
	 */
	setFocused(focused: boolean): void;
	/** Whether the list or a result panel is visible. */
	setVisible(visible: boolean): void;
	/**
	 * Aborts requests and releases all claims, so that another window can take over; resolves when that is written. Waits up to two seconds
	 * for responses to creates. Never rejects.
	 */
	close(): Promise<void>;
}

/** Composes an engine. Until it is set otherwise, the window counts as neither focused nor visible. */
export function createEngine(host: EngineHost): Engine {
	const own = new Disposables();
	const slots = own.own(new RequestSlots(host));
	const durationModels = new DurationModels(host.store.durations);
	const ownDemo = new OwnDemo();
	const parts = { ...host, slots, durationModels, ownDemo };
	const bookings = new Bookings(parts);
	const keys = own.own(new OriginKeys(host));
	const recorder = new CheckRecorder(host, bookings);
	const checker = own.own(new TaskChecker(parts, keys, recorder));
	const lists = own.own(new LazyListChecker(parts, recorder, checker));
	const poller = own.own(new Poller(parts, bookings, checker, lists));
	const creations = own.own(new LazyCreations({ ...parts, creations: host.store.creations, health: host.store.health }));
	const downloads = own.own(
		new Downloads({
			...parts,
			task: (key) => host.store.tasks.get(key),
			creationOf: (key) => host.store.creations.ofTask(key),
			refresh: (key, signal) => checker.refreshLinks(key, signal),
		}),
	);
	const announcer = own.own(new Announcer(parts, false));
	const watch = own.own(new ChangeWatch(host));
	const attention = own.own(new AttentionLease(host, host.newId()));
	// After sleep timers are late, and after the clock was set they no longer match it.
	own.own(
		watch.onDidJump(() => {
			poller.wake();
			creations.wake();
			downloads.wake();
		}),
	);
	own.own(attention.onDidIncrease(() => void poller.reschedule()));
	return {
		poller,
		checker,
		tracker: new Tracker(parts, poller, checker, lists),
		announcer,
		finder: {
			find: async (...question) => {
				const { OperationFinder: Finder } = await import('./operationFinder');
				return await new Finder(parts).find(...question);
			},
		},
		creations,
		downloads,
		keyCheck: new KeyCheck(parts),
		durationModels,
		watch,
		attention,
		onDidPause: keys.onDidPause,
		start: () => {
			for (const part of [announcer, watch, attention, poller, creations, downloads]) {
				part.start();
			}
		},
		setDemo: (demoId) => {
			ownDemo.demoId = demoId;
			poller.wake();
		},
		setFocused: (focused) => {
			watch.setFocused(focused);
			announcer.setFocused(focused);
			attention.setFocused(focused);
			if (focused) {
				poller.wake();
				creations.wake();
				downloads.wake();
			}
		},
		setVisible: (visible) => {
			watch.setVisible(visible);
			attention.setVisible(visible);
		},
		close: async () => {
			// Before the checks: a download that is stopped does not wait for one.
			await downloads.close();
			await Promise.allSettled([creations.close(), poller.close(), announcer.close(), attention.close()]);
			own.dispose();
		},
		dispose: () => own.dispose(),
	};
}
