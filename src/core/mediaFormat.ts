import type { MediaKind } from './media';

/** The formats of files that count as results, with their kind and their file extension. */
export const mediaFormats = {
	mp4: { kind: 'video', extension: 'mp4' },
	mov: { kind: 'video', extension: 'mov' },
	webm: { kind: 'video', extension: 'webm' },
	png: { kind: 'image', extension: 'png' },
	jpeg: { kind: 'image', extension: 'jpg' },
	webp: { kind: 'image', extension: 'webp' },
	gif: { kind: 'image', extension: 'gif' },
	mp3: { kind: 'audio', extension: 'mp3' },
	wav: { kind: 'audio', extension: 'wav' },
	m4a: { kind: 'audio', extension: 'm4a' },
	ogg: { kind: 'audio', extension: 'ogg' },
} as const satisfies Record<string, { readonly kind: MediaKind; readonly extension: string }>;

export type MediaFormat = keyof typeof mediaFormats;
