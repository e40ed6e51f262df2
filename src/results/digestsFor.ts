import { Digests, type DigestMaker } from './digests';
import { DigestThread } from './digestThread';

/** Files of fewer bytes are not worth the start of a thread. */
const leastForThread = 16 * 1024 * 1024;

/**
 * What makes the digests of a file, in a thread if that is worth it; who gets it ends it.
 * @param total bytes of the whole file, if they are known
 * @param program absolute path of dist/digest.js; missing: all digests are made in this thread
 */
export function digestsFor(total = 0, program?: string): DigestMaker {
	return program === undefined || total < leastForThread ? new Digests() : new DigestThread(program);
}
