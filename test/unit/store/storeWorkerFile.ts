import { join } from 'node:path';

/** Absolute path of the bundle of the store's threads, for a store that a test opens. */
export const storeWorkerFile = join(__dirname.replace(/([\\/]out[\\/]test)[\\/].*$/, '$1'), 'unit', 'store', 'storeWorker.js');
