import assert from 'node:assert/strict';
import { it } from 'mocha';

/** Tests that each of several command lines gives one sentence that says what to write instead. */
export function describesTheProblem(
	read: (args: readonly string[]) => { readonly kind: string; readonly sentence?: string },
	mistakes: readonly (readonly [args: readonly string[], sentence: RegExp])[],
): void {
	for (const [args, sentence] of mistakes) {
		it(`says what is wrong with ${args.join(' ')}`, () => {
			const line = read(args);
			assert.equal(line.kind, 'mistake');
			assert.match(line.sentence ?? '', sentence);
			assert.doesNotMatch(line.sentence ?? '', /\n/);
		});
	}
}
