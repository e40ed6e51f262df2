import path from 'node:path';
import { errorCode } from '../core/errorCode';
import { readCommandLine, usage } from './commandLine';
import { throwawayKey } from './demo';
import { linkFaultOrder } from './linkFaults';
import { optionsToRun } from './options';
import { Simulator } from './simulator';

/** The text printed after the start. */
function welcome(origin: string, key: string): string {
	return `The offline Kling runs at ${origin}
API key: ${key}

Create a task:
  curl ${origin}/kling/v1/videos/text2video -H "Authorization: Bearer ${key}" -H "Content-Type: application/json" -d '{"prompt":"A sunrise over soft hills"}'

Query it (the response to the first has its ID):
  curl ${origin}/kling/v1/videos/text2video/TASK_ID -H "Authorization: Bearer ${key}"

Ctrl+C stops it.`;
}

/** Why the simulator could not start, in one sentence. */
function explain(error: unknown, port: number, mediaFolder: string): string {
	const code = errorCode(error);
	if (code === 'EADDRINUSE') {
		return `Port ${port} is taken. Choose another one with --port, or leave it out for any free one.`;
	}
	if (code === 'EACCES') {
		return `Port ${port} may not be used by this user. Choose one above 1023 with --port.`;
	}
	if (code === 'ENOENT' || code === 'ENOTDIR') {
		return `The results' files are not in ${mediaFolder}. Name their folder with --media.`;
	}
	return `The simulator could not start: ${String(error)}`;
}

async function main(): Promise<void> {
	const options = optionsToRun(readCommandLine(process.argv.slice(2)), usage, { console, process });
	if (options === undefined) {
		return;
	}
	const { port, speed, form, lists, externalIds, mostRunning } = options;
	// The bundle is one folder below the project's root.
	const mediaFolder = path.resolve(options.media ?? path.join(__dirname, '..', 'media', 'demo'));
	const apiKey = throwawayKey();
	try {
		const simulator = await Simulator.start({ mediaFolder, apiKeys: [apiKey], port, speed, form, lists, externalIds, mostRunning });
		for (const name of options.linkFaults) {
			simulator.faults.next(linkFaultOrder(name));
		}
		const end = () => void simulator.close();
		process.once('SIGINT', end);
		process.once('SIGTERM', end);
		console.log(welcome(simulator.origin, apiKey));
	} catch (error) {
		console.error(explain(error, port, mediaFolder));
		process.exitCode = 1;
	}
}

void main();
