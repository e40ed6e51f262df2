import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { DatabaseSync } from 'node:sqlite';
import path from 'node:path';
import { migrations } from '../../src/store/schema';
import { declaredNames } from '../support/declaredNames';

/** Words that this project once used in a sense of its own, and the term of the field for each. */
const instead: ReadonlyMap<string, string> = new Map([
	['adopt', 'use, or open'],
	['answer', 'response (what the API sent), result or outcome (of a command)'],
	['answered', 'responded'],
	['answers', 'responses'],
	['begun', 'started'],
	['breathe', 'yield'],
	['company', 'batch'],
	['courtesy', 'unfocused delay'],
	['dice', 'random'],
	['door', 'entry point, or only caller'],
	['doubt', 'unconfirmed, or suspect'],
	['doubted', 'unconfirmed, or suspect'],
	['draft', 'change set'],
	['ended', 'finished'],
	['flight', 'request; "in flight" is fine'],
	['fly', 'run'],
	['flying', 'in flight'],
	['gathered', 'batch'],
	['house', 'architecture'],
	['laws', 'duration models'],
	['law', 'duration model'],
	['lend', 'add temporarily'],
	['lent', 'temporary'],
	['lesson', 'sample'],
	['lessons', 'samples'],
	['look', 'poll (what the schedule does) or check (one request for one task)'],
	['looked', 'checked'],
	['looking', 'checking'],
	['looks', 'polls or checks'],
	['mend', 'remedy (what a person can do) or repair'],
	['mendable', 'fixable'],
	['mended', 'repaired, or updated'],
	['mends', 'repairs'],
	['pace', 'rate limit hint, or interval'],
	['paces', 'intervals'],
	['patience', 'timeout'],
	['place', 'slot, position or location'],
	['places', 'slots, positions or locations'],
	['pump', 'drain'],
	['resting', 'cooling down'],
	['rests', 'cooldown'],
	['room', 'capacity (of an API) or layer (of the source)'],
	['rooms', 'layers'],
	['said', 'reported, or shown'],
	['sighting', 'snapshot'],
	['sightings', 'snapshots'],
	['teach', 'add durations'],
	['tell', 'notify or announce'],
	['telling', 'notification or announcement'],
	['tells', 'notifies or announces'],
	['told', 'notified or announced'],
	['trouble', 'failure class, or problem'],
	['troubled', 'failing'],
	['troubles', 'failures, or problems'],
	['unseen', 'never found'],
	['untold', 'not announced'],
	['vault', 'API key store'],
	['verdict', 'unconfirmed status, or decision'],
	['wall', 'boundary'],
	['walls', 'boundaries'],
]);

/** Names in which such a word has its ordinary sense, or that other software defines. */
const allowed: Readonly<Record<string, string>> = {
	isInPlace: 'a file that is where it was opened',
	placeFile: 'to put, as a verb',
	'placeFile.ts': 'its file',
	'placeFile.test.ts': 'its test',
	'placeFile.child.ts': 'the process of its test',
	placeHolder: 'of an input box, an option of VS Code',
};

/** "nextPollAt" -> next, poll, at; "kling.showRawResponse" and "next_poll_at" likewise. A request may be in flight. */
function wordsOf(name: string): readonly string[] {
	return name
		.replace(/in_?flight/i, '')
		.split(/[^A-Za-z]+|(?<=[a-z])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])/)
		.map((word) => word.toLowerCase());
}

/** The replacements for the refused words of a name. */
function refusals(name: string): readonly string[] {
	return Object.hasOwn(allowed, name)
		? []
		: wordsOf(name).flatMap((word) => {
				const better = instead.get(word);
				return better === undefined ? [] : [`${name}: instead of "${word}" say ${better}`];
			});
}

/** The files and folders below one. */
function filesOf(folder: string): readonly string[] {
	// Not recursive: node_modules has fifty times as many.
	return readdirSync(folder, { withFileTypes: true })
		.filter(({ name }) => name !== 'node_modules' && name !== 'stubs')
		.flatMap((entry) => {
			const file = `${folder}/${entry.name}`;
			return entry.isDirectory() ? [file, ...filesOf(file)] : [file];
		});
}

function strings(value: unknown): readonly string[] {
	if (typeof value === 'string') {
		return [value];
	}
	return typeof value === 'object' && value !== null ? Object.entries(value).flatMap(([key, inner]) => [key, ...strings(inner)]) : [];
}

describe('the vocabulary', function () {
	this.timeout(30_000);
	const files = [...filesOf('src'), ...filesOf('test')];

	it('is known: refused words are found in names of every spelling, and ordinary ones are not', () => {
		const found = (name: string): number => refusals(name).length;
		assert.deepEqual(['nextLookAt', '#looks', 'look_at', 'isTold', 'kling.polling.looksPerMinute'].map(found), [1, 1, 1, 1, 1]);
		assert.deepEqual(['maxInFlight', 'in_flight', 'placeHolder', 'lookup', 'nextPollAt', 'constructor'].map(found), [0, 0, 0, 0, 0, 0]);
		assert.ok(files.length > 300, `${files.length} files`);
		assert.ok(declaredNames('src/tracking/taskChecker.ts').includes('checkNow'));
	});

	it('is the field’s in the names of files and folders', () => {
		assert.deepEqual(
			files.flatMap((file) =>
				refusals(path.basename(file)).length > 0 ? refusals(path.basename(file)).map((why) => `${file}: ${why}`) : [],
			),
			[],
		);
	});

	it('is the field’s in everything that the code declares', () => {
		const refused = files
			.filter((file) => /\.(?:ts|mjs|cjs|js)$/.test(file))
			.flatMap((file) => [...new Set(declaredNames(file))].flatMap((name) => refusals(name).map((why) => `${file}: ${why}`)));
		assert.deepEqual(refused, []);
	});

	it('is the field’s in the tables, columns, indexes and triggers of the database', () => {
		const database = new DatabaseSync(':memory:');
		for (const migration of migrations) {
			database.exec(migration);
		}
		const objects = database.prepare("SELECT name FROM sqlite_master WHERE name NOT LIKE 'sqlite%'").all();
		const columns = database
			.prepare("SELECT c.name FROM sqlite_master AS t JOIN pragma_table_info(t.name) AS c WHERE t.type = 'table'")
			.all();
		database.close();
		assert.deepEqual([...new Set([...objects, ...columns].flatMap(({ name }) => refusals(String(name))))], []);
	});

	it('is the field’s in commands, settings, context keys and the keys of texts', () => {
		const { contributes } = JSON.parse(readFileSync('package.json', 'utf8')) as { readonly contributes: unknown };
		const texts = JSON.parse(readFileSync('package.nls.json', 'utf8')) as object;
		const ids = [...strings(contributes), ...Object.keys(texts)].flatMap((text) => text.match(/[A-Za-z]+(?:[._][A-Za-z]+)*/g) ?? []);
		assert.deepEqual([...new Set(ids.flatMap(refusals))], []);
	});
});
