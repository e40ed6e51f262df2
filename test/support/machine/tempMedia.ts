import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { randomBytes } from 'node:crypto';
import type { Installation } from '../../../src/creation/ports/identity';
import type { MediaPart } from '../../../src/creation/creation';
import type { CopyProblem, MediaCopies } from '../../../src/creation/ports/mediaCopies';

export class FileMediaCopies implements MediaCopies {
	constructor(private readonly folder: string) {
		mkdirSync(folder, { recursive: true });
	}
	async put(bytes: Uint8Array, sha256: string): Promise<CopyProblem | undefined> {
		await Promise.resolve();
		writeFileSync(join(this.folder, sha256), bytes);
		return undefined;
	}
	async *base64(part: MediaPart): AsyncIterable<Uint8Array> {
		await Promise.resolve();
		const text = readFileSync(join(this.folder, part.sha256)).toString('base64');
		for (let at = 0; at < text.length; at += 4096) {
			yield Buffer.from(text.slice(at, at + 4096));
		}
	}
	async sweep(): Promise<void> {}
	async deleteEverything(): Promise<void> {}
}

export class FileInstallation implements Installation {
	constructor(private readonly folder: string) {}
	async id(): Promise<Uint8Array> {
		await Promise.resolve();
		const file = join(this.folder, 'installation');
		try {
			writeFileSync(file, randomBytes(32), { flag: 'wx' });
		} catch {
			// There.
		}
		return readFileSync(file);
	}
	async delete(): Promise<void> {}
}
