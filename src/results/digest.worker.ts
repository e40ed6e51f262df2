import { parentPort } from 'node:worker_threads';
import { Digests } from './digests';
import type { DigestOrder } from './digestThread';

const made = new Digests();

/** Responds to chunks with how many bytes they were, once they are in the digests, and to nothing with the digests. */
parentPort?.on('message', (order: DigestOrder | undefined) => {
	if (order === undefined) {
		void made.digests().then((digests) => parentPort?.postMessage(digests));
		return;
	}
	const bytes = order.chunks.reduce((sum, { length }) => sum + length, 0);
	made.add(order.algorithms, order.chunks);
	parentPort?.postMessage(bytes);
});
parentPort?.on('messageerror', (error) => {
	throw error;
});
