import assert from 'node:assert/strict';
import { readKey, type KeyTextRefusal } from '../../../src/core/readKey';

const key = 'sk-Marigold4Tz8Wq2Lm6Xv9Kp3Rb7Ny1Hs5Jd';
/** Of another gateway: no prefix. */
const plainKey = '7f3c9a1e5b2d48f6a0c4e8d17b935f26';

/** What people copy with a key, each exactly as it arrives. */
const spellings: readonly string[] = [
	// Alone, and in quotes.
	'sk-Marigold4Tz8Wq2Lm6Xv9Kp3Rb7Ny1Hs5Jd',
	'  sk-Marigold4Tz8Wq2Lm6Xv9Kp3Rb7Ny1Hs5Jd\r\n',
	'"sk-Marigold4Tz8Wq2Lm6Xv9Kp3Rb7Ny1Hs5Jd"',
	"'sk-Marigold4Tz8Wq2Lm6Xv9Kp3Rb7Ny1Hs5Jd'",
	'`sk-Marigold4Tz8Wq2Lm6Xv9Kp3Rb7Ny1Hs5Jd`',
	'“sk-Marigold4Tz8Wq2Lm6Xv9Kp3Rb7Ny1Hs5Jd”',
	'‘sk-Marigold4Tz8Wq2Lm6Xv9Kp3Rb7Ny1Hs5Jd’',
	'„sk-Marigold4Tz8Wq2Lm6Xv9Kp3Rb7Ny1Hs5Jd“',
	'«sk-Marigold4Tz8Wq2Lm6Xv9Kp3Rb7Ny1Hs5Jd»',
	'＂sk-Marigold4Tz8Wq2Lm6Xv9Kp3Rb7Ny1Hs5Jd＂',
	'「sk-Marigold4Tz8Wq2Lm6Xv9Kp3Rb7Ny1Hs5Jd」',
	'´sk-Marigold4Tz8Wq2Lm6Xv9Kp3Rb7Ny1Hs5Jd´',
	'"sk-Marigold4Tz8Wq2Lm6Xv9Kp3Rb7Ny1Hs5Jd',
	'"sk-Marigold4Tz8Wq2Lm6Xv9Kp3Rb7Ny1Hs5Jd",',
	'sk-Marigold4Tz8Wq2Lm6Xv9Kp3Rb7Ny1Hs5Jd;',
	'sk-Marigold4Tz8Wq2Lm6Xv9Kp3Rb7Ny1Hs5Jd，',
	'(sk-Marigold4Tz8Wq2Lm6Xv9Kp3Rb7Ny1Hs5Jd)',
	'**sk-Marigold4Tz8Wq2Lm6Xv9Kp3Rb7Ny1Hs5Jd**',
	'- `sk-Marigold4Tz8Wq2Lm6Xv9Kp3Rb7Ny1Hs5Jd`',
	'sk-Marigold4Tz8Wq2Lm6Xv9Kp3Rb7Ny1Hs5Jd sk-Marigold4Tz8Wq2Lm6Xv9Kp3Rb7Ny1Hs5Jd',
	// Assigned in a shell or a file.
	'COMETAPI_KEY=sk-Marigold4Tz8Wq2Lm6Xv9Kp3Rb7Ny1Hs5Jd',
	'FOO=sk-Marigold4Tz8Wq2Lm6Xv9Kp3Rb7Ny1Hs5Jd',
	'export COMETAPI_KEY="sk-Marigold4Tz8Wq2Lm6Xv9Kp3Rb7Ny1Hs5Jd"',
	'set COMETAPI_KEY=sk-Marigold4Tz8Wq2Lm6Xv9Kp3Rb7Ny1Hs5Jd',
	'setx COMETAPI_KEY "sk-Marigold4Tz8Wq2Lm6Xv9Kp3Rb7Ny1Hs5Jd" /M',
	'set -gx COMETAPI_KEY sk-Marigold4Tz8Wq2Lm6Xv9Kp3Rb7Ny1Hs5Jd',
	'$env:COMETAPI_KEY = "sk-Marigold4Tz8Wq2Lm6Xv9Kp3Rb7Ny1Hs5Jd"',
	'[Environment]::SetEnvironmentVariable("COMETAPI_KEY", "sk-Marigold4Tz8Wq2Lm6Xv9Kp3Rb7Ny1Hs5Jd", "User")',
	'COMETAPI_KEY: sk-Marigold4Tz8Wq2Lm6Xv9Kp3Rb7Ny1Hs5Jd',
	'  - name: sk-Marigold4Tz8Wq2Lm6Xv9Kp3Rb7Ny1Hs5Jd',
	'"COMETAPI_KEY": "sk-Marigold4Tz8Wq2Lm6Xv9Kp3Rb7Ny1Hs5Jd",',
	'# the video team\nCOMETAPI_KEY=sk-Marigold4Tz8Wq2Lm6Xv9Kp3Rb7Ny1Hs5Jd # until May\nBASE_URL=https://api.example\nDEBUG=1',
	'# the video team COMETAPI_KEY=sk-Marigold4Tz8Wq2Lm6Xv9Kp3Rb7Ny1Hs5Jd BASE_URL=https://api.example',
	'OPENAI_API_KEY=your-key-here\nCOMETAPI_KEY=sk-Marigold4Tz8Wq2Lm6Xv9Kp3Rb7Ny1Hs5Jd',
	'Environment="COMETAPI_KEY=sk-Marigold4Tz8Wq2Lm6Xv9Kp3Rb7Ny1Hs5Jd"',
	'docker run -e COMETAPI_KEY=sk-Marigold4Tz8Wq2Lm6Xv9Kp3Rb7Ny1Hs5Jd image:latest',
	'<apiKey>sk-Marigold4Tz8Wq2Lm6Xv9Kp3Rb7Ny1Hs5Jd</apiKey>',
	// In JSON.
	'{"api_key":"sk-Marigold4Tz8Wq2Lm6Xv9Kp3Rb7Ny1Hs5Jd"}',
	'{\n  "id": 12,\n  "name": "video key",\n  "key": "sk-Marigold4Tz8Wq2Lm6Xv9Kp3Rb7Ny1Hs5Jd",\n  "status": 1\n}',
	'"{\\"apiKey\\":\\"sk-Marigold4Tz8Wq2Lm6Xv9Kp3Rb7Ny1Hs5Jd\\"}"',
	'{"key":"Authorization","value":"Bearer sk-Marigold4Tz8Wq2Lm6Xv9Kp3Rb7Ny1Hs5Jd","type":"text"}',
	// In headers.
	'Bearer sk-Marigold4Tz8Wq2Lm6Xv9Kp3Rb7Ny1Hs5Jd',
	'"Bearer sk-Marigold4Tz8Wq2Lm6Xv9Kp3Rb7Ny1Hs5Jd"',
	'bearer:sk-Marigold4Tz8Wq2Lm6Xv9Kp3Rb7Ny1Hs5Jd',
	'Bearer%20sk-Marigold4Tz8Wq2Lm6Xv9Kp3Rb7Ny1Hs5Jd',
	'authorization: bearer  "sk-Marigold4Tz8Wq2Lm6Xv9Kp3Rb7Ny1Hs5Jd"',
	'Authorization: Bearer sk-Marigold4Tz8Wq2Lm6Xv9Kp3Rb7Ny1Hs5Jd',
	'-H "Authorization: Bearer sk-Marigold4Tz8Wq2Lm6Xv9Kp3Rb7Ny1Hs5Jd" \\',
	"--header 'Authorization: Bearer sk-Marigold4Tz8Wq2Lm6Xv9Kp3Rb7Ny1Hs5Jd'",
	'x-api-key: sk-Marigold4Tz8Wq2Lm6Xv9Kp3Rb7Ny1Hs5Jd',
	"headers={'Authorization': 'Bearer sk-Marigold4Tz8Wq2Lm6Xv9Kp3Rb7Ny1Hs5Jd'}",
	// In commands.
	"curl https://api.example/kling/v1/videos/text2video/790000000000000401 \\\n  -H 'Authorization: Bearer sk-Marigold4Tz8Wq2Lm6Xv9Kp3Rb7Ny1Hs5Jd'",
	'curl ^"https://api.example/v1/models^" ^ -H ^"Authorization: Bearer sk-Marigold4Tz8Wq2Lm6Xv9Kp3Rb7Ny1Hs5Jd^"',
	'Invoke-RestMethod https://api.example/v1 -Headers @{ Authorization = "Bearer sk-Marigold4Tz8Wq2Lm6Xv9Kp3Rb7Ny1Hs5Jd" }',
	'http GET api.example/v1 Authorization:"Bearer sk-Marigold4Tz8Wq2Lm6Xv9Kp3Rb7Ny1Hs5Jd"',
	'curl -u sk-Marigold4Tz8Wq2Lm6Xv9Kp3Rb7Ny1Hs5Jd: https://api.example/v1',
	'curl -X POST https://api.example/v1 -H "Idempotency-Key: 8f14e45f-ceea-467f-a8d5-1b2c3d4e5f60" -H "Authorization: Bearer sk-Marigold4Tz8Wq2Lm6Xv9Kp3Rb7Ny1Hs5Jd"',
	'kling --api-key sk-Marigold4Tz8Wq2Lm6Xv9Kp3Rb7Ny1Hs5Jd --model kling-v2-6',
	// In programs.
	'api_key = "sk-Marigold4Tz8Wq2Lm6Xv9Kp3Rb7Ny1Hs5Jd"',
	"const key = 'sk-Marigold4Tz8Wq2Lm6Xv9Kp3Rb7Ny1Hs5Jd';",
	'OpenAI(api_key="sk-Marigold4Tz8Wq2Lm6Xv9Kp3Rb7Ny1Hs5Jd", base_url="https://api.example/v1")',
	'os.environ["COMETAPI_KEY"] = "sk-Marigold4Tz8Wq2Lm6Xv9Kp3Rb7Ny1Hs5Jd"',
	'const apiKey = process.env.COMETAPI_KEY ?? "sk-Marigold4Tz8Wq2Lm6Xv9Kp3Rb7Ny1Hs5Jd";',
	// With characters that nobody sees.
	'\ufeffsk-Marigold4Tz8Wq2Lm6Xv9Kp3Rb7Ny1Hs5Jd',
	'sk-Marigold4Tz8\u200bWq2Lm6Xv9Kp3Rb7\u00adNy1Hs5Jd\u200d',
	'\u202ask-Marigold4Tz8Wq2Lm6Xv9Kp3Rb7Ny1Hs5Jd\u202c',
	'API\u00a0Key:\u00a0sk-Marigold4Tz8Wq2Lm6Xv9Kp3Rb7Ny1Hs5Jd\u3000',
	'\u001b[32msk-Marigold4Tz8Wq2Lm6Xv9Kp3Rb7Ny1Hs5Jd\u001b[0m',
	'sk‑Marigold4Tz8Wq2Lm6Xv9Kp3Rb7Ny1Hs5Jd',
	'ｓｋ－Marigold4Tz8Wq2Lm6Xv9Kp3Rb7Ny1Hs5Jd',
	// In a sentence or a table, in any language.
	'密钥：sk-Marigold4Tz8Wq2Lm6Xv9Kp3Rb7Ny1Hs5Jd',
	'我的密钥是sk-Marigold4Tz8Wq2Lm6Xv9Kp3Rb7Ny1Hs5Jd，请保密。',
	'你的密钥：sk-Marigold4Tz8Wq2Lm6Xv9Kp3Rb7Ny1Hs5Jd',
	'APIキー「sk-Marigold4Tz8Wq2Lm6Xv9Kp3Rb7Ny1Hs5Jd」です',
	'키: sk-Marigold4Tz8Wq2Lm6Xv9Kp3Rb7Ny1Hs5Jd',
	'🔑sk-Marigold4Tz8Wq2Lm6Xv9Kp3Rb7Ny1Hs5Jd',
	'Here is my key: sk-Marigold4Tz8Wq2Lm6Xv9Kp3Rb7Ny1Hs5Jd.',
	'**API Key:** sk-Marigold4Tz8Wq2Lm6Xv9Kp3Rb7Ny1Hs5Jd',
	'| team | sk-Marigold4Tz8Wq2Lm6Xv9Kp3Rb7Ny1Hs5Jd | active |',
	'key — sk-Marigold4Tz8Wq2Lm6Xv9Kp3Rb7Ny1Hs5Jd',
	'prod,sk-Marigold4Tz8Wq2Lm6Xv9Kp3Rb7Ny1Hs5Jd,2031-05-01',
	'sk-Marigold4Tz8Wq2Lm6Xv9Kp3Rb7Ny1Hs5Jdsk-Marigold4Tz8Wq2Lm6Xv9Kp3Rb7Ny1Hs5Jd',
	'sk-Mar***5Jd  sk-Marigold4Tz8Wq2Lm6Xv9Kp3Rb7Ny1Hs5Jd',
];

