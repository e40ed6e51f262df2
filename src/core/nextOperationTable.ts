import type { MediaKind } from './media';
import type { OperationKey } from './operation';

/** The synchronous calls around the operations: they find faces or select parts of a video, and cost little or nothing. */
type CallKey =
	| 'videos/identify-face'
	| 'videos/multi-elements/init-selection'
	| 'videos/multi-elements/add-selection'
	| 'videos/multi-elements/clear-selection'
	| 'videos/multi-elements/preview-selection';

/** An operation or call that can take something of a task. */
export type NextKey = OperationKey | CallKey;

/** What a task leaves behind: media, the session with the faces that were found, or the session of a selection. */
export type MaterialKind = MediaKind | 'faces' | 'selection';

/**
 * What of a task stands in a field: the ID or the link of a medium, the ID of its task, a session, or a face of one. IDs and sessions are only
 * known to the account that made them; a link is open to everybody.
 */
export type Piece = 'id' | 'link' | 'taskId' | 'session' | 'face';

/** One field that is filled. */
export interface FieldRow {
	/** From the body down; `*` is the index of the material. */
	readonly path: readonly (string | number)[];
	readonly piece: Piece;
	/** Which of several materials it is from; `*`: each of them, in turn. Missing: the first. */
	readonly of?: number | '*';
}

/** One way to hand a material on. */
export interface WayRow {
	readonly fields: readonly FieldRow[];
	/** Only for what these operations made. */
	readonly madeBy?: readonly OperationKey[];
}

/** From one kind of material to one operation. */
export interface NextRow {
	readonly to: NextKey;
	readonly takes: MaterialKind;
	/** The ways, the best one first; the first that is open is used. */
	readonly ways: readonly WayRow[];
	/** How many materials of the kind it takes together: from, to. Missing: one. */
	readonly count?: readonly [least: number, most: number];
	/** The lengths that are taken, s: ranges from, to. */
	readonly seconds?: readonly (readonly [least: number, most: number])[];
	/** Only results of these models. */
	readonly models?: readonly string[];
	/** Only results of these operations. */
	readonly madeBy?: readonly OperationKey[];
	/** Kling no longer offers it: of results of these models, or (missing) at all. `instead`: what does about the same. */
	readonly retired?: { readonly models?: readonly string[]; readonly instead: readonly NextKey[] };
	/** Kling has stopped documenting it, and may stop offering it. */
	readonly isRetiring?: true;
	/** It takes the material only after this call. */
	readonly first?: CallKey;
}

const videoId: WayRow = { fields: [{ path: ['video_id'], piece: 'id' }] };
const videoUrl: WayRow = { fields: [{ path: ['video_url'], piece: 'link' }] };
const session: WayRow = { fields: [{ path: ['session_id'], piece: 'session' }] };

/** The way of one material by its link. */
function link(...path: readonly (string | number)[]): readonly WayRow[] {
	return [{ fields: [{ path, piece: 'link' }] }];
}

/** A sound by its ID, which only Text to Speech gives; any other by its link. */
function sound(id: readonly (string | number)[], file: readonly (string | number)[]): readonly WayRow[] {
	return [{ fields: [{ path: id, piece: 'id' }], madeBy: ['audio/tts'] }, ...link(...file)];
}

/** Several materials, each by its link. */
function links(...path: readonly (string | number)[]): readonly WayRow[] {
	return [{ fields: [{ path, piece: 'link', of: '*' }] }];
}

/**
 * What can be made of what: the only table of it, in the order in which it is offered. Sources: Kling's API reference and updates of 2026-09-20,
 * and CometAPI's pages where they ask for more (the task beside a video).
 */
