/**
 * A frame of AAC with no sound: a header (ADTS: ISO 13818-7, 6.2) for AAC-LC, 44.1 kHz and one channel with a length of 11 bytes, and a single
 * channel element without any band.
 */
const silentFrame = [0xff, 0xf1, 0x50, 0x40, 0x01, 0x7f, 0xfc, 0, 0, 0, 7];

let aac: Promise<boolean> | undefined;

/**
 * Whether the editor can decode a sound. VS Code's own build has no decoder for AAC (microsoft/vscode#167685), which `canPlayType` does not
 * know: it says what the browser was built for. So a frame is decoded.
 * @param codec as WebCodecs calls it: `mp4a.40.2`
 */
export async function canDecodeSound(codec: string): Promise<boolean> {
	if (codec.startsWith('mp4a.40')) {
		return await (aac ??= decodesAac());
	}
	// What decodes a codec does not depend on the container, but the question needs one that has it.
	const types = /^(?:pcm|[ua]law)/.test(codec)
		? ['audio/wav; codecs="1"']
		: ['mp4', 'webm'].map((container) => `audio/${container}; codecs="${codec}"`);
	const audio = document.createElement('audio');
	return types.some((type) => audio.canPlayType(type) !== '');
}

async function decodesAac(): Promise<boolean> {
	try {
		await new OfflineAudioContext(1, 1, 44_100).decodeAudioData(Uint8Array.from(silentFrame).buffer);
		return true;
	} catch {
		return false;
	}
}
