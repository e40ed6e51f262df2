import assert from 'node:assert/strict';
import { keepFolder, type KeepSurroundings } from '../../../../src/ui/keeping/keepFolder';

const linux: KeepSurroundings = {
	standardLibrary: '/storage/library',
	home: '/home/ada',
	workspaceFolder: '/films/shoot',
	isTrusted: true,
	isWindows: false,
};
const windows: KeepSurroundings = {
	standardLibrary: 'C:\\storage\\library',
	home: 'C:\\Users\\ada',
	workspaceFolder: 'D:\\film',
	isTrusted: true,
	isWindows: true,
};

describe('the folder in which results are kept', () => {
	for (const [name, keep, setting, around, folder, notices] of [
		['the standard library', 'library', '', linux, '/storage/library', []],
		['an absolute path', 'library', '/media/kling/', linux, '/media/kling/', []],
		['without steps up', 'library', '/media/x/../kling', linux, '/media/kling', []],
		['the home folder', 'library', '~', linux, '/home/ada', []],
		['a folder in the home folder', 'library', '~/Videos/Kling', linux, '/home/ada/Videos/Kling', []],
		['another person’s home folder is not known', 'library', '~bob/Videos', linux, '/storage/library', ['notAbsolute']],
		['a relative path', 'library', 'Videos', linux, '/storage/library', ['notAbsolute']],
		['a path of Windows elsewhere', 'library', 'C:\\Videos', linux, '/storage/library', ['notAbsolute']],
		['the folder of the workspace', 'workspace', '/media/kling', linux, '/films/shoot/kling-results', []],
		['no folder open', 'workspace', '', { ...linux, workspaceFolder: undefined }, '/storage/library', ['noFolder']],
		['an untrusted workspace', 'workspace', '~/Kling', { ...linux, isTrusted: false }, '/home/ada/Kling', ['notTrusted']],
		['neither', 'workspace', 'Kling', { ...linux, isTrusted: false }, '/storage/library', ['notTrusted', 'notAbsolute']],
		['a drive', 'library', 'E:\\Kling', windows, 'E:\\Kling', []],
		['a drive with slashes', 'library', 'e:/Kling', windows, 'e:\\Kling', []],
		['a share', 'library', '\\\\server\\kling', windows, '\\\\server\\kling\\', []],
		['a path on the current drive', 'library', '\\Kling', windows, 'C:\\storage\\library', ['notAbsolute']],
		['a path in the current folder of a drive', 'library', 'E:Kling', windows, 'C:\\storage\\library', ['notAbsolute']],
		['home on Windows', 'library', '~\\Videos', windows, 'C:\\Users\\ada\\Videos', []],
		['the folder of the workspace on Windows', 'workspace', '', windows, 'D:\\film\\kling-results', []],
	] as const) {
		it(`is found: ${name}`, () => {
			assert.deepEqual(keepFolder(keep, setting, around), { folder, notices });
		});
	}
});
