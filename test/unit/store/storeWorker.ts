// The program of the store's threads, bundled for the tests (see storeWorkerFile.ts).
import '../../../src/store/store.worker';
