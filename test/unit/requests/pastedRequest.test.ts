import assert from 'node:assert/strict';
import fc from 'fast-check';
import { parseTree, type ParseError } from 'jsonc-parser';
import { readPastedRequest, toRequestFile } from '../../../src/requests/pastedRequest';

const host = 'https://gateway.example';
const url = `${host}/kling/v1/videos/text2video`;
const key = 'sk-Canary4Hq8Lw2Zt6Vb0Xn3Rk7Py1Md5Gs9Jf';
const long = '871234567890123456';

/** The request file on one line; then `key` if one was dropped, and the warnings. Undefined if there is no request. */
function summary(text: string): string | undefined {
	const read = readPastedRequest(text);
	if (read === undefined) {
		return undefined;
	}
	const file = toRequestFile(read, { indent: '' }).trim().replaceAll('\n', ' ');
	const warnings = read.warnings.map(({ kind, ...facts }) => `${kind} ${Object.values(facts).flat().join(' ')}`.trim());
	return [file, ...(read.droppedKey ? ['key'] : []), ...warnings].join(' | ');
}

/** A request file with this operation and body, as `summary` writes it. */
function file(operation: string, body: string): string {
	return `{ "operation": "${operation}", "body": ${body} }`;
}

const fox = file('videos/text2video', '{ "prompt": "a fox" }');

