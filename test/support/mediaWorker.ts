// The thread that reads the pixels of images, as a bundle that tests can start.
import '../../src/ui/requests/media.worker';
