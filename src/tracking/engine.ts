import type { Disposable, Event } from '../core/emitter';
import { Announcer } from './announcer';
import { AttentionLease } from './attentionLease';
import { Bookings } from './bookings';
import { ChangeWatch } from './changeWatch';
import { Disposables } from '../core/disposables';
import { DurationModels } from './durationModels';
import type { EngineHost } from './engineHost';
import { KeyCheck } from './keyCheck';
import { RequestSlots } from './requestSlots';
import { OperationFinder } from './operationFinder';
import { OriginKeys, type Pause } from './originKeys';
import { OwnDemo } from './ownDemo';
import { Poller } from './poller';
import { CheckRecorder } from './checkRecorder';
import { TaskChecker } from './taskChecker';
import { Tracker } from './tracker';

/** One window's engine: its parts, connected with each other. A test may start one part alone. */
export interface Engine extends Disposable {
	readonly poller: Poller;
	readonly checker: TaskChecker;
	readonly tracker: Tracker;
	readonly announcer: Announcer;
	readonly finder: OperationFinder;
	readonly keyCheck: KeyCheck;
	readonly durationModels: DurationModels;
	readonly watch: ChangeWatch;
	readonly attention: AttentionLease;
	/** An origin was paused; fires in one window only. */
	readonly onDidPause: Event<Pause>;
	/** Begins to poll and to announce. Until then only what a person asks for is checked. */
	start(): void;
	/** Which demo this window runs: it checks and announces the tasks of no other. */
	setDemo(demoId: string | undefined): void;
	/** The window got or lost the focus: with it, what other windows wrote is read, what is due is checked and what has finished is announced, all at once. */
	setFocused(focused: boolean): void;
	/** The list or a result panel can be seen, or no longer. */
	setVisible(visible: boolean): void;
	/** Ends what is under way and gives back what this window has claimed, so that another one can take over; resolves when that is written. Never rejects. */
	close(): Promise<void>;
}

/** Puts an engine together. A window that nobody has said to be focused or visible is neither. */
export function createEngine(host: EngineHost): Engine {
	const own = new Disposables();
	const slots = own.own(new RequestSlots(host));
	const durationModels = new DurationModels(host.store.durations);
	const ownDemo = new OwnDemo();
	const parts = { ...host, slots, durationModels, ownDemo };
	const bookings = new Bookings(parts);
	const keys = own.own(new OriginKeys(host));
	const checker = own.own(new TaskChecker(parts, keys, new CheckRecorder(host, bookings)));
	const poller = own.own(new Poller(parts, bookings, checker));
	const announcer = own.own(new Announcer(host, false));
	const watch = own.own(new ChangeWatch(host));
	const attention = own.own(new AttentionLease(host, host.newId()));
	// Timers stood still while the machine slept, and mean another time when the clock was set.
	own.own(watch.onDidJump(() => poller.wake()));
	own.own(attention.onDidIncrease(() => void poller.reschedule()));
	return {
		poller,
		checker,
		tracker: new Tracker(parts, poller, checker),
		announcer,
		finder: new OperationFinder(parts),
		keyCheck: new KeyCheck(parts),
		durationModels,
		watch,
		attention,
		onDidPause: keys.onDidPause,
		start: () => {
			for (const part of [announcer, watch, attention, poller]) {
				part.start();
			}
		},
		setDemo: (demoId) => {
			ownDemo.demoId = demoId;
			announcer.owner = demoId;
			poller.wake();
		},
		setFocused: (focused) => {
			watch.setFocused(focused);
			announcer.setFocused(focused);
			attention.setFocused(focused);
			if (focused) {
				poller.wake();
			}
		},
		setVisible: (visible) => {
			watch.setVisible(visible);
			attention.setVisible(visible);
		},
		close: async () => {
			await Promise.allSettled([poller.close(), announcer.close(), attention.close()]);
			own.dispose();
		},
		dispose: () => own.dispose(),
	};
}
