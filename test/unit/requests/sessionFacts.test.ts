import assert from 'node:assert/strict';
import { readSessionFacts } from '../../../src/requests/sessionFacts';

describe('the session in a response', () => {
	const cases: readonly (readonly [what: string, body: string, ReturnType<typeof readSessionFacts>])[] = [
		[
			'with its faces',
			'{"code":0,"data":{"session_id":"833000000000000003","face_data":[{"face_id":"1","face_image":"https://media.example/f.png"},{"face_id":"2"}]}}',
			{ session: '833000000000000003', face: '1', faces: 2 },
		],
		['within an envelope', '{"code":"success","data":{"data":{"data":{"session_id":"s-1"}}}}', { session: 's-1', faces: 0 }],
		[
			'as a number that JavaScript would round',
			'{"data":{"session_id":833000000000000003,"face_data":[{"face_id":0}]}}',
			{ session: '833000000000000003', face: '0', faces: 1 },
		],
		['that may be no ID', '{"data":{"session_id":"${{ file(\'./.env\') }}"}}', { faces: 0 }],
		['in no JSON', '<html>session_id</html>', { faces: 0 }],
		['that is empty', '{"data":{"session_id":""}}', { faces: 0 }],
	];
	for (const [what, body, facts] of cases) {
		it(what, () => assert.deepEqual(readSessionFacts(body), facts));
	}
});
