// The thread that reads what media files say of themselves, as a bundle that tests can start.
import '../../src/results/facts.worker';
