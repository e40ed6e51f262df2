import assert from 'node:assert/strict';
import { bodyText } from '../../../src/requests/bodyText';
import type { ResolvedObject } from '../../../src/requests/resolvedValue';

const body: ResolvedObject = {
	kind: 'object',
	entries: [
		['prompt', { kind: 'string', value: 'A "fox"\n\u2028' }],
		['id', { kind: 'number', text: '829000000000000001' }],
		['cfg_scale', { kind: 'number', text: '0.50' }],
		['image', { kind: 'media', path: './a.png', facts: undefined }],
		[
			'list',
			{
				kind: 'array',
				items: [
					{ kind: 'boolean', value: true },
					{ kind: 'null' },
					{ kind: 'object', entries: [['__proto__', { kind: 'string', value: '' }]] },
					{ kind: 'array', items: [] },
				],
			},
		],
		['empty', { kind: 'object', entries: [] }],
	],
};
const media = ({ path }: { readonly path: string }): string => `<${path} "1">`;

describe('bodyText', () => {
	it('writes one line for sending', () => {
		assert.equal(
			bodyText(body, { media }),
			'{"prompt":"A \\"fox\\"\\n\u2028","id":829000000000000001,"cfg_scale":0.50,"image":"<./a.png \\"1\\">","list":[true,null,{"__proto__":""},[]],"empty":{}}',
		);
	});

	it('writes indented lines for reading', () => {
		assert.equal(
			bodyText(body, { media, indent: '  ' }),
			`{
  "prompt": "A \\"fox\\"\\n\u2028",
  "id": 829000000000000001,
  "cfg_scale": 0.50,
  "image": "<./a.png \\"1\\">",
  "list": [
    true,
    null,
    {
      "__proto__": ""
    },
    []
  ],
  "empty": {}
}`,
		);
	});
});
