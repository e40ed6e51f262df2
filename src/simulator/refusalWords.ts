/**
 * Kling's words for a create that it refuses with HTTP 400 and code 1201. Those marked “seen” stand in responses of the real API that were
 * published (reports and open-source clients, 2025-02 to 2026-09; the response on `camera_control` is also one of the samples that this
 * project reads). The others were not published by anybody, and are formed after them.
 */
export const refusalWords = {
	/** Seen: a boolean in `sound`, which is a string; names in camel case. */
	wrongType: () => 'Failed to resolve the request body',
	/** Seen: `image`. */
	missing: (field: string) => `${field} can not be null`,
	/** Seen, inside a list: `imageUrl: must not be blank`. Kling's server names nested fields in camel case. */
	missingInside: (field: string) => `${camelCase(field)}: must not be blank`,
	/** Seen: `model_name`, `mode`, `duration`, `aspect_ratio`. Formed: numbers beyond their limits. */
	value: (field: string, value: string | number) => `${field} value '${value}' is invalid`,
	/** Seen: `prompt: size must be between 0 and 2500`, `multiPrompt[0].prompt: size must be between 0 and 512`. Formed: lists. */
	size: (path: string, least: number, most: number) => `${camelCase(path)}: size must be between ${least} and ${most}`,
	/** Seen: a `data:` prefix, a path, a link that is not one, text that is not Base64. */
	base64: () => 'File is not in a valid base64 format',
	/** Formed. */
	fileFormat: (kind: string) => `${kind} format is invalid`,
	/** Formed. */
	fileSize: (kind: string) => `${kind} size is invalid`,
	/** Seen: `Video URL is invalid`. */
	link: (kind: string) => `${kind} URL is invalid`,
	/** Seen: the ID of a task in place of that of its video. */
	videoNotFound: (id: string) => `From video not found by id: ${id}`,
	/** Formed. */
	together: (one: string, other: string) => `${one} is not supported with ${other}`,
	/** Seen: kling-v2-6, std. */
	sound: (model: string, mode: string) => `model/mode(${model}/${mode}) is not supported with sound on`,
	/** Seen: kling-v2-5-turbo, std, 5. */
	imageTail: (model: string, mode: string, duration: string) =>
		`model/mode/duration(${model}/${mode}/${duration}) is not supported with image_tail`,
	/** Seen. */
	cameraControl: () => 'camera_control is only supported in std mode with 5s duration and kling-v1',
	/** Seen, at Kling's newer paths. */
	durationWithoutReference: () => 'Duration only supports 5 or 10 seconds when no refer_image is provided',
	/** Seen: 7. */
	tooManyImages: (most: number) => `The number of images and elements exceeds the limit, max number is ${most}`,
} as const;

const camelCase = (name: string): string => name.replace(/_([a-z])/g, (_, letter: string) => letter.toUpperCase());
