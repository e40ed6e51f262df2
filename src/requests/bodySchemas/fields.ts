// Fields that several operations share.
import type { FieldSchema, MediaField } from '../bodySchemas';

type Fields = Readonly<Record<string, FieldSchema>>;
/** A field without its sentence: `{ ...image, doc: 'The person.' }` is one. */
export type Undocumented = Omit<FieldSchema, 'doc'>;

const megabyte = 1024 * 1024;

/** Every creating operation knows these. */
export const commonFields = {
	external_task_id: {
		type: 'string',
		doc: 'Your own ID of the task, by which it can be queried too. It must be unique in your account. If it is missing, the extension adds one.',
	},
	callback_url: {
		type: 'string',
		doc: 'Kling sends the status of the task to this address whenever it changes. The tracker does not need it.',
	},
} as const satisfies Fields;

/** Operations that produce videos or images know it. */
const watermark = {
	watermark_info: {
		type: 'object',
		doc: 'Whether a copy of the result with a watermark is made too.',
		fields: { enabled: { type: 'boolean', doc: '`true`: a copy with a watermark is made.', default: false } },
	},
} as const satisfies Fields;

/** The fields at the end of every operation that produces videos or images. */
export const visualFields = { ...watermark, ...commonFields } as const satisfies Fields;

/** An image by its bytes or its link. Limits: Kling's API reference, the same for every image. */
const imageMedia: MediaField = {
	kind: 'image',
	takes: ['base64', 'url'],
	types: ['jpeg', 'png'],
	mostBytes: 10 * megabyte,
	leastPixels: 300,
	mostRatio: 2.5,
};

/** An image, without its sentence. */
export const image = { type: 'string', media: imageMedia } as const satisfies Undocumented;

/** A sound by its bytes or its link. */
export const soundFile: FieldSchema = {
	type: 'string',
	doc: 'The sound: an MP3, WAV, M4A or AAC file of at most 5 MB, as Base64 or as a link.',
	media: { kind: 'audio', takes: ['base64', 'url'], types: ['mp3', 'wav', 'm4a', 'aac'], mostBytes: 5 * megabyte },
};

/** The link of a video. Kling takes no videos as Base64 and has no upload. */
export const videoUrl = { type: 'string', media: { kind: 'video', takes: ['url'], types: ['mp4', 'mov'] } } as const satisfies Undocumented;

/** The ID of a video that Kling made. */
export const videoId = { type: 'string', media: { kind: 'video', takes: ['id'] } } as const satisfies Undocumented;

/** The longest text of most operations. */
export const prompt = { type: 'string', most: 2500 } as const satisfies Undocumented;

/** What should not be seen. */
export const negativePrompt: FieldSchema = { ...prompt, doc: 'What the result should not show.' };

/** The elements of a request: characters and things from the element library. */
export const elementList = {
	type: 'array',
	items: {
		type: 'object',
		doc: 'One element of the element library.',
		fields: {
			element_id: {
				type: 'integer',
				also: 'string',
				required: true,
				doc: 'The ID of the element. It is a long number, and is sent as it is written.',
			},
		},
	},
} as const satisfies Undocumented;

/** `std` or `pro`, which decides the resolution and the price. */
export const mode: FieldSchema = {
	type: 'string',
	doc: 'The quality, which decides the price: `std` is 720p, `pro` is 1080p.',
	values: ['std', 'pro'],
	default: 'std',
};

/** Seconds as a string of 5 or 10. */
export const fiveOrTen = { type: 'string', values: ['5', '10'], default: '5' } as const satisfies Undocumented;

/** Whether the sound of the given video is kept. */
export const keepOriginalSound: FieldSchema = {
	type: 'string',
	doc: 'Whether the sound of the given video is kept.',
	values: ['yes', 'no'],
	closed: true,
	default: 'yes',
};
