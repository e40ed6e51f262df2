import { rm } from 'node:fs/promises';
import { basename, isAbsolute } from 'node:path';
import type { SqliteChangeFeed } from './changeFeed';
import { textOf } from './connection';

/** By an index of their own: kept files have no partial ones. */
export const partStatements = {
	knownParts: "SELECT part ->> 'path' AS path FROM downloads WHERE part IS NOT NULL AND json_valid(part)",
} as const;

/** See `deleteWithParts`. */
export async function withoutOrphans(feed: SqliteChangeFeed, deleteRows: () => Promise<void>): Promise<void> {
	const before = knownParts(feed) ?? [];
	await deleteRows();
	const after = knownParts(feed) ?? before;
	await removeParts(
		before.filter((path) => !after.includes(path)),
		feed,
	);
}

/** The partial files that rows know; undefined while they cannot be read. */
function knownParts(feed: SqliteChangeFeed): readonly (string | undefined)[] | undefined {
	return feed.read((sql) => sql.all(partStatements.knownParts).map((row) => textOf(row, 'path')), undefined);
}

/**
 * Removes partial files that nobody will continue. Never rejects.
 * @param paths as rows have them; one that has not the form of our partial files is left alone, whatever wrote it
 */
export async function removeParts(paths: readonly (string | undefined)[], { log }: Pick<SqliteChangeFeed, 'log'>): Promise<void> {
	for (const path of paths) {
		if (path !== undefined && isAbsolute(path) && /\.[\da-f]{8}\.part$/.test(basename(path))) {
			await rm(path, { force: true }).catch((error: unknown) => log.warn(`Failed to remove a partial file: ${String(error)}`));
		}
	}
}
