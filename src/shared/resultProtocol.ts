import * as v from 'valibot';
import type { MediaRef } from '../core/mediaRef';

/**
 * The messages between the result panel (editor side) and its page. The panel sends whole snapshots, never deltas;
 * the page sends small wishes, which the panel validates with `readPageMessage`. All text is already localised and is shown as text.
 *
 * Trust goes one way. The panel trusts nothing that comes from a page. The page trusts the panel and validates nothing but a message's `type`:
 * both are of the same extension and version, and only the panel can post to its page.
 */

/** What a person can wish for on the page; each is one of the extension's commands. */
export const pageActions = [
	'refresh',
	'save',
	'openInBrowser',
	'copyLink',
	'copyId',
	'copyCurl',
	'showRawResponse',
	'rename',
	'changeOperation',
	'setApiKey',
	'openNetworkSettings',
	'openConsole',
	'untrack',
] as const;
export type PageAction = (typeof pageActions)[number];

const Ref: v.GenericSchema<MediaRef> = v.union([v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(10_000)), v.literal('parent')]);

const text = v.pipe(v.string(), v.maxLength(8192));
const word = v.pipe(v.string(), v.minLength(1), v.maxLength(2048));

/** From the page to the panel. */
const PageMessage = v.variant('type', [
	/** The page's script runs and wants a snapshot. */
	v.object({ type: v.literal('ready') }),
	/** A button; `media` names the result it belongs to, absent for the whole task. */
	v.object({ type: v.literal('action'), action: v.picklist(pageActions), media: v.optional(Ref) }),
	/** A fact's copy button; the panel copies only what is one of the task's facts. */
	v.object({ type: v.literal('copyFact'), value: text }),
	/**
	 * A link could not be played or shown. `url` is the one that failed, so that a late report about an old link is told apart.
	 * `cause`: `format` when the page knows that the file cannot be decoded here, else `link`.
	 */
	v.object({ type: v.literal('mediaFailed'), media: Ref, url: text, cause: v.picklist(['link', 'format']) }),
]);
export type PageMessage = v.InferOutput<typeof PageMessage>;

/** A message from the page; undefined when it is none of the agreed ones. */
export function readPageMessage(message: unknown): PageMessage | undefined {
	const read = v.safeParse(PageMessage, message);
	return read.success ? read.output : undefined;
}

/**
 * What the page keeps in the editor's state and the panel reads when the editor revives it. The page adds playing positions,
 * which are its own affair. Never a link: links die, and are read from the store.
 */
const PageState = v.object({ task: v.object({ origin: word, id: word }) });
export type PageState = v.InferOutput<typeof PageState>;

/** The task that a kept page was about; undefined when the state cannot be read. */
export function readPageState(state: unknown): PageState | undefined {
	const read = v.safeParse(PageState, state);
	return read.success ? read.output : undefined;
}

/** One button. */
export interface PageButton {
	readonly action: PageAction;
	readonly label: string;
	readonly primary?: boolean;
}

/** One result, or the parent video, as the page shows it. */
export interface PageMedia {
	/** Stays the same when a fresh link comes or the order changes; unique in its snapshot. */
	readonly id: string;
	readonly target: MediaRef;
	readonly kind: 'video' | 'image' | 'audio';
	/** Only links that may be followed reach the page; without one, `notice` says why. */
	readonly url?: string;
	/** The formats to choose from where there are several, the one of `url` first. */
	readonly formats?: readonly { readonly label: string; readonly url: string }[];
	/** Accessible name: "Video 1 of 2". */
	readonly label: string;
	/** Short visible line beside it: "5 s". */
	readonly caption?: string;
	readonly notice?: string;
	/** Buttons of this result (save, open in browser, copy link). */
	readonly buttons: readonly PageButton[];
}

/** One row of the definition list; with `copyLabel` ("Copy task id") the value has a copy button. */
export interface PageFact {
	readonly label: string;
	readonly value: string;
	readonly copyLabel?: string;
}

/** Words that the page itself needs. */
export interface PageWords {
	readonly copied: string;
	/** The image's toggle. */
	readonly actualSize: string;
	/** Accessible name of the choice between formats. */
	readonly format: string;
	/** Said under a video where the editor cannot decode AAC. */
	readonly noSound: string;
}

/** The whole of what the page shows. */
export interface PageSnapshot {
	/** Identity of the task; goes into the page's state for revival. */
	readonly task: PageState['task'];
	readonly title: string;
	/** The line under the title. */
	readonly subtitle: string;
	readonly state: 'active' | 'succeeded' | 'failed';
	/** "Processing", "Succeeded", the raw word when it is not known. */
	readonly status: string;
	/** "running for 2 min", "took 3 min 52 s". */
	readonly elapsed?: string;
	/** 0 to 1, when the gateway tells. */
	readonly progress?: number;
	/** Accessible name of the progress bar. */
	readonly progressLabel: string;
	/** The failure's reason. */
	readonly failure?: { readonly heading: string; readonly text: string };
	/** What is wrong with the looks, with the remedy as a button. */
	readonly problem?: { readonly text: string; readonly button?: PageButton };
	/** Said where results would be: still running, or ended without media. */
	readonly empty?: string;
	readonly mediaHeading: string;
	readonly media: readonly PageMedia[];
	/** Said under the results where not all are shown. */
	readonly leftOut?: string;
	readonly parent?: { readonly heading: string; readonly media: PageMedia };
	readonly factsHeading: string;
	readonly facts: readonly PageFact[];
	/** Primary ones stand beside the status, the others at the end. */
	readonly buttons: readonly PageButton[];
	/** Accessible name of the buttons at the end. */
	readonly buttonsLabel: string;
	readonly words: PageWords;
}

/** From the panel to the page. */
export type PanelMessage =
	| { readonly type: 'snapshot'; readonly snapshot: PageSnapshot }
	/** Brings one media of the snapshot sent last into view; `focus` gives it the keyboard, `play` starts it. */
	| { readonly type: 'reveal'; readonly media: MediaRef; readonly focus: boolean; readonly play: boolean };
