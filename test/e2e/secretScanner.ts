// Finds a secret in whatever an extension could have left it in.
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

/** Where a folder's files hold the secret, at any depth, and how many files were read. */
export async function secretsBelow(
	folder: string,
	forms: ReadonlyMap<string, Buffer>,
): Promise<{ readonly found: string[]; readonly files: number }> {
	const found: string[] = [];
	let files = 0;
	for (const entry of await readdir(folder, { recursive: true, withFileTypes: true })) {
		if (!entry.isFile()) {
			continue;
		}
		const file = path.join(entry.parentPath, entry.name);
		// A file may go while one reads.
		const content = await readFile(file).catch(() => undefined);
		if (content === undefined) {
			continue;
		}
		files++;
		const where = path.relative(folder, file);
		found.push(
			...[...secretIn(content, forms), ...secretIn(Buffer.from(where), forms).map((form) => `${form}, in the name`)].map(
				(form) => `${where}: ${form}`,
			),
		);
	}
	return { found, files };
}
