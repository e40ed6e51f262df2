import assert from 'node:assert/strict';
import fc from 'fast-check';
import { isTaskId, operationKey, parseOperationPath } from '../../../../src/core/operation';
import { Child } from '../../../support/childProcess';
import type { PastedText } from '../../../../src/core/paste/pastedText';
import { readPastedText } from '../../../../src/core/paste/pastedText';

const a = '853300000000000101';
const b = '853300000000000102';
const wrapperId = '2041700000000000303';
const old = 'Qm7XwZt4LrEAAAAAAB9kvg';
const gatewayId = 'task_Zk3pQ9vX1mN7bC5tR2yU8wE4sD6fG0hJ';
const uuid = '3f0c1d9e-7a55-4b1e-9d0f-2f6f1d2c7b11';
const host = 'https://gateway.example';
const key = 'sk-Canary7Kx2Vw9Qm4Tz6Rb1Ny8Hs3Jd5Gf0Lp';
const jwt = 'eyJhbGciOiJIUzI1NiJ9.eyJpc3MiOiJjYW5hcnkifQ.c2lnbmF0dXJlLWNhbmFyeQ';

/** `[action/action2 ]id[ @origin][ ?]`, `?` for a guess. */
function summarised({ references }: PastedText): string[] {
	return references.map(
		({ operation, id, origin, sure }) =>
			`${operation === undefined ? '' : `${operationKey(operation)} `}${id}${origin === undefined ? '' : ` @${origin}`}${sure === 'guess' ? ' ?' : ''}`,
	);
}

function unread({ unreadable }: PastedText): string[] {
	return unreadable.map(({ line, reason }) => `${line} ${reason}`);
}

/** Tests which references a text gives, and that none of it is unreadable. */
function gives(title: string, text: string, expected: string[]): void {
	it(title, () => {
		const read = readPastedText(text);
		assert.deepEqual(summarised(read), expected);
		assert.deepEqual(unread(read), []);
	});
}

function refuses(title: string, text: string, expected: string[], references: string[] = []): void {
	it(title, () => {
		const read = readPastedText(text);
		assert.deepEqual(summarised(read), references);
		assert.deepEqual(unread(read), expected);
	});
}

