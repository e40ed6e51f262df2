// Fields that several operations share.
import type { FieldSchema, MediaField } from '../bodySchemas';

type Fields = Readonly<Record<string, FieldSchema>>;

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
export const imageMedia: MediaField = {
	kind: 'image',
	takes: ['base64', 'url'],
	types: ['jpeg', 'png'],
	mostBytes: 10 * megabyte,
	leastPixels: 300,
	mostRatio: 2.5,
};

/**
 * A field that takes an image.
 * @param doc one sentence
 */
export function image(doc: string, more: Partial<FieldSchema> = {}): FieldSchema {
	return { type: 'string', doc, media: imageMedia, ...more };
}

/** A sound by its bytes or its link. */
export const soundFile: FieldSchema = {
	type: 'string',
	doc: 'The sound: an MP3, WAV, M4A or AAC file of at most 5 MB, as Base64 or as a link.',
	media: { kind: 'audio', takes: ['base64', 'url'], types: ['mp3', 'wav', 'm4a', 'aac'], mostBytes: 5 * megabyte },
};

/** The link of a video. Kling takes no videos as Base64 and has no upload. */
export function videoUrl(doc: string, more: Partial<FieldSchema> = {}): FieldSchema {
	return { type: 'string', doc, media: { kind: 'video', takes: ['url'] }, ...more };
}

/** The ID of a video that Kling made. */
export function videoId(doc: string, more: Partial<FieldSchema> = {}): FieldSchema {
	return { type: 'string', doc, media: { kind: 'video', takes: ['id'] }, ...more };
}

/** The longest prompt of most operations, characters. */
const mostPrompt = 2500;

/** A prompt of at most 2,500 characters. */
export function prompt(doc: string, more: Partial<FieldSchema> = {}): FieldSchema {
	return { type: 'string', doc, most: mostPrompt, ...more };
}

/** What should not be seen. */
export function negativePrompt(more: Partial<FieldSchema> = {}): FieldSchema {
	return prompt('What the result should not show.', more);
}

/**
 * The elements of a request: characters and things from the element library.
 * @param most how many it takes
 */
export function elementList(doc: string, more: Partial<FieldSchema> = {}): FieldSchema {
	return {
		type: 'array',
		doc,
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
		...more,
	};
}

/** `std` or `pro`, which decides the resolution and the price. */
export function mode(more: Partial<FieldSchema> = {}): FieldSchema {
	return {
		type: 'string',
		doc: 'The quality, which decides the price: `std` is 720p, `pro` is 1080p.',
		values: ['std', 'pro'],
		default: 'std',
		...more,
	};
}

/** Seconds as a string of 5 or 10. */
export function fiveOrTen(doc: string): FieldSchema {
	return { type: 'string', doc, values: ['5', '10'], default: '5' };
}

/** Whether the sound of the given video is kept. */
export const keepOriginalSound: FieldSchema = {
	type: 'string',
	doc: 'Whether the sound of the given video is kept.',
	values: ['yes', 'no'],
	closed: true,
	default: 'yes',
};
