import { parentPort } from 'node:worker_threads';
import { pixelsOf } from '../../results/imagePixels';

/** Responds to each head of an image with its pixels, or with nothing if it does not say them. */
parentPort?.on('message', (head: Uint8Array) => parentPort?.postMessage(pixelsOf(head)));
