import assert from 'node:assert/strict';
import { createHmac } from 'node:crypto';
import { isOurExternalId } from '../../../src/creation/creation';
import { externalTaskId } from '../../../src/creation/externalTaskId';

const hmac = (key: Uint8Array, text: string): Uint8Array => createHmac('sha256', key).update(text, 'utf8').digest();

/*
 * Made with another tool:
 *   python3 -c "import hmac,hashlib,base64; m=b'[\"https://kling.example\",\"…\",1]'; d=hmac.new(bytes(32),m,hashlib.sha256).digest();
 *   print('kt-'+base64.b32encode(d).decode().lower()[:26])"
 */
const vectors = [
	{
		installation: new Uint8Array(32),
		origin: 'https://kling.example',
		unitKey: 'a'.repeat(64),
		take: 1,
		id: 'kt-hihtnucspvydi2uuqiavgubufn',
	},
	{
		installation: new Uint8Array(32),
		origin: 'https://kling.example',
		unitKey: 'a'.repeat(64),
		take: 2,
		id: 'kt-s7jkgkwqy3vcve5od7yiiuthka',
	},
	{
		installation: Uint8Array.from({ length: 32 }, (_, index) => index),
		origin: 'https://kling.example',
		unitKey: 'a'.repeat(64),
		take: 1,
		id: 'kt-xgayimzylbxdjdjes3z6raji3l',
	},
	{
		installation: Uint8Array.from({ length: 32 }, (_, index) => index),
		origin: 'https://other.example:8443',
		unitKey: '0123456789abcdef'.repeat(4),
		take: 12,
		id: 'kt-jfgjbulie6vleqlkwrbhkjiix5',
	},
];

describe('external IDs', () => {
	for (const { installation, id, ...take } of vectors) {
		it(`${id}: take ${take.take} at ${take.origin}`, () => {
			assert.equal(externalTaskId(installation, take, hmac), id);
			assert.equal(isOurExternalId(id), true);
		});
	}

	it('differ where parts would be joined to the same text', () => {
		const key = new Uint8Array(32);
		const one = externalTaskId(key, { origin: 'a', unitKey: 'b1', take: 2 }, hmac);
		const other = externalTaskId(key, { origin: 'a', unitKey: 'b', take: 12 }, hmac);
		assert.notEqual(one, other);
	});

	it('of others are recognised as such', () => {
		const others = ['shot-1', 'kt-', 'kt-hihtnucspvydi2uuqiavgubufN', 'kt-hihtnucspvydi2uuqiavgubufn2', 'kt-0ihtnucspvydi2uuqiavgubufn'];
		assert.deepEqual(others.map(isOurExternalId), [false, false, false, false, false]);
	});
});
