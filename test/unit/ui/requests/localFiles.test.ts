// Files of this machine that a request names: a repository may contain links, pipes and devices, and exchange them while they are read.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, renameSync, rmSync, symlinkSync, truncateSync, utimesSync, writeFileSync } from 'node:fs';
import { rename } from 'node:fs/promises';
import { createServer, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { sleep } from '../../../support/retry';
import { readLocal, statLocal, type LocalFile } from '../../../../src/ui/requests/localFiles';

const content = 'an image, as far as this test is concerned';

describe('files of this machine beside a request', () => {
	/** Contains the workspace and what is outside of it. */
	let parent: string;
	let root: string;
	const at = (...names: readonly string[]): string => path.join(root, ...names);
	const file = (written: string, base = root): LocalFile => ({ root, base, segments: written.split('/') });
	/** What stat and read say; the content, if it was read. */
	const outcome = async (one: LocalFile): Promise<string> => {
		const [stat, read] = [await statLocal(one), await readLocal(one)];
		const refusals = [stat, read].flatMap((result) => ('refused' in result ? [result.refused] : []));
		if ('bytes' in read && 'size' in stat && refusals.length === 0) {
			assert.equal(read.bytes.length, stat.size);
			return Buffer.from(read.bytes).toString();
		}
		assert.equal(refusals.length, 2, 'they must agree');
		assert.equal(refusals[0], refusals[1]);
		return refusals[0] ?? '';
	};

	beforeEach(() => {
		parent = mkdtempSync(path.join(tmpdir(), 'kling-local-files-'));
		root = path.join(parent, 'film');
		mkdirSync(at('ref'), { recursive: true });
		mkdirSync(path.join(parent, 'outside', '.ssh'), { recursive: true });
		writeFileSync(at('a.png'), content);
		writeFileSync(at('.env'), 'SECRET=1');
		writeFileSync(path.join(parent, 'outside', 'b.png'), 'outside');
		writeFileSync(path.join(parent, 'outside', '.ssh', 'id_rsa'), 'private');
		mkdirSync(path.join(parent, 'film-2'));
		writeFileSync(path.join(parent, 'film-2', 'c.png'), 'a folder whose name begins alike');
	});
	afterEach(() => rmSync(parent, { recursive: true, force: true }));

	it('reads a file beside the request, and one below', async () => {
		writeFileSync(at('ref', 'ä b#c?.png'), content);
		assert.equal(await outcome(file('a.png')), content);
		assert.equal(await outcome(file('ref/ä b#c?.png')), content);
		assert.equal(await outcome(file('ä b#c?.png', at('ref'))), content);
	});

	it('follows a link that stays in the folder', async () => {
		symlinkSync('../a.png', at('ref', 'link.png'));
		symlinkSync('ref', at('pictures'));
		assert.equal(await outcome(file('ref/link.png')), content);
		assert.equal(await outcome(file('pictures/link.png')), content);
	});

	it('reads in a folder that is opened by a link to it', async () => {
		symlinkSync(root, path.join(parent, 'shortcut'));
		const shortcut = path.join(parent, 'shortcut');
		assert.equal(await outcome({ root: shortcut, base: shortcut, segments: ['a.png'] }), content);
	});

	const leadsOut: readonly (readonly [what: string, make: () => string])[] = [
		['to a file', () => (symlinkSync('../outside/b.png', at('l.png')), 'l.png')],
		['to an absolute path', () => (symlinkSync(path.join(parent, 'outside', 'b.png'), at('l.png')), 'l.png')],
		['to a key', () => (symlinkSync('../outside/.ssh/id_rsa', at('l.png')), 'l.png')],
		['of a folder on the way', () => (symlinkSync('../outside', at('out')), 'out/b.png')],
		['over another link', () => (symlinkSync('../outside', at('out')), symlinkSync('out/b.png', at('l.png')), 'l.png')],
		['to a folder whose name begins alike', () => (symlinkSync('../film-2/c.png', at('l.png')), 'l.png')],
		['to an endless device', () => (symlinkSync('/dev/zero', at('l.png')), 'l.png')],
		['to this process', () => (symlinkSync('/proc/self/environ', at('l.png')), 'l.png')],
		['to the folder above', () => (symlinkSync('..', at('up')), 'up/outside/b.png')],
	];
	for (const [what, make] of leadsOut) {
		it(`refuses a link ${what}`, async () => {
			assert.equal(await outcome(file(make())), 'link');
		});
	}

	it('refuses a cycle of links', async () => {
		symlinkSync('two.png', at('one.png'));
		symlinkSync('one.png', at('two.png'));
		symlinkSync('.', at('here'));
		symlinkSync('self.png', at('self.png'));
		assert.equal(await outcome(file('one.png')), 'link');
		assert.equal(await outcome(file('self.png')), 'link');
		assert.equal(await outcome(file(`${'here/'.repeat(300)}a.png`)), 'link');
	});

	it('refuses a link to a hidden file of the folder', async () => {
		mkdirSync(at('.git'));
		writeFileSync(at('.git', 'config'), 'hidden');
		symlinkSync('.env', at('env.png'));
		symlinkSync('.git', at('git'));
		assert.equal(await outcome(file('env.png')), 'hidden');
		assert.equal(await outcome(file('git/config')), 'hidden');
	});

	it('reads beside a request that is in a hidden folder itself', async () => {
		mkdirSync(at('.kling'));
		writeFileSync(at('.kling', 'a.png'), content);
		assert.equal(await outcome(file('a.png', at('.kling'))), content);
	});

	it('never waits for a pipe', async () => {
		execFileSync('mkfifo', [at('pipe.png')]);
		symlinkSync('pipe.png', at('link.png'));
		assert.equal(await outcome(file('pipe.png')), 'notAFile');
		assert.equal(await outcome(file('link.png')), 'notAFile');
	});

	it('refuses a socket and a folder', async () => {
		const server: Server = createServer();
		await new Promise<void>((resolve) => server.listen(at('s.png'), resolve));
		assert.equal(await outcome(file('s.png')), 'notAFile');
		await new Promise((resolve) => server.close(resolve));
		assert.equal(await outcome(file('ref')), 'notAFile');
	});

	it('misses what is not there', async () => {
		writeFileSync(at('plain'), '');
		symlinkSync('nowhere.png', at('broken.png'));
		assert.equal(await outcome(file('none.png')), 'missing');
		assert.equal(await outcome(file('plain/a.png')), 'missing');
		assert.equal(await outcome(file('broken.png')), 'missing');
		assert.equal(await outcome(file('x'.repeat(300))), 'missing');
	});

	it('never reads a file of 100 MB', async () => {
		writeFileSync(at('huge.png'), '');
		truncateSync(at('huge.png'), 100_000_000);
		const stat = await statLocal(file('huge.png'));
		assert.equal('size' in stat ? stat.size : stat.refused, 100_000_000);
		assert.deepEqual(await readLocal(file('huge.png')), { refused: 'unreadable' });
	});

	it('has another version after a change, even one that keeps size and time', async () => {
		const version = async (): Promise<string> => {
			const stat = await statLocal(file('a.png'));
			return 'version' in stat ? stat.version : stat.refused;
		};
		const time = new Date('2031-05-04T12:00:00Z');
		utimesSync(at('a.png'), time, time);
		const before = await version();
		assert.equal(await version(), before);
		writeFileSync(at('new.png'), content.toUpperCase());
		utimesSync(at('new.png'), time, time);
		renameSync(at('new.png'), at('a.png'));
		assert.notEqual(await version(), before);
	});

	it('reads nothing outside while a folder is exchanged for a link', async () => {
		writeFileSync(at('ref', 'b.png'), content);
		symlinkSync('../outside', at('out'));
		let isDone = false;
		const exchange = async (): Promise<void> => {
			while (!isDone) {
				await rename(at('ref'), at('real'));
				await rename(at('out'), at('ref'));
				await rename(at('ref'), at('out'));
				await rename(at('real'), at('ref'));
				await sleep(1);
			}
		};
		const exchanging = exchange();
		const seen = new Set<string>();
		for (let round = 0; round < 1000; round++) {
			const read = await readLocal(file('ref/b.png'));
			seen.add('bytes' in read ? Buffer.from(read.bytes).toString() : read.refused);
		}
		isDone = true;
		await exchanging;
		for (const one of seen) {
			assert.ok([content, 'link', 'missing', 'unreadable'].includes(one), one);
		}
		assert.ok(seen.has(content), 'it must be read at times');
	});
});
