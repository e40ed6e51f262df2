import assert from 'node:assert/strict';
import { readFilePath } from '../../../src/requests/filePath';
import type { FileRefusal } from '../../../src/requests/ports/workspaceFiles';

const accepted: readonly (readonly [written: string, segments: readonly string[]])[] = [
	['a.png', ['a.png']],
	['./a.png', ['a.png']],
	['././ref//hero 1.PNG', ['ref', 'hero 1.PNG']],
	['ref/./a.png', ['ref', 'a.png']],
	['./ref/été.png', ['ref', 'été.png']],
	['日本/海.jpg', ['日本', '海.jpg']],
	['./~/a.png', ['~', 'a.png']],
	['a..b.png', ['a..b.png']],
	['100%25.png', ['100%25.png']],
	['a?b#c.png', ['a?b#c.png']],
	['console.png', ['console.png']],
	['com10.png', ['com10.png']],
	['👩‍🎤.png', ['👩‍🎤.png']],
];

const refused: Readonly<
	Record<Exclude<FileRefusal, 'unsaved' | 'noFolder' | 'untrusted' | 'link' | 'missing' | 'unreadable'>, readonly string[]>
> = {
	malformed: ['', 'a\0.png', 'a\n.png', '\u202egnp.a', 'a\ud800.png', 'x'.repeat(1001), 'a%2fb.png', 'a%5Cb', 'a%00.png', 'a\u0085.png'],
	absolute: [
		'/etc/passwd',
		'//server/share/a.png',
		'\\\\server\\share\\a.png',
		'\\\\?\\C:\\a.png',
		'\\a.png',
		'C:\\a.png',
		'c:a.png',
		'C:/a.png',
		'file:///etc/passwd',
		'file:a.png',
		'FILE:\\\\a',
		'https://media.example/a.png',
		'vscode-remote://host/a.png',
		'data:image/png;base64,AAAA',
		'~',
		'~/a.png',
		'~root/a.png',
		'~\\a.png',
	],
	parent: [
		'..',
		'../a.png',
		'../../.ssh/id_rsa',
		'a/../b.png',
		'./..',
		'a/..',
		'..\\a.png',
		'a\\..\\..\\b.png',
		'%2e%2e/a.png',
		'.%2E/a.png',
		'.. /a.png',
		'../ a.png',
		'.../a.png',
		'a/.. ./b.png',
	],
	backslash: ['ref\\a.png', '.\\a.png', 'ref/a\\b.png'],
	reserved: [
		'a.png:x',
		'a.png::$DATA',
		'12:30.png',
		'a.png.',
		'a.png ',
		'ref./a.png',
		'ref /a.png',
		'NUL',
		'nul.png',
		'con',
		'ref/AUX.tar.png',
		'com1.png',
		'LPT¹',
		'CONIN$',
		'prn .png',
	],
	hidden: ['.env', './.env', '.git/config', 'ref/.hidden/a.png', '%2eenv', '.ssh/id_rsa', './.a'],
	notAFile: ['.', './', './.', 'ref/', 'ref/.'],
};

describe('the path of a file in a request', () => {
	for (const [written, segments] of accepted) {
		it(`accepts ${JSON.stringify(written)}`, () => {
			assert.deepEqual(readFilePath(written), { segments });
		});
	}
	for (const [reason, paths] of Object.entries(refused)) {
		for (const written of paths) {
			it(`refuses ${JSON.stringify(written.slice(0, 50))}: ${reason}`, () => {
				assert.deepEqual(readFilePath(written), { refused: reason });
			});
		}
	}
});
