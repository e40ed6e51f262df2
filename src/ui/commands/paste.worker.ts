import { parentPort, workerData } from 'node:worker_threads';
import { readBoundedText } from '../../core/paste/pastedText';

parentPort?.postMessage(readBoundedText(String(workerData)));
