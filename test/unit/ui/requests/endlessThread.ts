// A reader of images that meets a file for which it never comes to an end; one that begins with 1 makes it crash, with 2 it reads.
import { parentPort } from 'node:worker_threads';

parentPort?.on('message', (head: Uint8Array) => {
	if (head[0] === 1) {
		throw new Error('A file that crashes its reader');
	}
	if (head[0] === 2) {
		parentPort?.postMessage({ width: 2, height: 2 });
		return;
	}
	for (;;) {
		// Whatever it reads, it goes on.
	}
});
