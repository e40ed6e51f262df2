import * as v from 'valibot';

/**
 * The messages between the result panel (editor side) and its page. The panel sends whole snapshots, never deltas;
 * the page sends small wishes, which the panel validates with `PageMessage`. All text is already localised and is shown as text.
 */

/** What a person can wish for on the page; each is one of the extension's commands. */
export const pageActions = [
	'refresh',
	'save',
	'openInBrowser',
	'copyLink',
	'copyId',
	'copyCurl',
	'showRawAnswer',
	'rename',
	'changeOperation',
	'setApiKey',
	'untrack',
] as const;
export type PageAction = (typeof pageActions)[number];

const mediaIndex = v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(10_000));

/** From the page to the panel. */
export const PageMessage = v.variant('type', [
	/** The page's script runs and wants a snapshot. */
	v.object({ type: v.literal('ready') }),
	/** A button; `media` names the result it belongs to, absent for the whole task. */
	v.object({ type: v.literal('action'), action: v.picklist(pageActions), media: v.optional(mediaIndex) }),
	/** A result's link could not be played or shown. `url` is the one that failed, so that a late report about an old link is told apart. */
	v.object({ type: v.literal('mediaFailed'), media: mediaIndex, url: v.pipe(v.string(), v.maxLength(8192)) }),
]);
export type PageMessage = v.InferOutput<typeof PageMessage>;

/** One button. */
export interface PageButton {
	readonly action: PageAction;
	readonly label: string;
	readonly primary?: boolean;
}

/** One result as the page shows it. */
export interface PageMedia {
	readonly kind: 'video' | 'image' | 'audio';
	/** Only links that may be followed reach the page; without one, `notice` says why. */
	readonly url?: string;
	/** Accessible name: "Video 1 of 2, 5 seconds". */
	readonly label: string;
	/** Short visible line under it: "5 s". */
	readonly caption?: string;
	readonly notice?: string;
	/** Buttons of this result (save, open in browser, copy link). */
	readonly buttons: readonly PageButton[];
}

/** The whole of what the page shows. */
export interface PageSnapshot {
	/** Opaque identity of the task; goes into the page's state for revival. */
	readonly key: string;
	readonly title: string;
	readonly operation: string;
	readonly state: 'active' | 'succeeded' | 'failed';
	/** "Processing", "Succeeded", the raw word when it is not known. */
	readonly status: string;
	/** "2 min", "took 3 min 52 s". */
	readonly elapsed?: string;
	/** 0 to 1, when the gateway tells. */
	readonly progress?: number;
	/** Accessible name of the progress bar. */
	readonly progressLabel: string;
	/** The failure's reason. */
	readonly failure?: { readonly heading: string; readonly text: string };
	/** What is wrong with the looks, or with the links; with the remedy as a button. */
	readonly problem?: { readonly text: string; readonly button?: PageButton };
	/** Said where results would be: still running, or ended without media. */
	readonly empty?: string;
	readonly media: readonly PageMedia[];
	readonly parent?: { readonly heading: string; readonly media: PageMedia };
	readonly factsHeading: string;
	readonly facts: readonly { readonly label: string; readonly value: string }[];
	readonly buttons: readonly PageButton[];
	readonly language: string;
}

/** From the panel to the page. */
export interface PanelMessage {
	readonly type: 'snapshot';
	readonly snapshot: PageSnapshot;
}