/** The same around a key without the prefix. */
const plainSpellings: readonly string[] = [
	'7f3c9a1e5b2d48f6a0c4e8d17b935f26',
	'"7f3c9a1e5b2d48f6a0c4e8d17b935f26",',
	'({"7f3c9a1e5b2d48f6a0c4e8d17b935f26"})',
	'FOO=7f3c9a1e5b2d48f6a0c4e8d17b935f26 # mine',
	'gateway: 7f3c9a1e5b2d48f6a0c4e8d17b935f26',
	'gateway:7f3c9a1e5b2d48f6a0c4e8d17b935f26',
	'{"gateway":"7f3c9a1e5b2d48f6a0c4e8d17b935f26"}',
	'setx GATEWAY 7f3c9a1e5b2d48f6a0c4e8d17b935f26 /M',
	'$env:GATEWAY = "7f3c9a1e5b2d48f6a0c4e8d17b935f26"',
	'setx COMETAPI_KEY 7f3c9a1e5b2d48f6a0c4e8d17b935f26',
	'Authorization: Key 7f3c9a1e5b2d48f6a0c4e8d17b935f26',
	'Authorization: 7f3c9a1e5b2d48f6a0c4e8d17b935f26',
	'{"name":"x-api-key","value":"7f3c9a1e5b2d48f6a0c4e8d17b935f26"}',
	'os.environ.setdefault("COMETAPI_KEY", "7f3c9a1e5b2d48f6a0c4e8d17b935f26")',
	'const token: string = "7f3c9a1e5b2d48f6a0c4e8d17b935f26";',
	'<api-key>7f3c9a1e5b2d48f6a0c4e8d17b935f26</api-key>',
	'API key (video): 7f3c9a1e5b2d48f6a0c4e8d17b935f26',
	'我的密钥是7f3c9a1e5b2d48f6a0c4e8d17b935f26',
	'clé : 7f3c9a1e5b2d48f6a0c4e8d17b935f26',
	'Kling 7f3c9a1e5b2d48f6a0c4e8d17b935f26',
	'prod,7f3c9a1e5b2d48f6a0c4e8d17b935f26',
	'api_key,7f3c9a1e5b2d48f6a0c4e8d17b935f26',
	'- name: COMETAPI_KEY\n  value: 7f3c9a1e5b2d48f6a0c4e8d17b935f26',
	'<add key="ApiKey" value="7f3c9a1e5b2d48f6a0c4e8d17b935f26" />',
	'Your key is 7f3c9a1e5b2d48f6a0c4e8d17b935f26. It is shown once.',
	'API Key → 7f3c9a1e5b2d48f6a0c4e8d17b935f26',
	'\\"7f3c9a1e5b2d48f6a0c4e8d17b935f26\\"',
	'&quot;7f3c9a1e5b2d48f6a0c4e8d17b935f26&quot;',
	'__7f3c9a1e5b2d48f6a0c4e8d17b935f26__',
	'*7f3c9a1e5b2d48f6a0c4e8d17b935f26*',
	'<7f3c9a1e5b2d48f6a0c4e8d17b935f26>',
];

