import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { curlLine } from '../../../../src/core/paste/curlLine';
import { readPastedText } from '../../../../src/core/paste/pastedText';
import type { TaskRef } from '../../../../src/core/task';

/** Shells for which the command is quoted. sh exists everywhere; the others are tested if installed. */
const shells = ['/bin/sh', '/bin/bash', '/bin/zsh'].filter((shell) => existsSync(shell));

describe('the curl line in a real shell', () => {
	let root: string;
	let elsewhere: string;
	before(() => {
		root = mkdtempSync(join(tmpdir(), 'kling-curl-'));
		elsewhere = join(root, 'elsewhere');
		mkdirSync(join(root, 'bin'));
		mkdirSync(elsewhere);
		// Replaces curl: prints its arguments, each followed by a line that no argument contains.
		writeFileSync(join(root, 'bin', 'curl'), '#!/bin/sh\nprintf "%s\\n--end--\\n" "$@"\n', { mode: 0o755 });
	});
	after(() => rmSync(root, { recursive: true }));

	/** Runs a command in an empty folder, as if pasted; returns curl's arguments and what else happened. */
	const run = (
		shell: string,
		line: string,
	): { readonly arguments: readonly string[]; readonly errors: string; readonly files: readonly string[] } => {
		const { stdout, stderr } = spawnSync(shell, {
			input: `${line}\n`,
			cwd: elsewhere,
			env: { PATH: `${join(root, 'bin')}:/usr/bin:/bin`, COMETAPI_KEY: 'sk-of the "person" $HOME' },
			encoding: 'utf8',
		});
		return { arguments: stdout.split('\n--end--\n').slice(0, -1), errors: stderr, files: readdirSync(elsewhere) };
	};
	const header = ['--header', 'Authorization: Bearer sk-of the "person" $HOME'];

	const plain: TaskRef = { origin: 'https://gateway.example', action: 'videos', action2: 'text2video', id: '853300000000000101' };

	it('requests the task with the key from the environment', () => {
		assert.equal(
			curlLine({ ...plain, action2: 'avatar/image2video' }),
			`curl --header "Authorization: Bearer $COMETAPI_KEY" 'https://gateway.example/kling/v1/videos/avatar/image2video/853300000000000101'`,
		);
		for (const shell of shells) {
			assert.deepEqual(
				run(shell, curlLine(plain)),
				{ arguments: [...header, 'https://gateway.example/kling/v1/videos/text2video/853300000000000101'], errors: '', files: [] },
				shell,
			);
		}
	});

	// Origins that a task list of an earlier version may contain.
	for (const origin of [
		"https://evil.example/a';touch$IFS./x;'",
		"https://evil.example/a'$(touch ./x)'",
		"https://evil.example/a'`touch ./x`'b",
		"https://evil.example/a' | touch ./x #",
		"https://evil.example/a'\ntouch ./x\n'",
		"https://evil.example/'\\''",
		"https://evil.example/''''",
		'https://evil.example/a\\',
		"https://evil.example/a\\'; touch ./x; '",
		"https://evil.example/a'; touch ./x & exit; '",
		'https://evil.example/a$(touch ./x)"`touch ./x`"$HOME!!*?[a-z]{a,b}~',
		"https://evil';touch$IFS./x;'.example",
		"https://evil.example/'\u2019\u2018",
	]) {
		it(`runs nothing but curl, with the host of the origin: ${JSON.stringify(origin)}`, () => {
			for (const shell of shells) {
				assert.deepEqual(
					run(shell, curlLine({ ...plain, origin })),
					{ arguments: [...header, `${origin}/kling/v1/videos/text2video/853300000000000101`], errors: '', files: [] },
					shell,
				);
			}
		});
	}

	it('runs nothing but curl, whatever the path and the id contain', () => {
		const line = curlLine({
			origin: 'https://gateway.example',
			action: "v';touch ./x;'",
			action2: "t'$(touch ./x)/u'`touch ./x`",
			id: "8';touch ./x;'\n",
		});
		const url = "https://gateway.example/kling/v1/v'%3Btouch%20.%2Fx%3B'/t'%24(touch%20./x)/u'%60touch%20./x%60/8'%3Btouch%20.%2Fx%3B'%0A";
		for (const shell of shells) {
			assert.deepEqual(run(shell, line), { arguments: [...header, url], errors: '', files: [] }, shell);
		}
	});
});

describe('a pasted response with a hostile URL beside its task', () => {
	for (const url of [
		"https://evil.example/a';touch$IFS./x;'/kling/v1/videos/text2video",
		"https://evil';touch$IFS./x;'.example/kling/v1/videos/text2video",
		'https://evil.example/$(id)/kling/v1/videos/text2video',
		'https://evil.example/a%27%3Bid/kling/v1/videos/text2video',
	]) {
		it(`gives no origin that a shell would interpret: ${url}`, () => {
			assert.deepEqual(
				readPastedText(
					JSON.stringify({ task_id: '853300000000000777', task_status: 'processing', url: url.replace("';", '$;') }),
				).references.map(({ origin }) => origin),
				[undefined],
			);
			for (const text of [
				JSON.stringify({ task_id: '853300000000000777', task_status: 'processing', url }),
				`${url}/853300000000000777`,
				`curl "${url}/853300000000000777"`,
				JSON.stringify({ log: `GET ${url}/853300000000000777` }),
			]) {
				for (const { origin = 'none' } of readPastedText(text).references) {
					assert.match(origin, /^[A-Za-z0-9._~:/-]+$/, text);
				}
			}
		});
	}

	it('keeps the operation and the origin of a harmless one, in quotes within the string too', () => {
		for (const url of [
			'https://gateway.example/base/kling/v1/videos/text2video',
			"POST 'https://gateway.example/base/kling/v1/videos/text2video'",
		]) {
			assert.deepEqual(readPastedText(JSON.stringify({ task_id: '853300000000000777', task_status: 'processing', url })).references, [
				{
					id: '853300000000000777',
					operation: { action: 'videos', action2: 'text2video' },
					origin: 'https://gateway.example/base',
					line: 1,
					sure: 'clear',
				},
			]);
		}
	});
});
