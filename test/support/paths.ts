import { dirname, join } from 'node:path';

/** The folder of the test bundles, `out/test`: each file of a suite is a bundle of its own, wherever its code comes from. */
const bundles = __dirname.replace(/([\\/]out[\\/]test)[\\/].*$/, '$1');

/** The folder of the project. */
export const root = dirname(dirname(bundles));

/** Absolute path of the bundle of the store's threads, for a store that a test opens. */
export const storeWorkerFile = join(bundles, 'support', 'storeWorker.js');

/** The same of the thread that reads the pixels of images. */
export const mediaWorkerFile = join(bundles, 'support', 'mediaWorker.js');

/** The same of the thread that reads what media files say of themselves. */
export const factsWorkerFile = join(bundles, 'support', 'factsWorker.js');

/** The same of the thread that makes digests. */
export const digestWorkerFile = join(bundles, 'support', 'digestWorker.js');

/** Absolute path of the bundle of a `*.child.ts`, by its path below `test`, such as `support/lockHolder`. */
export function childFile(name: string): string {
	return join(bundles, `${name}.child.js`);
}
