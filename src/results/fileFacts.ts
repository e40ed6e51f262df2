import { constants } from 'node:fs';
import { open, type FileHandle } from 'node:fs/promises';
import { CustomSource, Input, MP3, MP4, OGG, QTFF, WAVE, WEBM, type InputAudioTrack, type InputVideoTrack } from 'mediabunny';
import type { FileFacts } from '../core/download';
import type { MediaKind } from '../core/media';
import { omitUndefined } from '../core/omitUndefined';
import { pixelsOf } from './imagePixels';

/** How much of an image is read, bytes. Its pixels stand at the beginning, after colour profiles and previews. */
const mostOfImage = 524_288;
/** How much of a video or sound is read altogether, bytes: a table of an hour has a few megabytes. */
const mostRead = 32 * 1024 * 1024;
/** The frames of this many packets say how many there are in a second. */
const countedPackets = 120;
/** A codec string that is longer is none (RFC 6381 has `hev1.1.6.L93.B0`). */
const longestCodec = 40;
/** What a value that a file made up may be at most: px, frames per second, s. */
const most = { pixels: 65_535, framesPerSecond: 1000, seconds: 24 * 3600 } as const;

/**
 * What a media file says of itself. Everything in it may be made up: it runs in a thread that can be ended.
 * @param path absolute
 * @throws what the file system or the reader of the format throws
 */
export async function factsOfFile(path: string, kind: MediaKind): Promise<FileFacts> {
	// Without waiting: whoever put a pipe there would stop the thread, which could then not be ended.
	const file = await open(path, constants.O_RDONLY | constants.O_NONBLOCK);
	try {
		const info = await file.stat();
		if (!info.isFile()) {
			return {};
		}
		return kind === 'image' ? await factsOfImage(file, info.size) : await factsOfTracks(file, info.size);
	} finally {
		await file.close();
	}
}

async function factsOfImage(file: FileHandle, size: number): Promise<FileFacts> {
	return pixelsOf(await readBytes(file, 0, Math.min(size, mostOfImage))) ?? {};
}

async function factsOfTracks(file: FileHandle, size: number): Promise<FileFacts> {
	let read = 0;
	const source = new CustomSource({
		getSize: () => size,
		read: (start, end) => {
			read += end - start;
			if (read > mostRead) {
				throw new Error('Too much of the file would be read');
			}
			return readBytes(file, start, end);
		},
		prefetchProfile: 'fileSystem',
		handleUnhandledError: () => undefined,
	});
	const input = new Input({ source, formats: [MP4, QTFF, WEBM, MP3, WAVE, OGG] });
	try {
		const [video, audio] = [await input.getPrimaryVideoTrack(), await input.getPrimaryAudioTrack()];
		const seconds = bounded(await attempt(() => input.computeDuration()), most.seconds);
		return omitUndefined({
			...(video === null ? {} : await factsOfVideo(video)),
			seconds: seconds === undefined ? undefined : Math.round(seconds * 1000) / 1000,
			audioCodec: audio === null ? undefined : await codecOf(audio),
		});
	} finally {
		input.dispose();
	}
}

async function factsOfVideo(track: InputVideoTrack): Promise<FileFacts> {
	const width = bounded(await attempt(() => track.getDisplayWidth()), most.pixels);
	const height = bounded(await attempt(() => track.getDisplayHeight()), most.pixels);
	const rate = bounded((await attempt(() => track.computePacketStats(countedPackets)))?.averagePacketRate, most.framesPerSecond);
	return {
		...(width === undefined || height === undefined ? {} : { width: Math.round(width), height: Math.round(height) }),
		...omitUndefined({
			framesPerSecond: rate === undefined ? undefined : Math.round(rate * 1000) / 1000,
			videoCodec: await codecOf(track),
		}),
	};
}

/** The codec string of WebCodecs; undefined for what is none. */
async function codecOf(track: InputVideoTrack | InputAudioTrack): Promise<string | undefined> {
	const codec = await attempt(() => track.getCodecParameterString());
	return typeof codec === 'string' && codec.length <= longestCodec && /^[\w.+-]+$/.test(codec) ? codec : undefined;
}

/** One fact that a file lacks or garbles does not cost the others. */
async function attempt<T>(work: () => Promise<T>): Promise<T | undefined> {
	try {
		return await work();
	} catch {
		return undefined;
	}
}

function bounded(value: number | undefined, limit: number): number | undefined {
	return value !== undefined && value > 0 && value <= limit ? value : undefined;
}

async function readBytes(file: FileHandle, start: number, end: number): Promise<Uint8Array> {
	const bytes = new Uint8Array(end - start);
	let filled = 0;
	while (filled < bytes.length) {
		const { bytesRead } = await file.read(bytes, filled, bytes.length - filled, start + filled);
		if (bytesRead === 0) {
			throw new Error('The file ends early');
		}
		filled += bytesRead;
	}
	return bytes;
}
