import assert from 'node:assert/strict';
import fc from 'fast-check';
import type { SearchedTask } from '../../../src/store/searchIndex';
import { SearchIndex } from '../../../src/store/searchIndex';
import { key, origin } from '../../support/makers';

const words = {
	operations: { 'videos/text2video': 'Text to Video', 'videos/lip-sync': 'Lip Sync' },
	statuses: { failed: 'Failed', succeeded: 'Succeeded' },
};

function task(id: string, more: Partial<SearchedTask> & { readonly name?: string } = {}): SearchedTask {
	const { name, ...others } = more;
	return {
		key: key(id),
		origin,
		action: 'videos',
		action2: 'text2video',
		status: 'succeeded',
		names: [...(name === undefined ? [] : [name]), id],
		prompt: undefined,
		finishedAt: 1,
		trackedAt: 1,
		...others,
	};
}

/** An index of these tasks. */
function indexOf(...tasks: readonly SearchedTask[]): SearchIndex {
	const index = new SearchIndex(words);
	tasks.forEach((one, number) => index.set(number, one));
	return index;
}

const ids = (found: readonly string[]): readonly string[] => found.map((one) => one.split(' ')[1] ?? '');

describe('the search index', () => {
	const all = indexOf(
		task('878412345678870564', { name: 'shot 07' }),
		task('878412345678870777', { name: '镜头01 雪地里的猫', prompt: 'A fox runs through the forest' }),
		task('878412345678000001', { action2: 'lip-sync', status: 'failed', name: 'Café ÉTÉ' }),
		task('878412345678000002', { name: 'ガラスの城', origin: 'https://relay.example' }),
		task('878412345678000003', { name: 'ＦＵＬＬ width 50% "NEAR" a:b -c (x*)' }),
	);
	const cases: readonly (readonly [what: string, text: string, ...found: string[]])[] = [
		['the end of an ID', '870564', '878412345678870564'],
		['a part of an ID', '5678870', '878412345678870564', '878412345678870777'],
		['a part of a Chinese name', '的猫', '878412345678870777'],
		['one character', '猫', '878412345678870777'],
		['a word of the prompt', 'forest', '878412345678870777'],
		['a name in another case', 'SHOT', '878412345678870564'],
		['a name without its accents', 'cafe ete', '878412345678000001'],
		['a name with accents in another form', 'Cafe\u0301', '878412345678000001'],
		['half-width letters', 'ｶﾞﾗｽ', '878412345678000002'],
		['full-width letters by plain ones', 'full', '878412345678000003'],
		['the label of an operation', 'lip sync', '878412345678000001'],
		['the path of an operation', 'videos/lip-sync', '878412345678000001'],
		['the label of a status', 'failed', '878412345678000001'],
		['the API', 'relay.example', '878412345678000002'],
		['words of several kinds in any order', '870777 video fox', '878412345678870777'],
		['the name that a row has without one', 'Text to Video 870564', '878412345678870564'],
		['nothing where one word is missing', 'shot 08'],
		['signs as they are', '"NEAR" a:b -c (x*)', '878412345678000003'],
		['a percent sign as it is', '%', '878412345678000003'],
		['an asterisk as it is', 'sho*'],
		['a minus as it is', '-shot'],
		['no names of an object’s own members', 'constructor'],
	];
	for (const [what, text, ...expected] of cases) {
		it(`finds ${what}`, () => assert.deepEqual(ids(all.find(text, 10)).toSorted(), expected.toSorted()));
	}

	it('has names that begin or end with the text first, then other names and IDs, then prompts; each in the order of the list', () => {
		const index = indexOf(
			task('id1', { prompt: 'fox', finishedAt: 9 }),
			task('id2', { name: 'a fox b', finishedAt: 8 }),
			task('id3', { name: 'fox', finishedAt: 7 }),
			task('id4', { name: 'red fox', finishedAt: 6 }),
			task('id5', { name: 'fox', status: 'processing', finishedAt: undefined }),
			task('id6', { name: 'a fox c', finishedAt: 10 }),
		);
		assert.deepEqual(ids(index.find('fox', 10)), ['id5', 'id3', 'id4', 'id6', 'id2', 'id1']);
		assert.deepEqual(ids(index.find('fox', 2)), ['id5', 'id3']);
	});

	it('lists all tasks, active ones first, without a word', () => {
		const index = indexOf(task('old', { finishedAt: 1 }), task('new', { finishedAt: 2 }), task('active', { finishedAt: undefined }));
		assert.deepEqual(ids(index.find(' \u3000', 10)), ['active', 'new', 'old']);
	});

	it('follows changes and removals', () => {
		const index = indexOf(task('id1', { name: 'cat' }), task('id2', { name: 'cat' }), task('id3', { name: 'cat' }));
		index.set(0, task('id1', { name: 'dog' }));
		index.delete(1);
		assert.deepEqual(ids(index.find('cat', 10)), ['id3']);
		assert.deepEqual(ids(index.find('dog', 10)), ['id1']);
		index.keepOnly(new Set([0]));
		assert.deepEqual(ids(index.find('', 10)), ['id1']);
	});

	it('finds the same, typed letter by letter, as at once', () => {
		const tasks = Array.from({ length: 60 }, (_, index) =>
			task(`id${index}`, { name: `shot ${index % 7} ${index % 3 === 0 ? 'fox' : 'cat'}`, prompt: index % 5 === 0 ? 'a forest' : 'fog' }),
		);
		const typed = indexOf(...tasks);
		for (const text of ['f', 'fo', 'fox', 'fox 3', 'fox 3 a', 'fox 3', 'fox 33', 'cat', 'cat fog', 'at', 'fog shot id4', 'xfog']) {
			for (const limit of [3, 100]) {
				assert.deepEqual(typed.find(text, limit), indexOf(...tasks).find(text, limit), `${text}, ${limit}`);
			}
		}
		typed.set(60, task('id60', { name: 'xfog' }));
		assert.deepEqual(ids(typed.find('xfog', 100)), ['id60']);
	});

	it('finds a task by any part of its name', () => {
		const letter = fc.constantFrom(...Array.from('aZ9é猫が한ßİΣЖ🦊%"*-_().:\\ '));
		fc.assert(
			fc.property(fc.array(letter, { minLength: 1 }), fc.nat(20), fc.nat(20), (name, start, length) => {
				const part = name.slice(start, start + length).join('');
				return indexOf(task('id1', { name: name.join('') })).find(part, 1).length === 1;
			}),
		);
	});
});
