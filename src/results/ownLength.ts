import { open, type FileHandle } from 'node:fs/promises';
import type { MediaFormat } from '../core/mediaFormat';

/** Boxes of the MP4 family that stand beside each other (ISO/IEC 14496-12, table 1): what follows another one may be anything. */
const knownBoxes: ReadonlySet<string> = new Set([
	'ftyp',
	'styp',
	'moov',
	'moof',
	'mdat',
	'sidx',
	'mfra',
	'meta',
	'free',
	'skip',
	'wide',
	'uuid',
]);
/** Without an index, a video cannot be played. */
const indexBoxes: ReadonlySet<string> = new Set(['moov', 'moof']);
/** What a box begins with, bytes: its size and type, and a size of 64 bits if that is needed. */
const [shortHead, longHead] = [8, 16];
/** A file of more boxes is not followed further. */
const mostBoxes = 10_000;

/**
 * How many bytes a file has at least, by its own structure: the only sign that its end is missing if the server has not announced a length.
 * 0 for formats that do not tell, and as far as the structure is not known.
 * @throws the system's error
 */
export async function ownLength(path: string, format: MediaFormat): Promise<number> {
	const file = await open(path, 'r');
	try {
		switch (format) {
			case 'mp4':
			case 'mov':
			case 'm4a':
				return await endOfBoxes(file);
			case 'webp':
			case 'wav':
				return await endOfRiff(file);
			default:
				return 0;
		}
	} finally {
		await file.close();
	}
}

async function endOfBoxes(file: FileHandle): Promise<number> {
	const { size: length } = await file.stat();
	let end = 0;
	let hasIndex = false;
	for (let count = 0; count < mostBoxes && end + shortHead <= length; count++) {
		const head = await bytesAt(file, end, longHead);
		const type = head.toString('latin1', 4, 8);
		if (!knownBoxes.has(type)) {
			return end;
		}
		const short = head.readUInt32BE(0);
		if (short === 1 && end + longHead > length) {
			return end + longHead;
		}
		const size = short === 1 ? Number(head.readBigUInt64BE(8)) : short;
		// 0: to the end of the file.
		if (size < shortHead) {
			return end;
		}
		hasIndex ||= indexBoxes.has(type);
		end += size;
	}
	return hasIndex || end > length ? end : end + shortHead;
}

/** A length that was not known when the file was begun is 0, or about as large as it can be: with a sign (SoX) or without. */
const unknownLength = 0x7fff_0000;

async function endOfRiff(file: FileHandle): Promise<number> {
	const head = await bytesAt(file, 0, 8);
	const size = head.readUInt32LE(4);
	return head.toString('latin1', 0, 4) !== 'RIFF' || size >= unknownLength ? 0 : 8 + size;
}

/** Zeros where the file has ended. */
async function bytesAt(file: FileHandle, position: number, count: number): Promise<Buffer> {
	const bytes = Buffer.alloc(count);
	await file.read(bytes, 0, count, position);
	return bytes;
}
