import * as v from 'valibot';
import type { MediaRef } from '../core/mediaRef';

/**
 * The messages between the result panel (extension side) and its page. The panel always sends whole snapshots; the page sends requests,
 * which the panel validates with `readPageMessage`. All text is localised already and is shown as text.
 *
 * Trust goes one way. The panel does not trust the page's messages. The page trusts the panel and validates only a message's `type`: both
 * belong to the same extension and version, and only the panel can post to its page.
 */

/** The actions that the page can request; each is a command of the extension. */
export const pageActions = [
	'refresh',
	'save',
	'continueWith',
	'openInBrowser',
	'copyLink',
	'copyId',
	'copyCurl',
	'showRawResponse',
	'rename',
	'showRequest',
	'runAgain',
	'changeOperation',
	'openParentTask',
	'setApiKey',
	'openNetworkSettings',
	'openConsole',
	'untrack',
	'revealFile',
	'openFile',
	'copyPath',
	'copyMarkdown',
	'locateFile',
	'keepAgain',
	'cancelSaving',
] as const;
export type PageAction = (typeof pageActions)[number];

const Ref: v.GenericSchema<MediaRef> = v.union([v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(10_000)), v.literal('parent')]);

const Format = v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(100));

/** The most bytes of a poster: 256 pixels need a tenth of it. */
const mostPosterBytes = 256 * 1024;

const text = v.pipe(v.string(), v.maxLength(8192));

/** From the page to the panel. */
const PageMessage = v.variant('type', [
	/** The page's script runs and needs a snapshot. */
	v.object({ type: v.literal('ready') }),
	/**
	 * A button was pressed; `media` is the result it belongs to, missing for the whole task. `format` is the index of the format it is for:
	 * 0 is the result's own link, the others are its alternatives.
	 */
	v.object({ type: v.literal('action'), action: v.picklist(pageActions), media: v.optional(Ref), format: v.optional(Format) }),
	/** A copy button was pressed; the panel copies only values that the page offers to copy. */
	v.object({ type: v.literal('copyFact'), value: text }),
	/**
	 * A link could not be played or shown. `url` is the link that failed, so that a late report about an old link can be recognised.
	 * `cause`: `format` if the page knows that this file cannot be decoded here, otherwise `link`.
	 */
	v.object({ type: v.literal('mediaFailed'), media: Ref, url: text, cause: v.picklist(['link', 'format']) }),
	/** A picture of a kept file was drawn: WebP, or PNG where the editor cannot make that. Only those that a snapshot asks for count. */
	v.object({
		type: v.literal('poster'),
		sha256: v.pipe(v.string(), v.regex(/^[0-9a-f]{64}$/)),
		bytes: v.pipe(
			v.instance(Uint8Array),
			v.check(({ length }) => length > 0 && length <= mostPosterBytes),
		),
	}),
]);
export type PageMessage = v.InferOutput<typeof PageMessage>;

/** Parses a message from the page; undefined if it is not a valid one. */
export function readPageMessage(message: unknown): PageMessage | undefined {
	const read = v.safeParse(PageMessage, message);
	return read.success ? read.output : undefined;
}

/** The task of a page's saved state. The page adds playback positions; links are not saved: they expire, and are read from the store. */
export interface PageState {
	readonly task: { readonly origin: string; readonly id: string };
}

export interface PageButton {
	readonly action: PageAction;
	readonly label: string;
	readonly primary?: boolean;
	/** The result that it acts on; missing for the whole task. */
	readonly media?: MediaRef;
	/** The format that it is for (see `PageMessage`); only with `media`. */
	readonly format?: number;
}

/** One result, or the parent video, as the page shows it. */
export interface PageMedia {
	/** Stable when a link is replaced or the order changes; unique within a snapshot. */
	readonly id: string;
	readonly target: MediaRef;
	readonly kind: 'video' | 'image' | 'audio';
	/** The page only gets links that may be opened, or the kept file's; if there is none, `notice` says why. */
	readonly url?: string;
	/** Whether `url` is that of a kept file. */
	readonly isFile?: boolean;
	/** The available formats if there are several, the one of `url` first. */
	readonly formats?: readonly { readonly label: string; readonly url: string }[];
	/** Accessible name: "Video 1 of 2". */
	readonly label: string;
	/** Shown in its place: "Before". */
	readonly name?: string;
	/** Short visible text beside it: "5 s". */
	readonly caption?: string;
	readonly notice?: string;
	/** What is known of its sound; missing: nothing. */
	readonly sound?: PageSound;
	/** How far it is kept as a file; missing: it is not, and nobody tries. */
	readonly keeping?: PageKeeping;
	/** Buttons of this result, shown with it and when it is enlarged; those of a task's only result are in `PageSnapshot.buttons`. */
	readonly buttons: readonly PageButton[];
}