/** Without a digit: only where it cannot be a word of a sentence. */
const lettersOnly: readonly string[] = [
	'correct-horse-battery',
	'KEY=correct-horse-battery',
	'gateway=correct-horse-battery',
	'Bearer correct-horse-battery',
	'curl -H "Authorization: Bearer correct-horse-battery" https://api.example/v1',
	'OpenAI(api_key="correct-horse-battery")',
	'{"name":"prod","key":"correct-horse-battery"}',
	'Authorization: Bearer correct-horse-battery',
];

/** Taken as they are. */
const unusual: readonly string[] = [
	'sk-12345',
	'abcd1234',
	'correcthorse',
	'8f14e45f-ceea-467f-a8d5-1b2c3d4e5f60',
	'8f14e45f-ceea-467f-a8d5-1b2c3d4e5f60:0f9e8d7c6b5a4f3e2d1c0b9a8f7e6d5c',
	'Zm9v/YmFy+YmF6cXV4eHl6enk=',
	'Zm9vYmFyYmF6cXV4eHl6enkxMjM0NQ==',
	'eyJhbGciOiJIUzI1NiJ9.eyJpc3MiOiJtYWRlLXVwIn0.c2lnbmF0dXJlLW9mLW5vdGhpbmc',
	'aB3*dE5!gH7(iJ9{kL',
	'it"s-a-key-99',
];

