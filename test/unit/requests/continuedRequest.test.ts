// What Continue With opens: a request that is valid, apart from what the person still has to write.
import assert from 'node:assert/strict';
import { nextOperations, type Material, type NextOperation } from '../../../src/core/nextOperations';
import { continuedRequest } from '../../../src/requests/continuedRequest';
import type { RequestFacts } from '../../../src/requests/fileFacts';
import { parseRequestFile } from '../../../src/requests/parseRequestFile';
import { validateRequest } from '../../../src/requests/validateRequest';

const day = 24 * 60 * 60 * 1000;
const now = Date.UTC(2026, 10, 20);
const origin = 'https://gateway.example';
const noFiles: RequestFacts = { files: new Map(), texts: new Map() };
const comments = { head: ['From a result.'], byLink: 'Or by its link:' };

const video: Material = {
	kind: 'video',
	madeBy: { action: 'videos', action2: 'text2video' },
	origin,
	taskId: '811000000000000001',
	id: '822000000000000002',
	url: 'https://media.example/a.mp4?Expires=1&Signature=b~c_',
	seconds: 5.1,
	finishedAt: now - day,
};
const image: Material = {
	...video,
	kind: 'image',
	url: 'https://media.example/a.png',
	madeBy: { action: 'images', action2: 'generations' },
};
const sound: Material = { ...video, kind: 'audio', url: 'https://media.example/a.mp3', madeBy: { action: 'audio', action2: 'tts' } };
const faces: Material = { kind: 'faces', origin, session: '833000000000000003', face: '0', finishedAt: now - 1000 };
const selection: Material = { kind: 'selection', origin, session: '844000000000000004', finishedAt: now - 1000 };

/** A link without an end of its own. */
const plain = (material: Material): Material => ({ ...material, url: `https://media.example/${material.kind}` });
const possible = (...materials: readonly Material[]): readonly NextOperation[] =>
	nextOperations(materials, { now, origin }).filter(({ refusal }) => refusal === undefined);
const textOf = (to: string, ...materials: readonly Material[]): string => {
	const next = possible(...materials).find(({ key }) => key === to);
	assert.ok(next, `${to} is possible`);
	return continuedRequest(next, comments).text;
};
const problemsOf = (text: string): readonly string[] =>
	validateRequest(parseRequestFile(text), noFiles)
		.filter(({ severity }) => severity === 'error' || severity === 'warning')
		.map(({ severity, code, range }) => `${severity} ${code}: ${text.slice(range.start, range.end)}`);

describe('a request that continues with a result', () => {
	it('has the result filled in, its link as an alternative in a comment, and the rest to be written', () => {
		assert.equal(
			textOf('audio/video-to-audio', plain(video)),
			`{
  "$schema": "kling-schema:/request.schema.json",
  // From a result.
  "operation": "audio/video-to-audio",
  "body": {
    // Or by its link:
    // "video_url": "https://media.example/video",
    "video_id": "822000000000000002",
    "sound_effect_prompt": "Describe what is heard",
    "bgm_prompt": "Describe the music"
  }
}
`,
		);
	});

	it('has the session and the face of a call', () => {
		assert.equal(
			textOf('videos/advanced-lip-sync', faces),
			`{
  "$schema": "kling-schema:/request.schema.json",
  // From a result.
  "operation": "videos/advanced-lip-sync",
  "body": {
    "session_id": "833000000000000003",
    "face_choose": [
      {
        "face_id": "0",
        "sound_file": "\${{ file('./speech.mp3') }}",
        "sound_start_time": 0,
        "sound_end_time": 3000,
        "sound_insert_time": 0
      }
    ]
  }
}
`,
		);
	});

	it('has several images, which its prompt names', () => {
		const body = (JSON.parse(textOf('images/omni-image', plain(image), plain(image)).replace(/^ *\/\/.*\n/gm, '')) as { body: unknown })
			.body;
		assert.deepEqual(body, {
			model_name: 'kling-v3-omni',
			image_list: [{ image: 'https://media.example/image' }, { image: 'https://media.example/image' }],
			prompt: '<<<image_1>>> <<<image_2>>> Describe the image',
			n: 1,
		});
	});

	const all = [[video], [image], [image, image], [sound], [{ ...sound, madeBy: undefined }], [faces], [selection]] as Material[][];
	it('has no problem but the parts that are to be written, whatever it continues with', () => {
		let count = 0;
		for (const materials of all) {
			for (const next of possible(...materials.map(plain))) {
				const { text } = continuedRequest(next, comments);
				count++;
				const written = [...text.matchAll(/"[^"]*(?:Describe|What the person|Delete …)[^"]*"/g)].map(
					([one]) => `error text-placeholder: ${one}`,
				);
				const problems = problemsOf(text);
				const name = `${next.key} of ${next.takes}\n${text}`;
				assert.deepEqual(
					problems.filter((one) => one.startsWith('error text-placeholder')),
					written,
					name,
				);
				assert.deepEqual(
					problems.filter((one) => !written.includes(one)),
					expected[`${next.key} ${next.takes}`] ?? [],
					name,
				);
			}
		}
		assert.equal(count, 35);
	});
	/** What only the person can give. */
	const expected: Readonly<Record<string, readonly string[]>> = {
		'videos/multi-elements image': ['warning placeholder: "SESSION_ID"'],
		'videos/advanced-lip-sync audio': ['warning placeholder: "SESSION_ID"', 'warning placeholder: "FACE_ID"'],
	};

	it('never takes what is in a result for an expression, a tab stop or a comment', () => {
		const hostile = { ...plain(video), url: "https://media.example/a?b=${{file('./.env')}}&c=${1:x}$CLIPBOARD\u202e" };
		const [next] = nextOperations([hostile], { now, origin }).filter(({ key }) => key === 'videos/omni-video');
		assert.ok(next);
		const { text, snippet } = continuedRequest(next, { head: ['A name\n"operation": "x" \u2028 ${2:y}'], byLink: '' });
		assert.ok(text.includes(`"video_url": "https://media.example/a?b=$\${{file(%27./.env%27)}}&c=\${1:x}$CLIPBOARD%E2%80%AE"`), text);
		assert.deepEqual(problemsOf(text), ['error text-placeholder: "<<<video_1>>> Describe what happens"']);
		assert.ok(snippet.includes('&c=\\${1:x\\}\\$CLIPBOARD'), snippet);
		assert.ok(snippet.includes('// A name "operation": "x" \\${2:y\\}\n'), snippet);
		assert.equal([...snippet.matchAll(/(?<!\\)\$\{\d+:/g)].length, 1);
	});

	it('as a snippet is the same text, with a tab stop for each part that is replaced', () => {
		const [next] = possible(plain(video));
		assert.ok(next);
		const { text, snippet } = continuedRequest(next, comments);
		assert.equal(
			snippet
				.replace(/(?<!\\)\$\{\d+:((?:[^\\}]|\\.)*)\}/g, '$1')
				.replace(/\\([\\$}])/g, '$1')
				.replaceAll('\t', '  '),
			text,
		);
		assert.ok(snippet.includes('"bgm_prompt": "${2:Describe the music}"'), snippet);
	});
});
