// Finds a secret in whatever an extension could have left behind.
import { existsSync } from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';

/** The secret in every way in which it could have been written down, each with a name. */
export function formsOf(secret: string): ReadonlyMap<string, Buffer> {
	const plain = Buffer.from(secret);
	const utf16 = Buffer.from(secret, 'utf16le');
	// What stands before it in a longer base64 text shifts it; the characters at its ends are its neighbours' too.
	const base64 = (['base64', 'base64url'] as const).flatMap((encoding) =>
		[0, 1, 2].map(
			(shift) =>
				[
					`${encoding}, shifted by ${shift}`,
					Buffer.from(
						Buffer.concat([Buffer.alloc(shift), plain])
							.toString(encoding)
							.replace(/=+$/, '')
							.slice(shift === 0 ? 0 : shift + 1, -2),
					),
				] as const,
		),
	);
	return new Map<string, Buffer>([
		['plain', plain],
		['utf-16le', utf16],
		['utf-16be', Buffer.from(utf16).swap16()],
		['percent-encoded', Buffer.from(encodeURIComponent(secret))],
		['hexadecimal', Buffer.from(plain.toString('hex'))],
		['as JSON', Buffer.from(JSON.stringify(secret).slice(1, -1))],
		...base64,
	]);
}

/** The forms in which a content holds the secret. */
export function secretIn(content: Buffer, forms: ReadonlyMap<string, Buffer>): string[] {
	return [...forms].filter(([, form]) => content.includes(form)).map(([name]) => name);
}

/** A file that holds a secret, by its absolute path, and the form in which the content or the path holds it. */
interface Leak {
	readonly file: string;
	readonly form: string;
}

/** Which of a folder's files hold the secret, at any depth, and how many files were read. A folder that does not exist has no files. */
export async function secretsBelow(
	folder: string,
	forms: ReadonlyMap<string, Buffer>,
): Promise<{ readonly found: readonly Leak[]; readonly files: number }> {
	const found: Leak[] = [];
	let files = 0;
	for (const entry of existsSync(folder) ? await readdir(folder, { recursive: true, withFileTypes: true }) : []) {
		if (!entry.isFile()) {
			continue;
		}
		const file = path.join(entry.parentPath, entry.name);
		// A file may be deleted meanwhile.
		const content = await readFile(file).catch(() => undefined);
		if (content === undefined) {
			continue;
		}
		files++;
		const name = Buffer.from(path.relative(folder, file));
		found.push(
			...[...secretIn(content, forms), ...secretIn(name, forms).map((form) => `${form}, in the name`)].map((form) => ({ file, form })),
		);
	}
	return { found, files };
}
