// The program of the store's threads, where tests find it (see storeWorkerFile.ts).
import '../../../src/store/store.worker';
