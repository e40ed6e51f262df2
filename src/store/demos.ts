import type { DemoStore } from '../tracking/ports/demos';
import type { ChangeSet, SqliteChangeFeed } from './changeFeed';
import type { Connection } from './connection';
import { numberOf, requiredText } from './connection';
import { integer } from './sqlValues';

/** The offline demos that windows run. */
export class SqliteDemoStore implements DemoStore {
	readonly #feed: SqliteChangeFeed;

	constructor(feed: SqliteChangeFeed) {
		this.#feed = feed;
	}

	async renew(demo: string, until: number): Promise<void> {
		await this.#feed.writeSilently((sql) =>
			sql.run('INSERT INTO owners (owner, lease_until) VALUES (:demo, :until) ON CONFLICT (owner) DO UPDATE SET lease_until = :until', {
				demo,
				until: integer(until),
			}),
		);
	}

	delete(demo: string): Promise<void> {
		return this.#feed.write((sql, changes) => {
			sql.run('DELETE FROM owners WHERE owner = :demo', { demo });
			deleteDemoTasks(sql, changes, demo);
		});
	}

	deleteExpired(now: number): Promise<number | undefined> {
		return this.#feed.write((sql, changes) => {
			sql.run('DELETE FROM owners WHERE lease_until <= :now', { now: integer(now) });
			for (const row of sql.all('SELECT DISTINCT owner FROM tasks WHERE owner IS NOT NULL AND owner NOT IN (SELECT owner FROM owners)')) {
				deleteDemoTasks(sql, changes, requiredText(row, 'owner'));
			}
			return numberOf(sql.first('SELECT min(lease_until) AS next FROM owners') ?? {}, 'next');
		});
	}
}

function deleteDemoTasks(sql: Connection, changes: ChangeSet, demo: string): void {
	const origins = sql.all('SELECT DISTINCT origin FROM tasks WHERE owner = :demo', { demo });
	if (sql.run('DELETE FROM tasks WHERE owner = :demo', { demo }) > 0) {
		changes.epoch();
	}
	// Every demo has its own port, so its origin is not used again.
	for (const row of origins) {
		const origin = requiredText(row, 'origin');
		sql.run('DELETE FROM durations WHERE origin = :origin', { origin });
		sql.run('DELETE FROM costs WHERE origin = :origin', { origin });
		sql.run('DELETE FROM list_queries WHERE origin = :origin', { origin });
		sql.run(
			'DELETE FROM origins WHERE origin = :origin AND NOT EXISTS (SELECT 1 FROM tasks WHERE tasks.origin = :origin) AND NOT EXISTS (SELECT 1 FROM creations WHERE creations.origin = :origin)',
			{ origin },
		);
	}
}