describe('readPastedText', () => {
	describe('ids', () => {
		gives('reads 18 digits', a, [a]);
		gives('reads 19 digits', ` ${wrapperId}\r\n`, [wrapperId]);
		gives('reads 22 characters, base64-like', old, [old]);
		gives('reads task_ and 32 characters, which is not a key', gatewayId, [gatewayId]);
		gives('reads an id in quotes', `"${a}",`, [a]);
		gives('reads an id in angle brackets', `<${a}>`, [a]);
		gives('reads an id in Markdown emphasis', `**${a}** _${b}_`, [a, b]);
		gives('reads an id with an invisible character in it, as chats paste it', `\u200b${a}\ufeff`, [a]);
		gives('reads several ids on a line', `${a}, ${b};${wrapperId}`, [a, b, wrapperId]);
		gives('reads several lines of ids, with bullets and numbers', `- ${a}\n2. ${b}\n- [x] ${wrapperId}\n`, [a, b, wrapperId]);
		gives('reads an id with a label', `task_id: ${a}\ntaskId=${b}\nTask ID: ${wrapperId}\n任务ID：${old}`, [a, b, wrapperId, old]);
		gives('treats an external id as a guess', 'my-clip-0042', ['my-clip-0042 ?']);
		gives('treats a UUID as an external id, not as a key', uuid, [`${uuid} ?`]);
		gives('treats a long external id as one, not as a key', 'text2video_first_scene_final-1790000000', [
			'text2video_first_scene_final-1790000000 ?',
		]);
		gives('is sure of an external id that is labelled as a task id', 'task_id=my-clip-0042', ['my-clip-0042']);
		gives('merges duplicates', `${a}\n${b}\n${a}`, [a, b]);
		gives('merges an id without an operation into the same id with one', `${a}\nvideos/effects ${a}\n${a}`, [`videos/effects ${a}`]);
		gives('merges an id without an origin into the same id with one', `${a}\n${host}/kling/v1/videos/effects/${a}`, [
			`videos/effects ${a} @${host}`,
		]);
		gives(
			'keeps the same id of two origins apart',
			`${host}/kling/v1/videos/effects/${a}\nhttps://other.example/kling/v1/videos/effects/${a}`,
			[`videos/effects ${a} @${host}`, `videos/effects ${a} @https://other.example`],
		);
		it('says on which line each id is', () => {
			assert.deepEqual(
				readPastedText(`\n${a}\r\n\r\n${b}\n${a}`).references.map(({ line }) => line),
				[2, 4],
			);
		});
	});

	describe('operation and id', () => {
		gives('reads action/action2 and id', `videos/text2video ${a}`, [`videos/text2video ${a}`]);
		gives('reads action/action2/id', `images/generations/${a}`, [`images/generations ${a}`]);
		gives('reads three segments', `videos/avatar/image2video ${a}\nvideos/avatar/image2video/${b}`, [
			`videos/avatar/image2video ${a}`,
			`videos/avatar/image2video ${b}`,
		]);
		gives('reads an operation outside the catalogue', `videos/dream-maker ${a}`, [`videos/dream-maker ${a}`]);
		gives('takes no operation from two other words with a slash', `models/try-out ${a}\nmodels/try-out/${b}`, [`${a} ?`, `${b} ?`]);
		gives('reads the name of a listed operation alone', `lip-sync ${a}`, [`videos/lip-sync ${a}`]);
		gives('reads an id before its operation, as in a table', `${a},audio/video-to-audio`, [`audio/video-to-audio ${a}`]);
		gives('is sure of an external id with its operation', 'videos/text2video my-clip-7', ['videos/text2video my-clip-7']);
		gives('reads an operation and an id that are joined', `videos/effects:${a}\ntext2video/${b}`, [
			`videos/effects ${a}`,
			`videos/text2video ${b}`,
		]);
		gives('reads a request line', `GET /kling/v1/audio/text-to-audio/${a} HTTP/1.1`, [`audio/text-to-audio ${a}`]);
	});

	describe('URLs', () => {
		gives('reads a query URL', `${host}/kling/v1/videos/text2video/${a}`, [`videos/text2video ${a} @${host}`]);
		gives('reads a URL with a query string', `${host}/kling/v1/videos/text2video/${a}?x=1#y`, [`videos/text2video ${a} @${host}`]);
		gives('reads a URL with a trailing slash and a full stop', `${host}/kling/v1/videos/text2video/${a}/.`, [
			`videos/text2video ${a} @${host}`,
		]);
		gives('reads a URL in angle brackets and quotes', `<${host}/kling/v1/videos/text2video/${a}>\n"${host}/kling/v1/videos/effects/${b}"`, [
			`videos/text2video ${a} @${host}`,
			`videos/effects ${b} @${host}`,
		]);
		gives('reads a Markdown link', `[the cat](${host}/kling/v1/videos/text2video/${a}) and more`, [`videos/text2video ${a} @${host}`]);
		gives('reads a URL without a scheme', `gateway.example/kling/v1/videos/text2video/${a}`, [`videos/text2video ${a} @${host}`]);
		gives('reads three segments', `${host}/kling/v1/videos/avatar/image2video/${a}`, [`videos/avatar/image2video ${a} @${host}`]);
		gives('reads an unlisted operation', `${host}/kling/v1/videos/dream-maker/${a}`, [`videos/dream-maker ${a} @${host}`]);
		gives('reads an external id in a URL', `${host}/kling/v1/videos/text2video/my-clip-7`, [`videos/text2video my-clip-7 @${host}`]);
		gives('keeps a base path and a port', `https://Gateway.example:8443/proxy/kling/v1/videos/effects/${a}`, [
			`videos/effects ${a} @https://gateway.example:8443/proxy`,
		]);
		gives('accepts http: on this machine', `http://127.0.0.1:4010/kling/v1/videos/effects/${a}`, [
			`videos/effects ${a} @http://127.0.0.1:4010`,
		]);
		gives("leaves out the origin of Kling's own /v1, which is another API", `https://native.example/v1/videos/image2video/${a}`, [
			`videos/image2video ${a}`,
		]);
		gives('decodes a percent-encoded id', `${host}/kling/v1/videos/text2video/${old}%3D%3D`, [`videos/text2video ${old}== @${host}`]);
		refuses('refuses http: for another machine', `http://gateway.example/kling/v1/videos/text2video/${a}`, ['1 notHttps']);
		refuses('refuses a user name and password', `https://me:pw@gateway.example/kling/v1/videos/text2video/${a}`, ['1 badUrl']);
		refuses('refuses an id with a slash', `${host}/kling/v1/videos/text2video/${a}/${b}`, ['1 badId']);
		refuses('refuses an id with a slash of an unlisted operation', `${host}/kling/v1/videos/dream-maker/${a}/x1`, ['1 badId']);
		refuses('refuses an encoded slash', `${host}/kling/v1/videos/text2video/x%2Fy1`, ['1 badId']);
		refuses('refuses dots', `${host}/kling/v1/videos/text2video/../${a}`, ['1 badId']);
		refuses('reports a missing id in a create URL', `${host}/kling/v1/videos/text2video`, ['1 noTaskId']);
		refuses(
			'reports a missing id for a placeholder',
			`${host}/kling/v1/videos/text2video/{task_id}\n${host}/kling/v1/videos/text2video/YOUR_TASK_ID`,
			['1 noTaskId', '2 noTaskId'],
		);
		refuses('reports a missing operation', `${host}/kling/v1/videos/${a}`, ['1 badUrl']);
		refuses('reports a missing id in the URL of a session', `${host}/kling/v1/videos/multi-elements/init-selection`, ['1 noTaskId']);
		refuses('refuses other URLs and does not read ids in their paths', `https://cdn.example/${a}/clip.mp4`, ['1 badUrl']);
		refuses('refuses URLs of other APIs', 'https://chat.example/v1/videos/video_12345', ['1 badUrl']);
	});

	describe('curl', () => {
		gives('reads a command on one line', `curl ${host}/kling/v1/videos/text2video/${a}`, [`videos/text2video ${a} @${host}`]);
		gives(
			'reads a command on several lines with --url and quotes',
			`$ curl --request GET \\\n  --url '${host}/kling/v1/videos/text2video/${a}' \\\n  --header 'Accept: application/json'\n`,
			[`videos/text2video ${a} @${host}`],
		);
		gives(
			'reads a command with Windows line continuations',
			`curl.exe ^\r\n  --url="${host}/kling/v1/images/omni-image/${a}" ^\r\n  -s\r\n`,
			[`images/omni-image ${a} @${host}`],
		);
		gives(
			'uses the operation of a create request for the one task in its response',
			`curl -X POST ${host}/kling/v1/videos/multi-image2video -d '{"prompt":"a cat"}'\n{"code":0,"data":{"task_id":"${a}","task_status":"submitted"}}`,
			[`videos/multi-image2video ${a} @${host}`],
		);
		refuses('reports a missing id in a create request', `curl -X POST ${host}/kling/v1/videos/text2video -d '{"prompt":"a cat"}'`, [
			'1 noTaskId',
		]);
		it('reads the reference beside a key and shows nothing of the key', () => {
			const read = readPastedText(`curl '${host}/kling/v1/videos/text2video/${a}' \\\n -H 'Authorization: Bearer ${key}'`);
			assert.deepEqual(summarised(read), [`videos/text2video ${a} @${host}`]);
			assert.equal(read.secret, 'containsSecret');
			assert.deepEqual(read.unreadable, []);
		});
	});

	describe('JSON', () => {
		const response = (id: string) =>
			`{"code":0,"message":"SUCCEED","request_id":"${b}","data":{"task_id":"${id}","task_status":"submitted","task_info":{"external_task_id":"my-7"},"created_at":1790000000000}}`;
		gives('reads the response to a create', response(a), [a]);
		gives(
			'never takes the ids of results and parents',
			JSON.stringify(
				{
					data: {
						task_id: a,
						task_status: 'succeed',
						task_info: { parent_video: { id: b } },
						task_result: { videos: [{ id: '853300000000000199', url: `https://cdn.example/${b}/x.mp4` }] },
					},
				},
				null,
				2,
			),
			[a],
		);
		gives(
			'uses the outer id of a wrapper',
			`{"code":"success","data":{"data":{"data":{"task_id":"${b}","task_status":"succeed"},"code":0},"task_id":"${wrapperId}","action":"OMNI_VIDEO","status":"SUCCESS"}}`,
			[`videos/omni-video ${wrapperId}`],
		);
		gives('reads a flat task', `{"id":"${gatewayId}","object":"video","status":"queued"}`, [gatewayId]);
		gives(
			'reads a new-standard task',
			`{"code":0,"data":{"id":"${a}","status":"submitted","external_id":"my-7","outputs":[{"id":"${b}","status":"ok"}]}}`,
			[a],
		);
		gives('reads a callback whose parts come first', `{"task_result":{"videos":[{"id":"${b}","status":"x"}]},"task_id":"${a}"}`, [a]);
		gives('reads a list', `{"code":0,"data":[{"task_id":"${a}"},{"task_id":"${b}"}]}`, [a, b]);
		gives('reads an array of responses', `[${response(a)},\n${response(b)}]`, [a, b]);
		gives('reads JSON lines', `${response(a)}\n${response(b)}\n`, [a, b]);
		gives('keeps every digit of a number', '{"data":{"task_id":853300000000000123,"task_status":"submitted"}}', ['853300000000000123']);
		gives(
			'uses an external id if there is no task id',
			'{"data":{"task_status":"submitted","task_info":{"external_task_id":"my-clip-7"}}}',
			['my-clip-7 ?'],
		);
		gives(
			'reads escaped characters',
			`{"data":{"task\\u005fid":"x","url":"https:\\/\\/gateway.example\\/kling\\/v1\\/videos\\/effects\\/${a}"}}`,
			[`videos/effects ${a} @${host}`],
		);
		gives(
			'uses the operation in the URL of the same exchange',
			`[{"request":{"url":"${host}/kling/v1/videos/effects"},"response":{"data":{"task_id":"${a}"}}},{"data":{"task_id":"${b}"}}]`,
			[`videos/effects ${a} @${host}`, b],
		);
		gives('uses the operation in action and action2', `{"task_id":"${a}","action":"videos","action2":"avatar/image2video"}`, [
			`videos/avatar/image2video ${a}`,
		]);
		gives(
			'does not guess an operation from an action it does not know',
			`{"data":{"task_id":"${a}","action":"generate","status":"SUCCESS"}}`,
			[a],
		);
		gives('reads a response that a log record quotes', JSON.stringify({ level: 'info', id: 'r-1', status: 'ok', body: response(a) }), [a]);
		gives('reads what Python and JavaScript print', `{'task_id': '${a}', 'task_status': None,}\n{ task_id: '${b}', result: undefined }`, [
			a,
			b,
		]);
		gives(
			'reads JSON in a line of a log',
			`2026-11-23 10:00:00,123 [INFO] ${b.slice(1)} answer {"request_id":"${b}","data":{"task_id":"${a}"}} in 12 ms`,
			[a],
		);
		gives(
			'reads truncated JSON',
			`{"data":{"task_id":"${a}","task_status":"succeed","task_result":{"videos":[{"id":"${b}","url":"https://cdn.exa`,
			[a],
		);
		gives('reads a document nested deeper than any response', `${'{"x":'.repeat(100)}${response(a)}${'}'.repeat(100)}`, [a]);
		refuses('reports a response without a task', '{"code":1201,"message":"Task not found","request_id":"853300000000000777"}', [
			'1 noTaskId',
		]);
		refuses('reports a result without its task', `{"id":"${a}","url":"https://cdn.example/x.mp4","duration":"5.1"}`, ['1 noTaskId']);
		refuses('reports results without their task, whatever they contain', `{"videos":[{"id":"${a}","status":"ok"}]}`, ['1 noTaskId']);
		gives('ignores external ids if there is a task id anywhere', `[{"external_task_id":"my-7"},{"task_id":"${a}"}]`, [a]);
		refuses('does not treat a number as a status', `{"id":"${a}","status":200}`, ['1 noTaskId']);
		refuses('reports an invalid task id', '{"task_id":"../x"}', ['1 badId']);
		refuses('recognises the placeholders of documentation', '{"task_id":"string","task_status":"string"}', ['1 noTaskId']);
		refuses(
			'reports the line of a response without a task among others',
			`${response(a)}\n{"code":1201,"message":"Task not found"}\n${response(b)}`,
			['2 noTaskId'],
			[a, b],
		);
	});

	describe('logs and Markdown', () => {
		gives('treats a number among words as a guess', `please have a look at ${a} today`, [`${a} ?`]);
		gives(
			'is sure of an id that a log labels as a task id',
			`2026-11-23T10:00:00Z INFO polling task_id=${a} status=processing\n2026-11-23T10:00:05Z INFO done task_id=${b}`,
			[a, b],
		);
		gives('is less sure of an id beside the id of something else', `request_id: ${b} id ${a}`, [`${a} ?`]);
		gives('is sure of a URL in a log', `10:00 GET ${host}/kling/v1/videos/effects/${a} 200 in 120ms`, [`videos/effects ${a} @${host}`]);
		gives('uses the operation that the line names', `submitted images/kolors-virtual-try-on as ${a} just now`, [
			`images/kolors-virtual-try-on ${a}`,
		]);
		gives(
			'does not use the ids of results in a response as YAML',
			`data:\n  task_id: '${a}'\n  task_status: succeed\n  task_result:\n    videos:\n    - id: '${b}'\n      duration: '5.1'\n`,
			[a],
		);
		gives('reads a table', `| clip | task | operation |\n|---|---|---|\n| cat | ${a} | text2video |\n| dog | \`${b}\` | videos/effects |`, [
			`videos/text2video ${a}`,
			`videos/effects ${b}`,
		]);
		gives(
			'reads a document',
			`# Clips\n\nThe first two:\n\n* cat: \`${a}\`\n* dog: ${host}/kling/v1/videos/effects/${b}\n\n\`\`\`\n${wrapperId}\n\`\`\`\nThat is all.\nMore tomorrow.\n`,
			[`${a} ?`, `videos/effects ${b} @${host}`, wrapperId],
		);
		gives('is not confused by brackets and apostrophes', `[note] it's {about} ${a}, [sic`, [`${a} ?`]);
		for (const line of [
			`failed with request_id: ${a}`,
			`failed (request id: ${a})`,
			`failed, requestId=${a} here`,
			`made from video_id ${a} yesterday`,
			`the parent task id ${a} is gone`,
			`the external_task_id: ${a} is ours`,
			`"id": "${a}", "url": "somewhere"`,
			`ts=${a} level=info`,
			'at 1790000000000 it ended',
			`see https://cdn.example/${a}/out.mp4 there`,
			`saved to out/${a}/1.mp4 now`,
			`saved text2video-${a}-1.mp4 now`,
			`wrote ${a}${b} bytes`,
			`wrote v${a}x bytes`,
		]) {
			it(`finds no reference in: ${line}`, () => {
				assert.deepEqual(summarised(readPastedText(line)), []);
			});
		}
	});

	describe('texts without a task', () => {
		refuses('names an empty paste', ' \n\t\n', ['1 empty']);
		refuses('names a word', 'hello', ['1 notUnderstood']);
		refuses('names a sentence by its first line', '\nhello world,\nhow are you?', ['2 notUnderstood']);
		refuses('names an id with dots', '../../etc/passwd', ['1 badId']);
		refuses('names an id with a slash', `${a}/1`, ['1 badId']);
		refuses('names an id with a slash behind its operation', `videos/text2video ${a}/1`, ['1 badId']);
		refuses('names an id that is too long', 'x1'.repeat(400), ['1 badId']);
		refuses('names an operation without an id', 'videos/text2video', ['1 noTaskId']);
		refuses('reports the most specific line', 'dear all,\nthis is it, I think: ok\nhttp://gateway.example/kling/v1/videos/effects/x1', [
			'3 notHttps',
		]);
	});

	describe('lists', () => {
		refuses(
			'reports every line that is neither empty nor understood',
			`# my clips\n${a}\n\n../x\nvideos/effects ${b}\nno idea\n${wrapperId} # the good one\n`,
			['4 badId', '6 notUnderstood'],
			[a, `videos/effects ${b}`, wrapperId],
		);
		refuses('treats a half readable file as a list', `${a}\nwhat is this`, ['2 notUnderstood'], [a]);
		gives('does not treat a letter as a list', `Dear all,\n${a}\nKind regards`, [a]);
		gives('reads a table with its heading', `task_id,action\n${a},videos/effects\n${b},videos/effects`, [
			`videos/effects ${a}`,
			`videos/effects ${b}`,
		]);
		it('shows the beginning of a line without words that could be secrets', () => {
			const [first, second] = readPastedText(`${a}\n${b}\nwhat is h7Gq2LmZ0pX9wK4v here\n${'long words '.repeat(50)}`).unreadable;
			assert.equal(first?.excerpt, 'what is […] here');
			assert.ok(
				second !== undefined && second.excerpt.startsWith('long words') && second.excerpt.endsWith('…') && second.excerpt.length <= 61,
			);
		});
		it('counts unreadable lines beyond those it names', () => {
			const read = readPastedText(`${`${a}\n`.repeat(2000)}${'../x\n'.repeat(1500)}`);
			assert.equal(read.unreadable.length, 1000);
			assert.equal(read.unreadableCount, 1500);
		});
	});

	describe('secrets', () => {
		for (const text of [
			key,
			` "${key}" `,
			'sk-short',
			`Bearer ${key}`,
			`bearer abcdef`,
			`Authorization: Bearer ${key}`,
			jwt,
			`export COMETAPI_KEY=${key}`,
			'MY_API_KEY="hunter2hunter2"',
			'9f8e7d6c5b4a39281706f5e4d3c2b1a0',
			'Zk3pQ9vX1mN7bC5tR2yU8wE4sD6fG0hJ7kL9',
		]) {
			it(`recognises an API key: ${text.slice(0, 24)}`, () => {
				assert.deepEqual(readPastedText(text), { references: [], unreadable: [], unreadableCount: 0, secret: 'apiKey' });
			});
		}
		for (const text of [a, old, gatewayId, uuid, `videos/text2video/${old}`, `task_id=${old}`, `kling_task_id: ${old}`]) {
			it(`does not treat as a secret: ${text}`, () => {
				const read = readPastedText(text);
				assert.equal(read.secret, undefined);
				assert.equal(read.references.length, 1);
			});
		}
		for (const [title, text] of [
			['a key among ids', `${a}\n${key}\n${b}`],
			['a long random word among ids', `${a}\n9f8e7d6c5b4a39281706f5e4d3c2b1a0\n${b}`],
			['a header over two lines', `${a}\n${b}\nAuthorization: Bearer \\\n  Canary-0123456789`],
			['a header in JSON', `{"headers":{"Authorization":"Basic Canary0123456789=="},"a":{"task_id":"${a}"},"b":{"task_id":"${b}"}}`],
			['a response that echoes the key', `{"a":{"task_id":"${a}"},"b":{"task_id":"${b}"},"error":{"message":"Invalid token ${key}"}}`],
			['credentials in a URL', `${a}\n${b}\nhttps://user:Canary0123456789@gateway.example/x`],
			['a key after an operation', `${a}\n${b}\nvideos/text2video ${key}`],
			['a cookie', `${a}\n${b}\nCookie: session=Canary0123456789`],
			['a key behind what looks like a soft line break', `${a}\n${b}\n${'word '.repeat(15)}A=\nsk-CanaryA0aAAaA00a0a00aAAa00`],
			['an option behind what looks like one', `${a}\n${b}\ntask_id=3D A=\n--user me:Canary0123456789`],
			['a password of digits', `${a}\n${b}\npassword: 853300000000000999`],
		] as const) {
			it(`skips ${title} and returns nothing of it`, () => {
				const read = readPastedText(text);
				assert.equal(read.secret, 'containsSecret');
				assert.deepEqual(summarised(read), [a, b]);
				assert.doesNotMatch(JSON.stringify(read), /Canary|9f8e7d|0999/);
				assert.ok(read.unreadable.every(({ excerpt }) => excerpt === ''));
			});
		}
		it('reports Authorization in a command with a variable for the key', () => {
			const read = readPastedText(`curl -H "Authorization: Bearer $COMETAPI_KEY" ${host}/kling/v1/videos/effects/${a}`);
			assert.equal(read.secret, 'containsSecret');
			assert.deepEqual(summarised(read), [`videos/effects ${a} @${host}`]);
		});
	});

	describe('any text', () => {
		const pieces = fc.oneof(
			fc.constantFrom(
				a,
				old,
				gatewayId,
				`${host}/kling/v1/videos/effects/${b}`,
				'videos/text2video',
				'task_id',
				'request id:',
				'{"task_id":',
				'"status":"x"',
				'{',
				'}',
				'[',
				']',
				'"',
				"'",
				'\\',
				'\n',
				' ',
				',',
				':',
				'|',
				'../',
				'curl ',
				'-H ',
				'%2F',
				'任务',
				'\u0000',
				'\ud800',
			),
			fc.string({ maxLength: 12 }),
			fc.string({ unit: 'binary', maxLength: 6 }),
		);
		const anyText = fc.array(pieces, { maxLength: 40 }).map((parts) => parts.join(''));

		it('never throws; every id is valid, every line exists, nothing is found twice', () => {
			fc.assert(
				fc.property(anyText, (text) => {
					const read = readPastedText(text);
					const lines = text.split(/\r\n?|[\n\u2028\u2029]/).length;
					assert.ok(read.references.every(({ id, line }) => isTaskId(id) && line >= 1 && line <= lines));
					assert.ok(
						read.references.every(({ operation }) => operation === undefined || parseOperationPath(operationKey(operation)) !== undefined),
					);
					assert.ok(
						read.unreadable.every(({ line, excerpt }) => line >= 1 && line <= lines && !excerpt.includes('\n') && excerpt.length <= 61),
					);
					assert.equal(new Set(read.references.map(({ id, origin }) => `${origin ?? ''} ${id}`)).size, read.references.length);
					assert.ok(read.references.length > 0 || read.unreadable.length > 0 || read.secret === 'apiKey');
				}),
				{ numRuns: 3000 },
			);
		});

		it('never returns a secret', () => {
			const secret = fc.stringMatching(/^[A-Za-z0-9]{24,48}$/).map((random) => `zQ7${random}`);
			const wrapped = fc.tuple(
				secret,
				fc.constantFrom(
					'sk-@',
					'Bearer @',
					'Authorization: Bearer @',
					"-H 'Authorization: @'",
					'"authorization": "Bearer @"',
					'x-api-key: @',
					'COMETAPI_KEY=@',
					'eyJ0eXAiOiJKV1QifQ.@.@',
					'Authorization:\\\n  Bearer\\\n  @',
				),
			);
			fc.assert(
				fc.property(anyText, wrapped, anyText, (before, [value, form], after) => {
					const read = readPastedText(`${before}\n${form.replaceAll('@', value)}\n${after}`);
					assert.ok(!JSON.stringify(read).includes(value));
					assert.ok(read.secret !== undefined);
				}),
				{ numRuns: 3000 },
			);
		});
	});

	describe('5 MB', () => {
		const size = 5_000_000;
		const fill = (piece: string) => piece.repeat(Math.ceil(size / piece.length)).slice(0, size);
		const manyIds = (separator: string) =>
			Array.from({ length: 250_000 }, (_, index) => String(853300000000000000n + BigInt(index))).join(separator);

		it('finds every id of a list and of one long line', () => {
			assert.equal(readPastedText(manyIds('\n')).references.length, 250_000);
			assert.equal(readPastedText(manyIds(',')).references.length, 250_000);
		}).timeout(30_000);

		it('finds every task in an array of responses', () => {
			const responses = Array.from({ length: 30_000 }, (_, index) => ({
				data: {
					task_id: String(853300000000000000n + BigInt(index)),
					task_status: 'succeed',
					task_result: { videos: [{ id: b, url: 'https://cdn.example/x.mp4' }] },
				},
			}));
			assert.equal(readPastedText(JSON.stringify(responses)).references.length, 30_000);
		}).timeout(30_000);

		it('finds the one id after a text designed to be slow', () => {
			for (const piece of [
				'[',
				'{"a":[',
				"{'",
				'{"\\',
				'/',
				'\\\n',
				'curl \\\n',
				'bearer ',
				'bearer" ',
				'authorization: ',
				' -u',
				'://a',
				'\n',
				' ',
			]) {
				// A fifth is enough: a reader whose time grows with the square of the length would take hours for it.
				const read = readPastedText(`${fill(piece).slice(0, size / 5)}\n\n\ntask_id ${a}\n`);
				assert.ok(
					read.references.some(({ id }) => id === a),
					JSON.stringify(piece),
				);
			}
		}).timeout(120_000);

		it('finds nothing in one long word and says so', () => {
			for (const piece of ['a', 'aB1', '-', '1', '.']) {
				assert.deepEqual(summarised(readPastedText(fill(piece))), [], piece);
			}
		}).timeout(30_000);

		it('is read in a process with so many regular expressions that V8 no longer optimises them', async () => {
			const child = Child.start('unit/core/paste/longText', [], { flags: ['--no-regexp-optimization'] });
			try {
				assert.deepEqual(await child.message(1), [0, 1, true]);
			} finally {
				child.dispose();
			}
		}).timeout(30_000);
	});
});
