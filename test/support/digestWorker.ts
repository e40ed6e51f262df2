// The thread that makes digests, as a bundle that tests can start.
import '../../src/results/digest.worker';