const refused: readonly (readonly [KeyTextRefusal, readonly string[]])[] = [
	['empty', ['', '   ', '\n', '\u200b']],
	[
		'masked',
		[
			'sk-ab***yz',
			'sk-…xyz',
			'sk-...',
			'sk-abc...xyz',
			'sk-Marigold4 … Hs5Jd',
			'sk-Marigold4Tz8Wq2Lm6Xv9...',
			'COMETAPI_KEY=sk-Mar****5Jd',
			'Authorization: Bearer ••••••••',
			'••••',
			'********',
			'7f3c····5f26',
			'7f3c。。。5f26',
			'prod 7f3c****5f26 active 2031',
			'sk-Mar█████5Jd',
			'sk-Marigold4Tz————y1Hs5Jd',
			'sk-marxxxxxxxx5jd',
			'Authorization: Bearer [REDACTED]',
			'{"key":"sk-Mar**********5Jd","name":"video"}',
		],
	],
	[
		'url',
		[
			'https://api.example/console/token',
			'https://api.example/v1?api_key=sk-Marigold4Tz8Wq2Lm6Xv9Kp3Rb7Ny1Hs5Jd',
			'"https://api.example/console/token"',
			'BASE_URL=https://api.example/v1',
			'localhost:3000',
			'www.api.example/console/token',
			'api.cometapi.com',
			'api.cometapi.com/console/token',
		],
	],
	[
		'several',
		[
			'sk-Marigold4Tz8Wq2Lm6Xv9Kp3Rb7Ny1Hs5Jd sk-Thistle7Bd2Gk9Pw4Vc6Zn1Rq8Ft3Lj5Mx',
			'sk-Marigold4Tz8Wq2Lm6Xv9Kp3Rb7Ny1Hs5Jd,sk-Thistle7Bd2Gk9Pw4Vc6Zn1Rq8Ft3Lj5Mx',
			'A_KEY=sk-Marigold4Tz8Wq2Lm6Xv9Kp3Rb7Ny1Hs5Jd\nB_KEY=sk-Thistle7Bd2Gk9Pw4Vc6Zn1Rq8Ft3Lj5Mx',
			'KLING_ACCESS_KEY=7f3c9a1e5b2d48f6 KLING_SECRET_KEY=a0c4e8d17b935f26',
			'7f3c9a1e5b2d48f6a0c4e8d17b935f26 0f9e8d7c6b5a4f3e2d1c0b9a8f7e6d5c',
		],
	],
	['broken', ['sk-Marigold4Tz8Wq2Lm6Xv9 Kp3Rb7Ny1Hs5Jd', '"sk-Marigold4Tz8Wq2Lm6Xv9\nKp3Rb7Ny1Hs5Jd"']],
	[
		'placeholder',
		[
			'YOUR_API_KEY',
			'your-api-key',
			'sk-your-key-here',
			'yourApiKey',
			'<key>',
			'<YOUR KEY>',
			'Bearer <api key>',
			'$COMETAPI_KEY',
			'$env:COMETAPI_KEY',
			'%COMETAPI_KEY%',
			'${COMETAPI_KEY}',
			'{{cometapi_key}}',
			'Authorization: Bearer ${{ secrets.COMETAPI_KEY }}',
			'curl -H "Authorization: Bearer $COMETAPI_KEY" https://api.example/v1',
			'sk-xxxx',
			'sk-xxxxxxxxxxxxxxxxxxxx',
			'xxxxxxxxxxxx',
			'COMETAPI_KEY',
			'process.env.COMETAPI_KEY',
			'api_key=os.environ["COMETAPI_KEY"]',
			'client = OpenAI(api_key=os.getenv("COMETAPI_KEY"))',
			'${…}',
			'[YOUR KEY]',
			'COMETAPI_KEY=your_key_here',
			'在此填写你的密钥',
			'undefined',
		],
	],
	[
		'none',
		[
			'not a key',
			'"" ',
			'COMETAPI_KEY=',
			'Authorization: Basic bWFkZTp1cA==',
			'Error: unauthorized',
			'The key is in the drawer.',
			'Bearer authentication required',
			'Please log in again to see this page.',
			'HTTP/1.1 401 Unauthorized',
			'{"request_id":"7f3c9a1e5b2d48f6a0c4e8d17b935f26"}',
			'{"error":{"message":"invalid key","code":"invalid_token"}}',
			'model: kling-v2-6-master',
			'请重新登录 and try again',
		],
	],
	['short', ['Bearer', 'sk-made', 'x', 'COMETAPI_KEY=sk-12', 'Bearer sk-1']],
	['long', ['Ab1'.repeat(1366)]],
	['letters', ['schlüssel-1', 'sk-Marigoldé4Tz8Wq2', 'ѕk-Marigold4Tz8Wq2Lm6Xv9Kp3Rb7Ny1Hs5Jd']],
];

