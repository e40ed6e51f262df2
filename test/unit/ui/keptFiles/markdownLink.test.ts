import assert from 'node:assert/strict';
import { markdownOf, relativeTarget } from '../../../../src/ui/keptFiles/markdownLink';

describe('a kept file as Markdown', () => {
	const cases: readonly (readonly [from: string, file: string, mayLeadUp: boolean, target: string | undefined])[] = [
		['/w/docs', '/w/docs/a.png', false, 'a.png'],
		['/w/docs', '/w/docs/kling-results/a.png', false, 'kling-results/a.png'],
		['/w/docs', '/w/kling-results/a.png', false, undefined],
		['/w/docs', '/w/kling-results/a.png', true, '../kling-results/a.png'],
		['/w/docs/deep', '/w/a.png', true, '../../a.png'],
		['/w/docs', '/w/docs2/a.png', false, undefined],
		['/w', '/home/ada/a.png', true, '../home/ada/a.png'],
		['/', '/a.png', false, 'a.png'],
		['/c:/w', '/C:/w/a.png', false, 'a.png'],
		['/c:/w', '/d:/w/a.png', true, undefined],
		['/w', '/w/my wave (1).png', false, 'my%20wave%20%281%29.png'],
		['/w', '/w/a]b)[c.png', false, 'a%5Db%29%5Bc.png'],
		['/w', '/w/50%_#1?.png', false, '50%25_%231%3F.png'],
		['/w', '/w/波 浪.png', false, '波%20浪.png'],
		['/w', '/w/\u202egnp.exe', false, '%E2%80%AEgnp.exe'],
		['/w', '/w/<img src=x>.png', false, '%3Cimg%20src%3Dx%3E.png'],
		['/w', "/w/it's!*.png", false, 'it%27s%21%2A.png'],
		['/w', '/w/\ud800.png', false, '%EF%BF%BD.png'],
	];
	for (const [from, file, mayLeadUp, target] of cases) {
		it(`${file} from ${from}${mayLeadUp ? ', also upwards' : ''}`, () => assert.equal(relativeTarget(from, file, mayLeadUp), target));
	}

	it('is an image or a link, with its name as text', () => {
		assert.equal(markdownOf('image', 'A wave', 'a.png'), '![A wave](a.png)');
		assert.equal(markdownOf('video', 'A wave', 'a.mp4'), '[A wave](a.mp4)');
		assert.equal(markdownOf('audio', 'A wave', 'a.mp3'), '[A wave](a.mp3)');
		assert.equal(
			markdownOf('video', '](x) <b>\n`c` *d* _e_ \\ ![f] &amp; $(flame) \u202eg', 'a'),
			'[\\](x) \\<b\\> \\`c\\` \\*d\\* \\_e\\_ \\\\ \\!\\[f\\] \\&amp; \\$(flame) g](a)',
		);
	});
});
