// The program of the store's threads, bundled for the tests (see paths.ts).
import '../../src/store/store.worker';
