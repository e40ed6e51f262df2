import { externalIdModes, type ExternalIds } from './createTask';
import { isLinkFaultName, linkFaults, type LinkFaultName } from './linkFaults';
import type { CommandLineOf } from './options';
import { readOptions } from './options';
import { responseForms } from './tasks';
import type { ResponseForm } from './tasks';

/** A parsed command line. */
export type CommandLine = CommandLineOf<{
	readonly port: number;
	readonly speed: number;
	readonly form: ResponseForm;
	readonly media: string | undefined;
	readonly lists: 'answered' | 'refused';
	readonly externalIds: ExternalIds;
	readonly mostRunning: number;
	readonly linkFaults: readonly LinkFaultName[];
}>;

const linkFaultList = Object.entries(linkFaults)
	.map(([name, { says }]) => `                   ${name.padEnd(17)}${says}`)
	.join('\n');

export const usage = `An offline Kling on 127.0.0.1, for demos and dry runs.

Usage: npm run simulator -- [options]

  --port N       the port to listen on (default: any free one)
  --speed N      tasks run N times faster than in reality (default: 1)
  --form FORM    the form of the responses: ${responseForms.join(', ')} (default: native)
  --media DIR    the folder with the results' files (default: media/demo)
  --no-lists     refuse list queries, as a gateway without them does
  --external-ids MODE
                 what becomes of external_task_id (default: honoured):
                   honoured   tasks are found by it, and it is taken once (Kling)
                   ignored    tasks have it, but are not found by it, and it may be taken again
                   stripped   it is dropped
  --most-running N
                 refuse creates while N tasks are unfinished (default: never)
  --link-faults NAMES
                 what the first requests for results get, one after the other, separated by commas:
${linkFaultList}
  --help         this text

Creates are checked as Kling checks them: a missing field, a wrong type, a value or a file that it does not accept is refused with its
code and words. A prompt with [fail] or [fail: a reason] makes a task fail.

Examples, with the address and the API key that are printed after the start:

  Tasks run ten times faster, always at the same address:
    npm run simulator -- --port 18090 --speed 10
  Create a task of four images ("n"; POST to any known action/action2 works the same way):
    curl http://127.0.0.1:18090/kling/v1/images/generations -H "Authorization: Bearer $KEY" -H "Content-Type: application/json" -d '{"prompt":"Four hills","n":4}'
  Create a task that fails after a while:
    curl http://127.0.0.1:18090/kling/v1/videos/text2video -H "Authorization: Bearer $KEY" -H "Content-Type: application/json" -d '{"prompt":"A storm [fail: the prompt was rejected]"}'

To track them in VS Code, set kling.api.baseUrl to the printed address, run "Kling: Set API Key", then "Track Kling task".`;

/** Parses the arguments after the script's name. */
export function readCommandLine(args: readonly string[]): CommandLine {
	const read = readOptions(args, ['port', 'speed', 'form', 'media', 'external-ids', 'most-running', 'link-faults'], ['no-lists']);
	if (read.kind !== 'options') {
		return read;
	}

	const { port = '0', speed = '1', form = 'native', media } = read.values;
	if (!/^\d{1,5}$/.test(port) || Number(port) > 65_535) {
		return { kind: 'mistake', sentence: `--port must be a number from 0 to 65535, not "${port}".` };
	}
	if (!/^\d*\.?\d+$/.test(speed) || Number(speed) === 0) {
		return { kind: 'mistake', sentence: `--speed must be a number above 0, not "${speed}".` };
	}
	const known = responseForms.find((candidate) => candidate === form);
	if (known === undefined) {
		return { kind: 'mistake', sentence: `--form must be one of ${responseForms.join(', ')}, not "${form}".` };
	}
	const { 'external-ids': mode = 'honoured', 'most-running': running } = read.values;
	const externalIds = externalIdModes.find((candidate) => candidate === mode);
	if (externalIds === undefined) {
		return { kind: 'mistake', sentence: `--external-ids must be one of ${externalIdModes.join(', ')}, not "${mode}".` };
	}
	if (running !== undefined && !/^\d{1,6}$/.test(running)) {
		return { kind: 'mistake', sentence: `--most-running must be a whole number, not "${running}".` };
	}
	const names = (read.values['link-faults'] ?? '').split(',').filter((name) => name !== '');
	const unknown = names.find((name) => !isLinkFaultName(name));
	if (unknown !== undefined) {
		return { kind: 'mistake', sentence: `--link-faults must be names from --help, separated by commas, not "${unknown}".` };
	}
	return {
		kind: 'run',
		port: Number(port),
		speed: Number(speed),
		form: known,
		media,
		lists: read.values['no-lists'] === undefined ? 'answered' : 'refused',
		externalIds,
		mostRunning: running === undefined ? Infinity : Number(running),
		linkFaults: names.filter(isLinkFaultName),
	};
}
