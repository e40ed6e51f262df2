import type { MediaKind } from './media';

/** An operation by the two parts of its path: `GET /kling/v1/{action}/{action2}/{id}`. From the catalogue, or typed by a person. */
export interface OperationPath {
	/** `images`, `videos`, `audio`, or a custom one. */
	readonly action: string;
	/** `text2video`, or with a slash: `avatar/image2video`. */
	readonly action2: string;
}

/** `videos/text2video`: identifies an operation in maps, in the database and to people. */
export function operationKey({ action, action2 }: OperationPath): string {
	return `${action}/${action2}`;
}

export function sameOperation(a: OperationPath, b: OperationPath): boolean {
	return a.action === b.action && a.action2 === b.action2;
}

/** One operation of the catalogue. */
export interface Operation extends OperationPath {
	/** Its main media kind; `video-to-audio` produces two kinds. */
	readonly media: MediaKind;
	/** Codicon id. */
	readonly icon: string;
	/** Whether CometAPI's query page lists it; the others work too. */
	readonly listed: boolean;
	/** Its results are made from an earlier video, which responses name as `parent_video`. */
	readonly hasParent?: boolean;
	/** Average duration from creation to the final status, s, if published. Source: the averages that ComfyUI's Kling nodes show. */
	readonly averageSeconds?: number;
}

/**
 * The catalogue, in the order in which operations are offered. Sources: the gateway's query page (listed) and related operations in use
 * (not listed).
 */
const catalogue = [
	{ action: 'videos', action2: 'text2video', media: 'video', icon: 'device-camera-video', listed: true, averageSeconds: 319 },
	{ action: 'videos', action2: 'image2video', media: 'video', icon: 'device-camera-video', listed: true, averageSeconds: 164 },
	{ action: 'videos', action2: 'multi-image2video', media: 'video', icon: 'device-camera-video', listed: true },
	{ action: 'videos', action2: 'effects', media: 'video', icon: 'sparkle', listed: true, averageSeconds: 320 },
	{ action: 'videos', action2: 'lip-sync', media: 'video', icon: 'comment', listed: true, hasParent: true, averageSeconds: 455 },
	{ action: 'videos', action2: 'multi-elements', media: 'video', icon: 'layers', listed: true },
	{ action: 'images', action2: 'generations', media: 'image', icon: 'file-media', listed: true, averageSeconds: 32 },
	{ action: 'images', action2: 'kolors-virtual-try-on', media: 'image', icon: 'person', listed: true, averageSeconds: 19 },
	{ action: 'audio', action2: 'text-to-audio', media: 'audio', icon: 'unmute', listed: true },
	{ action: 'audio', action2: 'video-to-audio', media: 'audio', icon: 'unmute', listed: true, hasParent: true },
	{ action: 'videos', action2: 'omni-video', media: 'video', icon: 'device-camera-video', listed: false },
	{ action: 'videos', action2: 'video-extend', media: 'video', icon: 'arrow-right', listed: false, hasParent: true, averageSeconds: 320 },
	{ action: 'videos', action2: 'advanced-lip-sync', media: 'video', icon: 'comment', listed: false, hasParent: true },
	{ action: 'videos', action2: 'avatar/image2video', media: 'video', icon: 'account', listed: false },
	{ action: 'videos', action2: 'motion-control', media: 'video', icon: 'move', listed: false },
	{ action: 'images', action2: 'omni-image', media: 'image', icon: 'file-media', listed: false },
	{ action: 'images', action2: 'multi-image2image', media: 'image', icon: 'file-media', listed: false },
	{ action: 'images', action2: 'editing/expand', media: 'image', icon: 'screen-full', listed: false },
	{ action: 'audio', action2: 'tts', media: 'audio', icon: 'megaphone', listed: false },
] as const satisfies readonly Operation[];

type CatalogueRow = (typeof catalogue)[number];
type KeyOf<T extends OperationPath> = T extends OperationPath ? `${T['action']}/${T['action2']}` : never;

/** The keys of the catalogue's operations: a table `Record<OperationKey, …>` does not compile if one is missing. */
export type OperationKey = KeyOf<CatalogueRow>;
/** The keys of the operations without a published average. */
export type UnpublishedOperationKey = KeyOf<Exclude<CatalogueRow, { readonly averageSeconds: number }>>;

export const operations: readonly Operation[] = catalogue;

const byKey: ReadonlyMap<string, Operation> = new Map(operations.map((operation) => [operationKey(operation), operation]));

/** The catalogue's entry for a path; undefined if it has none. */
export function findOperation(path: OperationPath): Operation | undefined {
	return byKey.get(operationKey(path));
}

/**
 * The catalogue's entry for a name alone, as logs and responses spell it: `text2video`, `OMNI_VIDEO`, `TEXT_TO_VIDEO`.
 * Every `action2` of the catalogue is unique.
 */
export function findOperationByName(name: string): Operation | undefined {
	const spelled = name.toLowerCase().replaceAll('_', '-');
	const numbered = spelled.replace(/^((?:multi-)?(?:text|image))-to-(video|image)$/, '$12$2');
	return operations.find(({ action2 }) => action2 === spelled || action2 === numbered);
}

/** What an operation produces: by the catalogue, otherwise by its first segment. */
export function mediaKindOf(path: OperationPath): MediaKind {
	const { action } = path;
	return findOperation(path)?.media ?? (action === 'images' ? 'image' : action === 'audio' ? 'audio' : 'video');
}

/** What an ID or a path segment may consist of; anything else never reaches a URL. */
const segmentPattern = /^[A-Za-z0-9_=-]{1,128}$/;

/** Whether a task ID may be put into a URL. */
export function isTaskId(text: string): boolean {
	return segmentPattern.test(text);
}

/** Splits `action/action2` (action2 may contain one slash); undefined if a segment is malformed. */
export function parseOperationPath(text: string): OperationPath | undefined {
	const segments = text.split('/');
	const [action, ...rest] = segments;
	if (action === undefined || rest.length < 1 || rest.length > 2 || !segments.every((segment) => segmentPattern.test(segment))) {
		return undefined;
	}
	return { action, action2: rest.join('/') };
}