/** The sound of a kept file, by what the file says. */
export interface PageSound {
	/** As WebCodecs calls it; missing: the file has no sound. */
	readonly codec?: string;
	/** Shown if the editor cannot decode it. */
	readonly notice: string;
	/** What plays it instead; missing: nothing that the editor can open. */
	readonly button?: PageButton;
}

/** How far a result is kept as a file. */
export interface PageKeeping {
	/** `trouble`: it could not be saved, or is not where it was. */
	readonly state: 'kept' | 'saving' | 'trouble';
	/** "Saved", "Saving 43 %", or what is wrong. */
	readonly text: string;
	/** Where the kept file is. */
	readonly path?: string;
	/** Those of the file: shown beside the text if there is one result, else with the result's own. */
	readonly buttons: readonly PageButton[];
}

/** One row of the definition list. With `copyLabel` ("Copy Task ID") the value has a copy button. */
export interface PageFact {
	readonly label: string;
	readonly value: string;
	readonly copyLabel?: string;
}

/** Why a task failed, and what a person can do next. */
export interface PageFailure {
	readonly heading: string;
	/** The reason in the API's words. */
	readonly text: string;
	/** Label of the button that copies the reason; missing if the API gave none. */
	readonly copyLabel?: string;
	readonly adviceHeading: string;
	/** Whole sentences, one paragraph each. */
	readonly advice: readonly string[];
	readonly buttons: readonly PageButton[];
}

/** Texts that the page itself needs. */
export interface PageWords {
	readonly copied: string;
	/** Label of the toggle between an image that fits and one in its own size. */
	readonly actualSize: string;
	/** Accessible name of the format selection. */
	readonly format: string;
	/** Shown under a video of whose sound nothing is known, if the editor cannot decode AAC. */
	readonly noAudio: string;
	/** Title of the button that enlarges an image: "Enlarge". */
	readonly enlarge: string;
	readonly previous: string;
	readonly next: string;
	readonly close: string;
	/** Label of the button that opens the menu. */
	readonly more: string;
}

/** A kept file of which the page is to draw a small picture when it has nothing else to do. */
export interface PagePoster {
	readonly sha256: string;
	readonly url: string;
	readonly kind: 'video' | 'image';
}

/** Everything that the page shows. */
export interface PageSnapshot {
	/** Identity of the task; saved in the page's state. */
	readonly task: PageState['task'];
	/** The task's key, for the commands of the context menu. */
	readonly key: string;
	readonly title: string;
	/** The facts in one line: `dimensions` of a single result, which the page reads from its file, come between the two. */
	readonly summary: { readonly before: readonly string[]; readonly after: readonly string[] };
	/** `stopped`: not finished, and nothing is expected to change without help (not found, no API key). */
	readonly state: 'running' | 'stopped' | 'succeeded' | 'failed';
	/** "about 40 s left · Processing", "Succeeded"; an unknown status as the API sent it. The words of the task's row. */
	readonly status: string;
	/** "Last checked 10 s ago"; missing for a finished task. */
	readonly lastChecked?: string;
	/** Checks a task that is not finished; shown beside `lastChecked`. */
	readonly checkNow?: PageButton;
	/** The progress of a running task. `value`: 0 to 1, an estimate; missing: nothing is known. `text` is read by screen readers. */
	readonly progress?: { readonly value?: number; readonly label: string; readonly text: string };
	readonly failure?: PageFailure;
	/** What is wrong with the task's checks, with the remedy as a button. */
	readonly problem?: { readonly text: string; readonly button?: PageButton };
	/** Shown in place of results: still running, or finished without media. */
	readonly empty?: string;
	/** Heading of the results, for screen readers. */
	readonly mediaHeading: string;
	readonly media: readonly PageMedia[];
	/** Shown under the results if some are left out. */
	readonly leftOut?: string;
	/** The video that the results were made from, shown beside them. */
	readonly parent?: { readonly heading: string; readonly media: PageMedia };
	readonly factsHeading: string;
	readonly facts: readonly PageFact[];
	/** The actions under the title. */
	readonly buttons: readonly PageButton[];
	/** Accessible name of the actions. */
	readonly buttonsLabel: string;
	/** The actions in the menu. */
	readonly menu: readonly PageButton[];
	readonly words: PageWords;
	/** Pictures to draw, the most wanted first. */
	readonly posters?: readonly PagePoster[];
}

/** From the panel to the page. */
export type PanelMessage =
	| { readonly type: 'snapshot'; readonly snapshot: PageSnapshot }
	/**
	 * Scrolls to one media of the last snapshot; `focus` focuses it (`withPage`: if the page has the focus), `play` starts it, `muted`
	 * without sound.
	 */
	| {
			readonly type: 'reveal';
			readonly media: MediaRef;
			readonly focus: boolean | 'withPage';
			readonly play: boolean;
			readonly muted?: boolean;
	  };
