// Videos made from the demo's.
import { readFileSync } from 'node:fs';

/** The demo's video with its index (`moov`) behind 12 MB of nothing: whoever plays it must read the end first. */
export function indexAtTheEnd(): Buffer {
	const bytes = readFileSync('media/demo/dawn.mp4');
	const moov = bytes.indexOf('moov') - 4;
	const mdat = bytes.indexOf('mdat') - 4;
	const end = moov + bytes.readUInt32BE(moov);
	// What the index points at stays where it is.
	return Buffer.concat([
		bytes.subarray(0, moov),
		emptyBox(mdat - moov),
		bytes.subarray(mdat),
		emptyBox(12_000_000),
		bytes.subarray(moov, end),
	]);
}

/** A `free` box of ISO 14496-12. */
function emptyBox(size: number): Buffer {
	const box = Buffer.alloc(size);
	box.writeUInt32BE(size);
	box.write('free', 4);
	return box;
}