const table: readonly (readonly [title: string, text: string, expected: string | undefined])[] = [
	// curl, POSIX shells
	['curl -d', `curl ${url} -d '{"prompt":"a fox"}'`, fox],
	['curl --data', `curl --data '{"prompt":"a fox"}' ${url}`, fox],
	['curl --data-raw', `curl ${url} --data-raw '{"prompt":"a fox"}'`, fox],
	['curl --data-binary', `curl ${url} --data-binary '{"prompt":"a fox"}'`, fox],
	['curl --json', `curl --json '{"prompt":"a fox"}' ${url}`, fox],
	['curl --data= as one word', `curl ${url} --data='{"prompt":"a fox"}'`, fox],
	['curl -d without a space', `curl ${url} -d'{"prompt":"a fox"}'`, fox],
	['curl -XPOST', `curl -XPOST ${url} -d '{"prompt":"a fox"}'`, fox],
	['curl -sSX POST', `curl -sSX POST ${url} -d '{"prompt":"a fox"}'`, fox],
	['curl --request POST --url', `curl --request POST --url ${url} --data '{"prompt":"a fox"}'`, fox],
	[
		'curl in several lines with a key',
		`curl --location --request POST '${url}' \\\n  --header 'Authorization: Bearer ${key}' \\\n  --header 'Content-Type: application/json' \\\n  --data-raw '{\n    "prompt": "a fox"\n}'`,
		`${fox} | key`,
	],
	[
		'curl that an input box joined to one line',
		`curl ${url} \\ -H 'Authorization: Bearer ${key}' \\   -d '{   "prompt": "a fox" }'`,
		`${fox} | key`,
	],
	['curl with Windows line ends', `curl ${url} \\\r\n -d '{"prompt":\r\n"a fox"}'`, fox],
	['curl with options on lines without a backslash', `curl ${url}\n  -H "Content-Type: application/json"\n  -d '{"prompt":"a fox"}'`, fox],
	['curl behind a prompt', `$ curl ${url} -d '{"prompt":"a fox"}'`, fox],
	['curl in Markdown', `Create it:\n\n\`\`\`bash\ncurl ${url} \\\n  -d '{"prompt":"a fox"}'\n\`\`\`\n`, fox],
	['curl with a pipe behind', `curl ${url} -d '{"prompt":"a fox"}' | jq .data.task_id`, fox],
	["curl with '\\''", `curl ${url} -d '{"prompt":"a fox'\\''s tail"}'`, file('videos/text2video', `{ "prompt": "a fox's tail" }`)],
	[
		"curl with $'…'",
		`curl ${url} --data-raw $'{"prompt":"a fox\\'s tail\\u0021\\\\n"}'`,
		file('videos/text2video', '{ "prompt": "a fox\'s tail!\\n" }'),
	],
	['curl with double quotes', `curl ${url} -d "{\\"prompt\\":\\"a fox\\"}"`, fox],
	['curl with a placeholder as key', `curl ${url} -H "Authorization: Bearer $COMETAPI_KEY" -d '{"prompt":"a fox"}'`, fox],
	['curl with another placeholder', `curl ${url} -H 'Authorization: Bearer YOUR_API_KEY' -d '{"prompt":"a fox"}'`, fox],
	['curl with a variable as host', `curl "$BASE_URL/kling/v1/videos/text2video" -d '{"prompt":"a fox"}'`, fox],
	['curl with a variable as base', `curl "\${KLING_BASE}/videos/text2video" -d '{"prompt":"a fox"}'`, fox],
	['curl with a file', `curl ${url} -d @request.json`, `${file('videos/text2video', '{}')} | bodyInFile request.json`],
	['curl with a body that is no JSON', `curl ${url} -d 'prompt=fox'`, `${file('videos/text2video', '{}')} | noBody`],
	['curl -X POST without a body', `curl -X POST ${url}`, `${file('videos/text2video', '{}')} | noBody`],
	['curl with a document behind', `curl ${url} -d @- <<EOF\n{"prompt": "a fox"}\nEOF`, fox],
	['curl with a variable as body', `BODY='{"prompt": "a fox"}'\ncurl ${url} -d "$BODY"`, fox],
	['several curls', `curl ${url} -d '{"prompt":"a fox"}'\ncurl ${url} -d '{"prompt":"a hare"}'`, `${fox} | several 2`],
	['a create and its query', `curl ${url} -d '{"prompt":"a fox"}'\ncurl ${url}/${long}`, fox],
	['curl of a query', `curl ${url}/${long} -H 'Authorization: Bearer ${key}'`, undefined],
	['curl -G', `curl -G ${url} -d pageNum=1`, undefined],
	['curl -X GET', `curl -X GET ${url} -d '{"prompt":"a fox"}'`, undefined],
	['curl of another API', `curl https://api.example/v1/users -d '{"name":"a"}'`, undefined],
	['curl of an account', `curl ${host}/kling/v1/account/costs -d '{"start_time":1}'`, undefined],
	['curl that deletes', `curl ${host}/kling/v1/videos/multi-elements/delete-selection -d '{"session_id":"1"}'`, undefined],
	['curl with a path that leads out', `curl ${host}/kling/v1/../../admin -d '{"a":1}'`, undefined],
	// curl, other shells
	['curl of cmd', `curl ${url} ^\r\n  -H "Authorization: Bearer ${key}" ^\r\n  -d "{\\"prompt\\": \\"a fox\\"}"`, `${fox} | key`],
	[
		'curl as browsers copy it for cmd',
		`curl ^"${url}^" ^\n  -H ^"content-type: application/json^" ^\n  --data-raw ^"^{^\\^"prompt^\\^":^\\^"a fox^\\^"^}^"`,
		fox,
	],
	['curl with quotes written twice', `curl ${url} -d "{""prompt"":""a fox""}"`, fox],
	['curl.exe of PowerShell', `curl.exe ${url} \`\n  -H "Content-Type: application/json" \`\n  -d '{\\"prompt\\": \\"a fox\\"}'`, fox],
	['curl of PowerShell with backticks in a string', `curl.exe ${url} -d "{\`"prompt\`": \`"a fox\`"}"`, fox],
	[
		'curl of PowerShell with a quote written twice',
		`curl.exe ${url} -d '{"prompt":"a fox''s tail"}'`,
		file('videos/text2video', `{ "prompt": "a fox's tail" }`),
	],
	[
		'Invoke-RestMethod',
		`$body = @{\n  model_name = "kling-v2-6"\n  prompt = 'a fox'\n  duration = "5"\n} | ConvertTo-Json\nInvoke-RestMethod -Uri "${url}" -Method Post -Headers @{ Authorization = "Bearer ${key}" } -Body $body`,
		`${file('videos/text2video', '{ "model_name": "kling-v2-6", "prompt": "a fox", "duration": "5" }')} | key`,
	],
	// URLs
	[
		'an URL of Kling',
		`curl https://api-singapore.klingai.com/v1/videos/image2video -d '{"image":"a"}'`,
		file('videos/image2video', '{ "image": "a" }'),
	],
	[
		'an URL with a prefix',
		`curl https://relay.example/proxy/kling/v1/images/generations -d '{"prompt":"a"}'`,
		file('images/generations', '{ "prompt": "a" }'),
	],
	[
		'an URL with three segments',
		`curl ${host}/kling/v1/videos/avatar/image2video -d '{"image":"a"}'`,
		file('videos/avatar/image2video', '{ "image": "a" }'),
	],
	['an URL of no known operation', `curl ${host}/kling/v1/videos/new-thing -d '{"a":1}'`, file('videos/new-thing', '{ "a": 1 }')],
	[
		'an URL of a session',
		`curl ${host}/kling/v1/videos/multi-elements/init-selection -d '{"video_id":"1"}'`,
		file('videos/multi-elements/init-selection', '{ "video_id": "1" }'),
	],
	['a key in the URL', `curl '${url}?key=${key}' -d '{"prompt":"a fox"}'`, `${fox} | key`],
	['a user and a password', `curl -u 'me:${key}' ${url} -d '{"prompt":"a fox"}'`, `${fox} | key`],
	// HTTP messages
	[
		'an HTTP file',
		`### create\nPOST ${url}\nAuthorization: Bearer ${key}\nContent-Type: application/json\n\n{\n  "prompt": "a fox"\n}\n`,
		`${fox} | key`,
	],
	['a raw HTTP message', `POST /kling/v1/videos/text2video HTTP/1.1\nHost: gateway.example\n\n{"prompt": "a fox"}`, fox],
	['an HTTP file with a variable', `POST {{host}}/kling/v1/videos/text2video\nAuthorization: Bearer {{key}}\n\n{"prompt": "a fox"}`, fox],
	// Programs
	[
		'fetch',
		`const res = await fetch("${url}", {\n  method: "POST",\n  headers: { Authorization: \`Bearer \${process.env.KEY}\`, "Content-Type": "application/json" },\n  body: JSON.stringify({ prompt: "a fox", duration: "5", cfg_scale: 0.5, }),\n});`,
		file('videos/text2video', '{ "prompt": "a fox", "duration": "5", "cfg_scale": 0.5 }'),
	],
	[
		'fetch as browsers copy it',
		`fetch("${url}", {\n  "headers": { "authorization": "Bearer ${key}" },\n  "body": "{\\"prompt\\":\\"a fox\\"}",\n  "method": "POST"\n});`,
		`${fox} | key`,
	],
	['axios', `axios.post('${url}', { prompt: 'a fox' }, { headers: { Authorization: 'Bearer ${key}' } })`, `${fox} | key`],
	['axios with data', `axios({ method: 'post', url: '${url}', data: { prompt: 'a fox' } })`, fox],
	[
		'a variable as a value',
		`fetch("${url}", { method: "POST", body: JSON.stringify({ prompt, image: toBase64(file, "png"), mode: 'pro' }) })`,
		`${file('videos/text2video', '{ "prompt": "", "image": "", "mode": "pro" }')} | variables prompt image`,
	],
	[
		'strings that a program joins',
		`axios.post('${url}', { prompt: 'a fox ' + "in snow", mode: 'std' })`,
		file('videos/text2video', '{ "prompt": "a fox in snow", "mode": "std" }'),
	],
	[
		'requests of Python',
		`import requests\n\nurl = "${url}"\npayload = {\n    "prompt": "a fox",  # short\n    "multi_shot": False,\n    "camera_control": None,\n}\nheaders = {"Authorization": f"Bearer {KEY}"}\nresponse = requests.post(url, json=payload, headers=headers)\nprint(response.json()["data"]["task_id"])`,
		file('videos/text2video', '{ "prompt": "a fox", // short "multi_shot": false, "camera_control": null }'),
	],
	[
		'json.dumps of Python',
		`payload = json.dumps({\n   "prompt": 'a "red" fox',\n   'text': ('x')\n})\nconn.request("POST", "/kling/v1/videos/text2video", payload, headers)`,
		`${file('videos/text2video', '{ "prompt": "a \\"red\\" fox", "text": "" }')} | variables text`,
	],
	[
		'joined strings of Python',
		`requests.post("${url}", json={"prompt": "a fox "\n  "in snow"})`,
		file('videos/text2video', '{ "prompt": "a fox in snow" }'),
	],
	[
		'Go',
		`url := "${url}"\npayload := strings.NewReader(\`{\n  "prompt": "a fox"\n}\`)\nreq, _ := http.NewRequest("POST", url, payload)`,
		fox,
	],
	[
		'Java',
		`RequestBody body = RequestBody.create(mediaType, "{\\r\\n    \\"prompt\\": \\"a fox\\"\\r\\n}");\nnew Request.Builder().url("${url}").method("POST", body)`,
		fox,
	],
	[
		'PHP',
		`CURLOPT_URL => '${url}', CURLOPT_POSTFIELDS =>'{\n "prompt": "a fox"\n}', CURLOPT_HTTPHEADER => array('Authorization: Bearer ${key}')`,
		`${fox} | key`,
	],
	['Ruby', `HTTP.post("${url}", json: { "prompt" => "a fox", :mode => nil })`, undefined],
	[
		'a base in a variable',
		`requests.post(BASE + "/videos/image2video", json={"image": "a", "prompt": "b"})`,
		file('videos/image2video', '{ "image": "a", "prompt": "b" }'),
	],
	// JSON of tools
	[
		'a Postman item',
		`{"name":"t2v","request":{"method":"POST","header":[{"key":"Authorization","value":"Bearer ${key}"}],"body":{"mode":"raw","raw":"{\\n \\"prompt\\": \\"a fox\\"}"},"url":{"raw":"${url}"}}}`,
		`${fox} | key`,
	],
	[
		'an entry of an archive of traffic',
		`{"request":{"method":"POST","url":"${url}","postData":{"mimeType":"application/json","text":"{\\"prompt\\":\\"a fox\\"}"}}}`,
		fox,
	],
	['a call of a tool', `{"name":"create_text2video","arguments":{"prompt":"a fox"}}`, fox],
	["an SDK's options", `{"operation":"videos/text2video","params":{"prompt":"a fox"}}`, fox],
	[
		'names in camel case',
		`{"modelName":"kling-v2-6","prompt":"a fox","negativePrompt":"blur","aspectRatio":"16:9","duration":"5"}`,
		file(
			'videos/text2video',
			'{ "model_name": "kling-v2-6", "prompt": "a fox", "negative_prompt": "blur", "aspect_ratio": "16:9", "duration": "5" }',
		),
	],
	[
		'a request file',
		`{ "operation": "videos/text2video", "body": { "prompt": "a fox" }, "repeat": 2, "vars": { "x": "y" } }`,
		'{ "operation": "videos/text2video", "body": { "prompt": "a fox" }, "repeat": 2, "vars": { "x": "y" } }',
	],
	[
		'a request file with its schema',
		`{ "$schema": "kling-schema:/request.schema.json", "operation": "videos/text2video", "body": { "prompt": "a fox" } }`,
		fox,
	],
	// Bodies alone
	['a prompt alone', '{"prompt":"a fox"}', '{ "operation": "", "body": { "prompt": "a fox" } }'],
	[
		'text to video',
		'{"prompt":"a fox","duration":"5","aspect_ratio":"16:9"}',
		file('videos/text2video', '{ "prompt": "a fox", "duration": "5", "aspect_ratio": "16:9" }'),
	],
	[
		'image to video',
		'{"image":"a","prompt":"b","duration":"5"}',
		file('videos/image2video', '{ "image": "a", "prompt": "b", "duration": "5" }'),
	],
	['an image with a prompt', '{"image":"a","prompt":"b"}', '{ "operation": "", "body": { "image": "a", "prompt": "b" } }'],
	[
		'several images to video',
		'{"image_list":[{"image":"a"},{"image":"b"}],"prompt":"c","duration":"5"}',
		file('videos/multi-image2video', '{ "image_list": [ { "image": "a" }, { "image": "b" } ], "prompt": "c", "duration": "5" }'),
	],
	[
		'effects',
		'{"effect_scene":"hug","input":{"images":["a","b"]}}',
		file('videos/effects', '{ "effect_scene": "hug", "input": { "images": ["a", "b"] } }').replace(
			'{ "images": ["a", "b"] }',
			'{ "images": ["a", "b"] }',
		),
	],
	[
		'lip-sync',
		'{"input":{"video_id":"1","mode":"text2video","text":"hi","voice_id":"v"}}',
		file('videos/lip-sync', '{ "input": { "video_id": "1", "mode": "text2video", "text": "hi", "voice_id": "v" } }'),
	],
	[
		'advanced lip-sync',
		'{"session_id":"1","face_choose":[{"face_id":"0"}]}',
		file('videos/advanced-lip-sync', '{ "session_id": "1", "face_choose": [ { "face_id": "0" } ] }'),
	],
	[
		'multiple elements',
		'{"session_id":"1","edit_mode":"swap","prompt":"a"}',
		file('videos/multi-elements', '{ "session_id": "1", "edit_mode": "swap", "prompt": "a" }'),
	],
	[
		'omni video',
		'{"model_name":"kling-video-o1","prompt":"a <<<image_1>>>","image_list":[{"image_url":"u"}]}',
		file('videos/omni-video', '{ "model_name": "kling-video-o1", "prompt": "a <<<image_1>>>", "image_list": [ { "image_url": "u" } ] }'),
	],
	[
		'motion control',
		'{"image_url":"i","video_url":"v","character_orientation":"image","mode":"std"}',
		file('videos/motion-control', '{ "image_url": "i", "video_url": "v", "character_orientation": "image", "mode": "std" }'),
	],
	[
		'avatar',
		'{"image":"i","audio_id":"a","prompt":"p"}',
		file('videos/avatar/image2video', '{ "image": "i", "audio_id": "a", "prompt": "p" }'),
	],
	['extension', '{"video_id":"1","prompt":"on"}', file('videos/video-extend', '{ "video_id": "1", "prompt": "on" }')],
	['a video alone', '{"video_id":"1"}', '{ "operation": "", "body": { "video_id": "1" } }'],
	[
		'image generation',
		'{"prompt":"a","n":2,"resolution":"2k"}',
		file('images/generations', '{ "prompt": "a", "n": 2, "resolution": "2k" }'),
	],
	['try-on', '{"human_image":"h","cloth_image":"c"}', file('images/kolors-virtual-try-on', '{ "human_image": "h", "cloth_image": "c" }')],
	[
		'speech',
		'{"text":"hi","voice_id":"v","voice_language":"en"}',
		file('audio/tts', '{ "text": "hi", "voice_id": "v", "voice_language": "en" }'),
	],
	['sound of a video', '{"video_id":"1","bgm_prompt":"jazz"}', file('audio/video-to-audio', '{ "video_id": "1", "bgm_prompt": "jazz" }')],
	['a duration as a number is not guessed', '{"prompt":"a","duration":5}', '{ "operation": "", "body": { "prompt": "a", "duration": 5 } }'],
	// Values as written
	[
		'long numbers',
		`{"prompt":"a","mode":"pro","element_list":[{"element_id":${long}}]}`,
		file('videos/text2video', `{ "prompt": "a", "mode": "pro", "element_list": [ { "element_id": ${long} } ] }`),
	],
	[
		'numbers with zeros and exponents',
		'{"prompt":"a","mode":"pro","cfg_scale":0.50,"x":-1e+2}',
		file('videos/text2video', '{ "prompt": "a", "mode": "pro", "cfg_scale": 0.50, "x": -1e+2 }'),
	],
	[
		'numbers of programs',
		`axios.post('${url}', { prompt: 'a', a: .5, b: 5., c: 1_000, d: ${long}n, e: +2 })`,
		file('videos/text2video', `{ "prompt": "a", "a": 0.5, "b": 5.0, "c": 1000, "d": ${long}, "e": 2 }`),
	],
	[
		'escapes',
		'{"prompt":"\\u00e9 \\"q\\" \\\\ \\/","mode":"pro"}',
		file('videos/text2video', '{ "prompt": "\\u00e9 \\"q\\" \\\\ \\/", "mode": "pro" }'),
	],
	['equal keys', '{"prompt":"a","prompt":"b","mode":"std"}', file('videos/text2video', '{ "prompt": "a", "prompt": "b", "mode": "std" }')],
	[
		'__proto__',
		'{"prompt":"a","mode":"std","__proto__":{"x":1}}',
		file('videos/text2video', '{ "prompt": "a", "mode": "std", "__proto__": { "x": 1 } }'),
	],
	[
		'comments',
		'{\n  // the scene\n  "prompt": "a", // short\n  /* pro */ "mode": "pro"\n  // end\n}',
		file('videos/text2video', '{ // the scene "prompt": "a", // short /* pro */ "mode": "pro" // end }'),
	],
	['curled quotes', '{“prompt”: “a fox”, “mode”: “pro”}', file('videos/text2video', '{ "prompt": "a fox", "mode": "pro" }')],
	['a line break in a string', '{"prompt":"a\nb","mode":"pro"}', file('videos/text2video', '{ "prompt": "a\\nb", "mode": "pro" }')],
	['undefined is left out', `axios.post('${url}', { prompt: 'a', image: undefined })`, file('videos/text2video', '{ "prompt": "a" }')],
	// Keys in the body
	[
		'a field for a key',
		`{"prompt":"a","mode":"pro","api_key":"${key}"}`,
		`${file('videos/text2video', '{ "prompt": "a", "mode": "pro" }')} | key`,
	],
	[
		'a key in a prompt',
		`{"prompt":"a ${key} b","mode":"pro"}`,
		`${file('videos/text2video', '{ "prompt": "a  b", "mode": "pro" }')} | key`,
	],
	[
		'a key in a comment',
		`{\n// use ${key}\n"prompt":"a","mode":"pro"}`,
		`${file('videos/text2video', '{ "prompt": "a", "mode": "pro" }')} | key`,
	],
	// No requests
	['an empty text', ' \n', undefined],
	['a task ID', long, undefined],
	['a query URL', `${url}/${long}`, undefined],
	['an API key', key, undefined],
	['a response', `{"code":0,"message":"SUCCEED","data":{"task_id":"${long}","task_status":"submitted"}}`, undefined],
	['a record of a task', `{"task_id":"${long}","prompt":"a fox","model_name":"kling-v2-6","mode":"std"}`, undefined],
	['other JSON', '{"name":"kling-tasks","version":"0.1.0"}', undefined],
	['prose with brackets', "Don't {worry}, it's (fine) { \"", undefined],
	['a program without a request', 'function f(a) { if (a) { return { b: 1 }; } }', undefined],
];