describe('the key in a pasted text', () => {
	for (const text of spellings) {
		it(`is found in ${JSON.stringify(text)}`, () => assert.deepEqual(readKey(text), { key }));
	}
	for (const text of plainSpellings) {
		it(`is found in ${JSON.stringify(text)}`, () => assert.deepEqual(readKey(text), { key: plainKey }));
	}
	for (const text of lettersOnly) {
		it(`is found in ${JSON.stringify(text)}`, () => assert.deepEqual(readKey(text), { key: 'correct-horse-battery' }));
	}
	for (const text of unusual) {
		it(`is the text itself: ${JSON.stringify(text)}`, () => assert.deepEqual(readKey(text), { key: text }));
	}
	for (const [reason, texts] of refused) {
		for (const text of texts) {
			it(`is missing (${reason}) in ${JSON.stringify(text.slice(0, 60))}`, () => assert.deepEqual(readKey(text), { refused: reason }));
		}
	}
	// Each took minutes with an expression that starts again at every character.
	for (const [name, text] of Object.entries({
		quotes: `x${'"'.repeat(400_000)}x`,
		'names and colons': 'key:'.repeat(100_000),
		'long values': `key:${'a'.repeat(100)}`.repeat(4000),
		prefixes: 'sk-:'.repeat(100_000),
		'prefixes in dots': 'sk-.'.repeat(100_000),
		brackets: `${'('.repeat(200_000)}${')'.repeat(200_000)}`,
		'angle brackets': 'key>'.repeat(100_000),
		placeholders: 'key=<'.repeat(80_000),
		stars: '**a'.repeat(130_000),
		'white space': `x${' '.repeat(400_000)}x`,
		'no-break spaces': `x${'\u00a0\u00a0'.repeat(200_000)}x`,
		accents: `a${'\u0301\u0316'.repeat(200_000)}`,
		names: 'key'.repeat(130_000),
		'names with dots': 'key.'.repeat(100_000),
		schemes: 'a://'.repeat(100_000),
		'letters before no scheme': 'a'.repeat(400_000),
		'words for key': '密钥'.repeat(200_000),
		dots: '. '.repeat(200_000),
	})) {
		it(`is missing in a text designed to be slow: ${name}`, () => assert.ok('refused' in readKey(text)));
	}
	it('is not the ID of a task', () => {
		assert.deepEqual(readKey('853300000000000101'), { refused: 'taskId' });
		assert.deepEqual(readKey('task_01KVNZ0GNPT10KAXC9J5EVC2AB'), { refused: 'taskId' });
	});

	it('is found beside the cookies of a browser, in the default of a variable and before a host', () => {
		for (const text of [
			`curl 'https://gateway.example/x' -H 'authorization: Bearer ${key}' -H 'x-csrf-token: 9a8b7c6d5e4f' -b 'token=8f7e6d5c4b3a29181716; access_token=99aa88bb77cc66dd'`,
			`Authorization: Bearer ${key}\nCookie: access_token=99aa88bb77cc66dd`,
			`COMETAPI_KEY: \${COMETAPI_KEY:-${key}}`,
			`${key}@api.gateway.example`,
		]) {
			assert.deepEqual(readKey(text), { key }, text);
		}
	});

	it('keeps the signs within it where it stands alone', () => {
		assert.deepEqual(readKey('sk-lantern-5f2c/41d0+4b6f&8a3e=6c1b"2e50'), { key: 'sk-lantern-5f2c/41d0+4b6f&8a3e=6c1b"2e50' });
		assert.deepEqual(readKey('sk-lantern-5f2c41d04b6f","model":"x"}'), { key: 'sk-lantern-5f2c41d04b6f' });
	});

	it('has at most 4096 characters', () => {
		const longest = `${'Ab1'.repeat(1365)}2`;
		assert.deepEqual(readKey(longest), { key: longest });
		assert.deepEqual(readKey(`KEY=${longest}`), { key: longest });
		assert.deepEqual(readKey(`${longest}3`), { refused: 'long' });
	});
});
