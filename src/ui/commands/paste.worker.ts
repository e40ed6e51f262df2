import { parentPort, workerData } from 'node:worker_threads';
import { readBoundedText } from '../../core/pastedText';

parentPort?.postMessage(readBoundedText(String(workerData)));