describe('readPastedRequest', () => {
	for (const [title, text, expected] of table) {
		it(title, () => assert.equal(summary(text), expected));
	}
});

describe('keys in a pasted request', () => {
	const canaries = [key, 'eyJhbGciOiJIUzI1NiJ9.eyJpc3MiOiJjYW5hcnkifQ.c2lnbmF0dXJlLWNhbmFyeQ', 'q7Hw2Zt6Vb0Xn3Rk7Py1Md5Gs9Jf4Lc8'];
	/** Where a key may stand. The last canary is recognised by the header that names it. */
	const positions: readonly (readonly [where: string, text: (canary: string) => string])[] = [
		['a header', (canary) => `curl ${url} -H 'Authorization: Bearer ${canary}' -d '{"prompt":"a"}'`],
		['a header without a scheme', (canary) => `curl ${url} -H 'Authorization: ${canary}' -d '{"prompt":"a"}'`],
		['x-api-key', (canary) => `curl ${url} -H 'x-api-key: ${canary}' -d '{"prompt":"a"}'`],
		['a header and the prompt', (canary) => `curl ${url} -H 'Authorization: Bearer ${canary}' -d '{"prompt":"a ${canary}"}'`],
		['a header and the name of a field', (canary) => `curl ${url} -H 'Authorization: Bearer ${canary}' -d '{"${canary}":"a"}'`],
		['a header and a comment', (canary) => `curl ${url} -H 'Authorization: Bearer ${canary}' -d '{"prompt":"a" /* ${canary} */}'`],
		['a header and a nested value', (canary) => `curl ${url} -H 'Authorization: Bearer ${canary}' -d '{"a":[{"b":"x${canary}y"}]}'`],
		['an option', (canary) => `curl --oauth2-bearer ${canary} ${url} -d '{"prompt":"a ${canary}"}'`],
		['a user', (canary) => `curl -u "me:${canary}" ${url} -d '{"prompt":"a ${canary}"}'`],
		['the URL', (canary) => `curl '${url}?api_key=${canary}' -d '{"prompt":"a ${canary}"}'`],
		['a field', (canary) => `{"prompt":"a","mode":"pro","api_key":"${canary}"}`],
		['a field and the prompt', (canary) => `{"prompt":"a ${canary}","mode":"pro","apiKey":"${canary}"}`],
		['a field beside the body', (canary) => `{"operation":"videos/text2video","body":{"prompt":"a"},"token":"${canary}"}`],
		['a variable of the request file', (canary) => `{"operation":"videos/text2video","vars":{"key":"${canary}"},"body":{"prompt":"a"}}`],
		[
			'a variable of a program',
			(canary) => `const API_KEY = "${canary}";\nfetch("${url}", { body: JSON.stringify({ prompt: "a ${canary}" }) })`,
		],
		[
			'a header of a program',
			(canary) => `requests.post("${url}", headers={"Authorization": "Bearer " + "${canary}"}, json={"prompt": "a ${canary}"})`,
		],
		[
			'an escaped body',
			(canary) => `fetch("${url}", { headers: { authorization: "Bearer ${canary}" }, body: "{\\"prompt\\":\\"a ${canary}\\"}" })`,
		],
		['a message', (canary) => `POST ${url}\nAuthorization: Bearer ${canary}\n\n{"prompt": "a ${canary}"}`],
		['the name of the file', (canary) => `curl ${url} -H 'Authorization: Bearer ${canary}' -d @${canary}.json`],
	];
	for (const [where, text] of positions) {
		it(`does not survive in ${where}`, () => {
			for (const canary of canaries) {
				const read = readPastedRequest(text(canary));
				assert.ok(read, `${where} is a request`);
				assert.equal(JSON.stringify(read).includes(canary), false);
				assert.equal(toRequestFile(read).includes(canary), false);
				assert.equal(read.droppedKey, true);
			}
		});
	}
});

