import type { MediaKind } from '../core/media';

/**
 * The lists of Kling's own result object, and their names at gateways. Source: Kling's documentation, new-api, and reports about other
 * gateways.
 */
export const resultLists: readonly (readonly [MediaKind, readonly string[]])[] = [
	['video', ['videos', 'video', 'video_list', 'video_urls', 'video_results', 'video_result']],
	['image', ['images', 'image', 'image_list', 'image_urls', 'image_results', 'image_result']],
	['image', ['series_images']],
	['audio', ['audios', 'audio', 'audio_list', 'audio_urls']],
];

/** The fields with a result's link, without watermark first. Camel case is read too (see `valueAt`). */
export const linkNames = [
	'url',
	'resource_without_watermark',
	'resource',
	'video_url',
	'image_url',
	'audio_url',
	'download_url',
	'src',
	'link',
	'uri',
	'href',
	'file_url',
	'media_url',
	'output_url',
	'result_url',
	'resource_url',
	'signed_url',
	'cdn_url',
	'oss_url',
	'play_url',
	'video_link',
	'urls',
	'file',
	'video',
	'image',
	'audio',
	'content',
];

export const mp3Names = ['url_mp3', 'mp3_url', 'mp3'];

export const wavNames = ['url_wav', 'wav_url', 'wav'];
export const watermarkNames = ['watermark_url', 'url_watermark', 'watermarked_url', 'url_with_watermark'];

/** The fields with one or more links beside the status. */
export const besideNames = [
	'url',
	'video_url',
	'video_urls',
	'image_url',
	'image_urls',
	'audio_url',
	'audio_urls',
	'urls',
	'download_url',
	'download_urls',
	'output_url',
	'output_urls',
	'file_url',
	'media_url',
	'resource_url',
	'final_video_url',
	'video_link',
	'links',
	'link',
	'uri',
];

/** Objects and lists that hold results under a gateway's own names. */
export const resultHolders = [
	'task_result',
	'result',
	'results',
	'output',
	'content',
	'result_json',
	'task_output',
	'resource',
	'resources',
	'works',
	'response',
	'file',
	'files',
	'assets',
	'artifacts',
	'creations',
	'generations',
	'media',
];