export const nextRows: readonly NextRow[] = [
	{ takes: 'video', to: 'audio/video-to-audio', ways: [videoId, videoUrl], seconds: [[3, 20]] },
	{ takes: 'video', to: 'videos/identify-face', ways: [videoId, videoUrl], seconds: [[2, 60]] },
	{
		takes: 'video',
		to: 'videos/omni-video',
		ways: link('video_list', 0, 'video_url'),
		// Of a reference; nothing is published of the longest video that can be edited.
		seconds: [[3, 15]],
	},
	{ takes: 'video', to: 'videos/motion-control', ways: link('video_url'), seconds: [[3, 30]] },
	{
		takes: 'video',
		to: 'videos/lip-sync',
		ways: [
			{
				fields: [
					{ path: ['input', 'task_id'], piece: 'taskId' },
					{ path: ['input', 'video_id'], piece: 'id' },
				],
			},
			...link('input', 'video_url'),
		],
		seconds: [
			[5, 5],
			[10, 10],
		],
		isRetiring: true,
	},
	{
		takes: 'video',
		to: 'videos/multi-elements/init-selection',
		ways: [
			{
				fields: [
					{ path: ['task_id'], piece: 'taskId' },
					{ path: ['video_id'], piece: 'id' },
				],
			},
			videoUrl,
		],
		seconds: [
			[2, 5],
			[7, 10],
		],
	},
	{
		takes: 'video',
		to: 'videos/video-extend',
		ways: [videoId],
		madeBy: ['videos/text2video', 'videos/image2video', 'videos/video-extend'],
		models: ['kling-v1', 'kling-v1-5', 'kling-v1-6'],
		retired: { models: ['kling-v1', 'kling-v1-5'], instead: ['videos/omni-video', 'videos/image2video'] },
		seconds: [[0, 180]],
		isRetiring: true,
	},
	{ takes: 'video', to: 'videos/advanced-lip-sync', ways: [], first: 'videos/identify-face' },
	{ takes: 'video', to: 'videos/multi-elements', ways: [], first: 'videos/multi-elements/init-selection' },

	{
		takes: 'faces',
		to: 'videos/advanced-lip-sync',
		ways: [
			{
				fields: [
					{ path: ['session_id'], piece: 'session' },
					{ path: ['face_choose', 0, 'face_id'], piece: 'face' },
				],
			},
		],
	},
	{ takes: 'selection', to: 'videos/multi-elements/add-selection', ways: [session] },
	{ takes: 'selection', to: 'videos/multi-elements/preview-selection', ways: [session] },
	{ takes: 'selection', to: 'videos/multi-elements', ways: [session] },
	{ takes: 'selection', to: 'videos/multi-elements/clear-selection', ways: [session] },

	{ takes: 'image', to: 'videos/image2video', ways: link('image') },
	{
		takes: 'image',
		to: 'videos/image2video',
		ways: [
			{
				fields: [
					{ path: ['image'], piece: 'link', of: 0 },
					{ path: ['image_tail'], piece: 'link', of: 1 },
				],
			},
		],
		count: [2, 2],
	},
	{ takes: 'image', to: 'videos/omni-video', ways: links('image_list', '*', 'image_url'), count: [1, 7] },
	{ takes: 'image', to: 'videos/avatar/image2video', ways: link('image') },
	{ takes: 'image', to: 'videos/motion-control', ways: link('image_url') },
	{ takes: 'image', to: 'videos/effects', ways: link('input', 'image') },
	{ takes: 'image', to: 'videos/effects', ways: links('input', 'images', '*'), count: [2, 2] },
	{ takes: 'image', to: 'images/generations', ways: link('image') },
	{ takes: 'image', to: 'images/omni-image', ways: links('image_list', '*', 'image'), count: [1, 10] },
	{ takes: 'image', to: 'images/multi-image2image', ways: links('subject_image_list', '*', 'subject_image'), count: [1, 4] },
	{ takes: 'image', to: 'images/editing/expand', ways: link('image') },
	{ takes: 'image', to: 'images/kolors-virtual-try-on', ways: link('human_image') },
	{ takes: 'image', to: 'videos/multi-elements', ways: links('image_list', '*', 'image'), count: [1, 2] },
	{
		takes: 'image',
		to: 'videos/multi-image2video',
		ways: links('image_list', '*', 'image'),
		count: [1, 4],
		retired: { instead: ['videos/omni-video', 'videos/image2video'] },
	},

	{ takes: 'audio', to: 'videos/avatar/image2video', ways: sound(['audio_id'], ['sound_file']), seconds: [[2, 300]] },
	{
		takes: 'audio',
		to: 'videos/advanced-lip-sync',
		ways: sound(['face_choose', 0, 'audio_id'], ['face_choose', 0, 'sound_file']),
		seconds: [[2, 60]],
	},
	{ takes: 'audio', to: 'videos/lip-sync', ways: link('input', 'audio_url'), isRetiring: true },
];