describe('hostile texts', () => {
	const megabytes = (part: string, behind = ''): string => part.repeat(Math.floor(1_500_000 / part.length)) + behind;
	const texts: readonly (readonly [title: string, text: string])[] = [
		['brackets', megabytes('{')],
		['brackets with keys', megabytes('{"a":')],
		['brackets with a word', megabytes('{a:b ')],
		['lists', `{"prompt":${megabytes('[')}`],
		['quotes', megabytes('{"')],
		['single quotes', megabytes("{'")],
		['backslashes', megabytes('\\')],
		['escaped quotes', megabytes('"{\\"')],
		['curls', megabytes(`curl ${url} `)],
		['curls with bodies', megabytes(`curl ${url} -d '{"prompt":"a"}'\n`)],
		['carets', `curl ^"${megabytes('^^')}`],
		['v1', megabytes('/v1/videos/')],
		['bearers', megabytes('bearer ', '{"prompt":"a"}')],
		['key names', `{"prompt":"${megabytes('token=')}"}`],
		['keys', `{"prompt":"${megabytes('sk-aaaaaaaa ')}"}`],
		['JSON Web Tokens', `{"prompt":"${megabytes('eyJ')}"}`],
		['comments', `{${megabytes('/**/')}"prompt":"a"}`],
		['unclosed comments', megabytes('{/*')],
		['expressions', megabytes('{a:(')],
		['sums', `{"prompt":${megabytes('"a"+')}"b"}`],
		['Base64', `{"image":"${megabytes('iVBORw0KGgo/+')}","prompt":"a"}`],
		['spaces', `{${megabytes(' ')}"prompt":"a"}`],
		['templates', megabytes('{{')],
		['requests', megabytes('POST ')],
	];
	for (const [title, text] of texts) {
		it(`reads 1.5 MB of ${title} in linear time`, () => {
			const time = (length: number): number => {
				const start = performance.now();
				readPastedRequest(text.slice(0, length));
				return performance.now() - start;
			};
			time(150_000);
			const tenth = time(150_000);
			const whole = time(text.length);
			assert.ok(whole < 40 * tenth + 1000, `${Math.round(tenth)} ms, then ${Math.round(whole)} ms`);
		});
	}

	it('does not read more than 5 million characters', () => {
		assert.equal(readPastedRequest(`{"prompt":"${'a'.repeat(5_000_000)}"}`), undefined);
	});

	it('does not throw, whatever is pasted', () => {
		const parts = table.map(([, text]) => text);
		fc.assert(
			fc.property(
				fc.array(
					fc.oneof(
						fc.constantFrom(...parts),
						fc.string({ unit: 'binary' }),
						fc.constantFrom('{', '}', '"', "'", '\\', '^', '`', '$', '@', '\n', 'curl '),
					),
				),
				fc.nat(),
				(chosen, cut) => {
					const text = chosen.join('');
					const read = readPastedRequest(text.slice(cut % (text.length + 1)));
					if (read !== undefined) {
						const written = toRequestFile(read);
						assert.deepEqual(parse(written).errors, []);
					}
				},
			),
			{ numRuns: 1000 },
		);
	});
});

/** The errors of JSON with comments. */
function parse(text: string): { readonly errors: readonly ParseError[] } {
	const errors: ParseError[] = [];
	parseTree(text, errors);
	return { errors };
}
