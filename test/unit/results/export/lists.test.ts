import assert from 'node:assert/strict';
import { exportNames } from '../../../../src/results/export/exportedResult';
import { concatList, resultsJson, resultsTable } from '../../../../src/results/export/lists';
import { exportedResult, hostileTexts } from '../../../support/exported';

/** The cells of a table, by RFC 4180. */
function cellsOf(table: string): string[][] {
	const lines: string[][] = [[]];
	for (const [, quoted, plain, end] of table.slice(1).matchAll(/(?:"((?:[^"]|"")*)"|([^",\r\n]*))(,|\r\n)/g)) {
		lines.at(-1)?.push(quoted?.replaceAll('""', '"') ?? plain ?? '');
		if (end === '\r\n') {
			lines.push([]);
		}
	}
	return lines.slice(0, -1);
}

/** What ffmpeg takes a list for, by its rules: quotes keep everything, a backslash outside of them the next character. */
function filesOf(list: string): string[] {
	const [head, ...lines] = list.split('\n').slice(0, -1);
	assert.equal(head, 'ffconcat version 1.0');
	return lines.map((line) => {
		assert.equal(line.startsWith('file '), true, line);
		return [...line.slice(5).matchAll(/'([^']*)'|\\(.)|([^'\\]+)/g)]
			.map(([, quoted, escaped, plain]) => quoted ?? escaped ?? plain)
			.join('');
	});
}

describe('the table of an export', () => {
	it('has a heading and a line for each result, for a spreadsheet that knows UTF-8 by its mark', () => {
		assert.equal(
			resultsTable([exportedResult({ prompt: 'A fox, "red"\nin the snow' })]),
			'\ufefffile,name,prompt,kind,format,size,width,height,frames_per_second,seconds,task_units,created_at,finished_at,origin,operation,id,result,sha256\r\n' +
				`media/fox-1.mp4,Fox,"A fox, ""red""\nin the snow",video,mp4,1234567,1920,1080,24,5.1,3.5,2026-11-03T08:00:00.000Z,2026-11-03T08:20:00.000Z,https://api.kling.example,videos/text2video,'853000000000000001,1,${'ab'.repeat(32)}\r\n`,
		);
	});

	for (const [text, cell] of [
		['=1+1', "'=1+1"],
		['+1', "'+1"],
		['-1', "'-1"],
		['@SUM(1)', "'@SUM(1)"],
		['\t=1', "'\t'=1"],
		['\r=1', "'\r'=1"],
		['a;=1', "a;'=1"],
		["'a", "''a"],
		['1234567890123456', "'1234567890123456"],
		['a = b', 'a = b'],
	] as const) {
		it(`has ${JSON.stringify(text)} as ${JSON.stringify(cell)}`, () => {
			const [, line] = cellsOf(resultsTable([exportedResult({ name: text })]));
			assert.equal(line?.[1], cell);
		});
	}

	it('has no cell that a spreadsheet runs, and a line for each result, whatever the texts', () => {
		const lines = cellsOf(resultsTable(hostileTexts.map((text) => exportedResult({ name: text, prompt: text, units: text }))));
		assert.equal(lines.length, hostileTexts.length + 1);
		assert.deepEqual(
			lines.map((line) => line.length),
			lines.map(() => 18),
		);
		assert.deepEqual(
			lines.flat().filter((cell) => /^[=+\-@\t\r\uff1d\uff0b\uff0d\uff20]/.test(cell)),
			[],
		);
	});
});

describe('the JSON of an export', () => {
	it('has the texts as they are', () => {
		const json = resultsJson(
			hostileTexts.map((text) => exportedResult({ name: text, prompt: text })),
			Date.UTC(2026, 10, 29),
		);
		const read = JSON.parse(json) as {
			readonly exportedAt: string;
			readonly results: readonly { readonly name: string; readonly prompt: string }[];
		};
		assert.deepEqual(
			read.results.map(({ name, prompt }) => [name, prompt]),
			hostileTexts.map((text) => [text, text]),
		);
		assert.equal(read.exportedAt, '2026-11-29T00:00:00.000Z');
	});

	it('leaves out what is not known', () => {
		const { name, prompt, units, createdAt, file, ...rest } = exportedResult();
		assert.equal([name, prompt, units, createdAt, file].includes(undefined), false);
		const [result] = (JSON.parse(resultsJson([rest], 0)) as { readonly results: readonly object[] }).results;
		assert.deepEqual(Object.keys(result ?? {}), [
			'file',
			'kind',
			'format',
			'size',
			'finished_at',
			'origin',
			'operation',
			'id',
			'result',
			'sha256',
		]);
	});
});

describe('the list for ffmpeg', () => {
	it('has the videos in their order', () => {
		const list = concatList([
			exportedResult({ fileName: 'b.mp4' }),
			exportedResult({ fileName: 'c.png', format: 'png' }),
			exportedResult({ fileName: 'd.mp3', format: 'mp3' }),
			exportedResult({ fileName: "it's a.webm", format: 'webm' }),
		]);
		assert.equal(list, "ffconcat version 1.0\nfile 'media/b.mp4'\nfile 'media/it'\\''s a.webm'\n");
	});

	it('is missing where nothing can be joined', () => {
		assert.deepEqual([concatList([]), concatList([exportedResult()])], [undefined, undefined]);
	});

	it('names exactly the files of the export, whatever they were called', () => {
		const names = exportNames(hostileTexts.map((name) => ({ name: `${name}.mp4`, format: 'mp4' })));
		const list = concatList(names.map((fileName) => exportedResult({ fileName }))) ?? '';
		assert.deepEqual(
			filesOf(list),
			names.map((name) => `media/${name}`),
		);
	});
});

describe('the names of an export', () => {
	const names = exportNames(hostileTexts.map((name) => ({ name, format: 'png' })));

	it('are legal everywhere, and never a path', () => {
		assert.deepEqual(
			names.filter((name) => /[\u0000-\u001f\u007f<>:"/\\|?*\u202a-\u202e\u2066-\u2069]|^[.\s-]|[.\s]$|^(?:con|nul|aux|prn)\./i.test(name)),
			[],
		);
	});

	it('differ where capitals do not count', () => {
		const again = exportNames(['Fox.mp4', 'fox.mp4', 'FOX-2.mp4', 'fox.webm'].map((name) => ({ name, format: 'mp4' })));
		assert.deepEqual(again, ['Fox.mp4', 'fox-2.mp4', 'FOX-2-2.mp4', 'fox-3.mp4']);
		assert.equal(new Set(names.map((name) => name.toLowerCase())).size, hostileTexts.length);
		// A long s and a final sigma are other letters in lower case only.
		const letters = exportNames(['sun.mp4', '\u017fun.mp4', '\u03c3.mp4', '\u03c2.mp4'].map((name) => ({ name, format: 'mp4' })));
		assert.deepEqual(letters, ['sun.mp4', '\u017fun-2.mp4', '\u03c3.mp4', '\u03c2-2.mp4']);
	});

	it('end as their format, whatever they ended as', () => {
		const files = [
			{ name: 'a.mp4', format: 'png' },
			{ name: 'b.exe', format: 'png' },
			{ name: '.mp4', format: 'mp3' },
		] as const;
		assert.deepEqual(exportNames(files), ['a.png', 'b.exe.png', 'result.mp3']);
	});
});
