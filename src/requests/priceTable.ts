/*
 * Kling's list prices. Sources: kling.ai/document-api/pricing/base/video and …/image, as of `priceDate`. Amounts are hundredths of a unit, so
 * that sums are exact. What the table does not name (V1 and V2 models, extension, effects, try-on, multi-elements) is not listed there any more.
 */

/** The day of the table. */
export const priceDate = '2026-09-20';

/** Hundredths of a unit for a second, by mode. A mode that is missing is not sold. */
export interface Rate {
	readonly std?: number;
	readonly pro?: number;
	readonly '4k'?: number;
}

/** What a second of a video costs, by model and by what it consists of. */
export const videoRates = {
	'kling-v3': { silent: { std: 60, pro: 80, '4k': 300 }, sound: { std: 90, pro: 120, '4k': 300 }, motion: { std: 90, pro: 120 } },
	'kling-v3-omni': {
		silent: { std: 60, pro: 80, '4k': 300 },
		sound: { std: 80, pro: 100, '4k': 300 },
		fromVideo: { std: 90, pro: 120, '4k': 300 },
	},
	'kling-video-o1': { silent: { std: 60, pro: 80 }, fromVideo: { std: 90, pro: 120 } },
	'kling-v2-6': { silent: { std: 30, pro: 50 }, sound: { pro: 100 }, voices: { pro: 120 }, motion: { std: 50, pro: 80 } },
	'kling-v2-5-turbo': { silent: { std: 30, pro: 50 } },
} as const satisfies Readonly<Record<string, Partial<Record<VideoClass, Rate>>>>;

/** `sound`: native audio; `voices`: with voices of one's own; `fromVideo`: a video is given; `motion`: motion control. */
export type VideoClass = 'silent' | 'sound' | 'voices' | 'fromVideo' | 'motion';

/** A second of `videos/avatar/image2video`. */
export const avatarRate: Rate = { std: 40, pro: 80 };
/** Five seconds of `videos/lip-sync` and `videos/advanced-lip-sync`; how parts are rounded is not stated. */
export const lipSyncRate = 50;

/** What one request costs, whatever is in it. */
export const callPrices = {
	'videos/identify-face': 5,
	'audio/tts': 5,
	'audio/text-to-audio': 25,
	'audio/video-to-audio': 25,
} as const satisfies Readonly<Record<string, number>>;

/** What an image costs, by operation and model; `fromImage`: an image is given. Resolutions that are missing are not sold. */
export const imagePrices = {
	'images/generations': {
		'kling-v3': { text: { '1k': 800, '2k': 800 }, fromImage: { '1k': 800, '2k': 800 } },
		'kling-v2-1': { text: { '1k': 400, '2k': 400 }, fromImage: { '1k': 800, '2k': 800 } },
	},
	'images/omni-image': {
		'kling-v3-omni': { text: { '1k': 800, '2k': 800, '4k': 1600 }, fromImage: { '1k': 800, '2k': 800, '4k': 1600 } },
		'kling-image-o1': { text: { '1k': 800, '2k': 800 }, fromImage: { '1k': 800, '2k': 800 } },
	},
	'images/multi-image2image': { 'kling-v2-1': { fromImage: { '1k': 1600, '2k': 1600 } } },
} as const satisfies Readonly<
	Record<string, Readonly<Record<string, Partial<Record<'text' | 'fromImage', Readonly<Record<string, number>>>>>>>
>;

/** An image of `images/editing/expand`. */
export const expansionPrice = 800;
