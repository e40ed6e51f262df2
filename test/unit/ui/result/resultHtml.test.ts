import { strict as assert } from 'node:assert';
import { taskKey, type Task } from '../../../../src/core/task';
import { contentSecurityPolicy, folderSource, mediaOrigin } from '../../../../src/ui/result/contentSecurityPolicy';
import { resultHtml } from '../../../../src/ui/result/resultHtml';
import { isShowable, linksOf, mediaOrigins } from '../../../../src/ui/result/taskLinks';

describe('the policy of a page with kept files', () => {
	const policyWith = (...fileFolders: readonly string[]): string =>
		contentSecurityPolicy({ nonce: 'abc', cspSource: 'x:', mediaOrigins: ['https://cdn.example'], fileFolders });

	it('lets it load them alone, and what it plays from memory', () => {
		assert.equal(
			policyWith('https://*.res.example/kept/'),
			"default-src 'none'; script-src 'nonce-abc'; style-src x:; img-src https://cdn.example https://*.res.example/kept/; " +
				'media-src https://cdn.example https://*.res.example/kept/ blob:; connect-src https://*.res.example/kept/; ' +
				"base-uri 'none'; form-action 'none'",
		);
		assert.doesNotMatch(policyWith(), /connect-src|blob:/);
	});

	for (const [uri, source] of [
		['https://file%2B.vscode-resource.vscode-cdn.net/home/kim/kept', 'https://*.vscode-resource.vscode-cdn.net/home/kim/kept/'],
		['https://file+.vscode-resource.vscode-cdn.net/c%3A/kept%20%231/', 'https://*.vscode-resource.vscode-cdn.net/c%3A/kept%20%231/'],
		['https://vscode-remote%2Bssh-002dremote.res.example/a%3B%2C%27%22', 'https://*.res.example/a%3B%2C%27%22/'],
		["https://file+.res.example/a; script-src 'unsafe-inline'", undefined],
		['https://file+.res.example/a,b', undefined],
		['https://file+.res.example/a?b', undefined],
		['https://localhost/a', undefined],
		['http://file+.res.example/a', undefined],
		['file:///home/kim/kept', undefined],
	] as const) {
		it(`names the folder ${uri} as ${source ?? 'nothing'}`, () => assert.equal(folderSource(uri), source));
	}
});

describe('the result page’s policy', () => {
	const policy = contentSecurityPolicy({
		nonce: 'abc',
		cspSource: 'https://*.vscode-cdn.net',
		mediaOrigins: ['https://cdn.example'],
		fileFolders: [],
	});

	it('allows one script, one style source and the task’s media, and nothing inline', () => {
		assert.deepEqual(policy.split('; '), [
			"default-src 'none'",
			"script-src 'nonce-abc'",
			'style-src https://*.vscode-cdn.net',
			'img-src https://cdn.example',
			'media-src https://cdn.example',
			"base-uri 'none'",
			"form-action 'none'",
		]);
		assert.doesNotMatch(policy, /unsafe/);
	});

	it('allows no media where a task has none', () => {
		assert.match(
			contentSecurityPolicy({ nonce: 'abc', cspSource: 'x:', mediaOrigins: [], fileFolders: [] }),
			/img-src 'none'; media-src 'none'/,
		);
	});

	for (const [url, origin] of [
		['https://cdn.example/a/b.mp4?Expires=1&x=%20#y', 'https://cdn.example'],
		['https://CDN.example:443/a', 'https://cdn.example'],
		['https://cdn.example:8443/a', 'https://cdn.example:8443'],
		['http://127.0.0.1:41234/a', 'http://127.0.0.1:41234'],
		['https://bücher.example/a', 'https://xn--bcher-kva.example'],
		['https://*/a', undefined],
		['https://*.example/a', undefined],
		["https://a;script-src'unsafe-inline'.example/", undefined],
		['https://a,b.example/', undefined],
		['https://[::1]/a', undefined],
		['data:image/png;base64,AAAA', undefined],
		['javascript:alert(1)', undefined],
		['nonsense', undefined],
	] as const) {
		it(`names the origin of ${url}: ${String(origin)}`, () => assert.equal(mediaOrigin(url), origin));
	}
});

describe('a task’s links', () => {
	const ref = { origin: 'http://127.0.0.1:41234', action: 'audio', action2: 'text-to-audio', id: '910000000000000002' };
	const task: Task = {
		key: taskKey(ref),
		ref,
		trackedAt: 0,
		status: 'succeeded',
		finishedAt: 1,
		results: [
			{ kind: 'audio', url: 'https://b.example/1.mp3', alternatives: [{ format: 'wav', url: 'https://a.example/1.wav' }] },
			{ kind: 'video', url: 'http://other.example/2.mp4' },
			{ kind: 'video', url: 'http://127.0.0.1:41234/3.mp4' },
		],
		parentVideo: { url: 'https://b.example/0.mp4' },
	};

	it('are those of one media with its other formats', () => {
		assert.deepEqual(linksOf(task, 0), ['https://b.example/1.mp3', 'https://a.example/1.wav']);
		assert.deepEqual(linksOf(task, 'parent'), ['https://b.example/0.mp4']);
		assert.deepEqual(linksOf(task, 9), []);
		assert.deepEqual(linksOf({ ...task, parentVideo: {} }, 'parent'), []);
	});

	it('give their origins once, and only where they may be followed', () => {
		assert.deepEqual(mediaOrigins(task), ['http://127.0.0.1:41234', 'https://a.example', 'https://b.example']);
		assert.equal(isShowable('http://other.example/2.mp4', task), false);
	});
});

describe('the result page’s HTML', () => {
	const html = resultHtml({
		nonce: 'abc',
		cspSource: 'https://x.example',
		mediaOrigins: [],
		fileFolders: [],
		language: 'pt-br',
		title: '</title><script>"a" & b',
		scriptUri: 'https://x.example/r.js?a=1&b="',
		styleUri: 'https://x.example/r.css',
	});

	it('names the language', () => assert.match(html, /^<!DOCTYPE html>\n<html lang="pt-br">/));
	it('has one script, with the nonce, and no inline style', () => {
		assert.equal(html.match(/<script/g)?.length, 1);
		assert.match(html, /<script nonce="abc" src="https:\/\/x\.example\/r\.js\?a=1&amp;b=&quot;"><\/script>/);
		assert.doesNotMatch(html, /<style|style=|onload|onerror/);
	});
	it('escapes what is not ours', () => assert.match(html, /<title>&lt;\/title&gt;&lt;script&gt;&quot;a&quot; &amp; b<\/title>/));
	it('tells no result host where it was shown', () => assert.match(html, /<meta name="referrer" content="no-referrer">/));
});
