import { parentPort } from 'node:worker_threads';
import { factsOfFile } from './fileFacts';

/** Responds to the path of each media file with what it says of itself, or with nothing if it cannot be read. */
parentPort?.on('message', ({ path, kind }: { readonly path: string; readonly kind: 'image' | 'video' | 'audio' }) => {
	factsOfFile(path, kind).then(
		(facts) => parentPort?.postMessage(facts),
		() => parentPort?.postMessage(undefined),
	);
});
