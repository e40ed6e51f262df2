import { join } from 'node:path';

/** The bundle of the store's thread program among the bundles of the tests, for a store that a test opens; absolute. */
export const storeWorkerFile = join(__dirname.replace(/([\\/]out[\\/]test)[\\/].*$/, '$1'), 'unit', 'store', 'storeWorker.js');
