import { parseArgs } from 'node:util';
import { responseForms } from './tasks';
import type { ResponseForm } from './tasks';

/** What the command line asks for. */
export type CommandLine =
	| { readonly kind: 'run'; readonly port: number; readonly speed: number; readonly form: ResponseForm; readonly media: string | undefined }
	| { readonly kind: 'help' }
	/** One sentence that says what to write instead. */
	| { readonly kind: 'mistake'; readonly sentence: string };

export const usage = `An offline Kling on 127.0.0.1, for demos and dry runs.

Usage: npm run simulator -- [options]

  --port N       the port to listen on (default: any free one)
  --speed N      tasks run N times faster than in reality (default: 1)
  --form FORM    how answers are shaped: ${responseForms.join(', ')} (default: native)
  --media DIR    the folder with the results' files (default: media/demo)
  --help         this text

A prompt with [fail] or [fail: a reason] makes a task fail.`;

/** Reads the arguments after the script's name. */
export function readCommandLine(args: readonly string[]): CommandLine {
	let values;
	try {
		const text = { type: 'string' } as const;
		({ values } = parseArgs({ args: [...args], options: { port: text, speed: text, form: text, media: text, help: { type: 'boolean' } } }));
	} catch (error) {
		// parseArgs throws nothing but TypeErrors about the arguments; the first sentence names the one.
		const said = error instanceof Error ? error.message.split(/\.(?:\s|$)/, 1).join('') : String(error);
		return { kind: 'mistake', sentence: `${said}. Use --port, --speed, --form, --media or --help.` };
	}
	if (values.help === true) return { kind: 'help' };

	const { port = '0', speed = '1', form = 'native', media } = values;
	if (!/^\d{1,5}$/.test(port) || Number(port) > 65_535) return { kind: 'mistake', sentence: `--port must be a number from 0 to 65535, not "${port}".` };
	if (!/^\d*\.?\d+$/.test(speed) || Number(speed) === 0) return { kind: 'mistake', sentence: `--speed must be a number above 0, not "${speed}".` };
	const known = responseForms.find((candidate) => candidate === form);
	if (known === undefined) return { kind: 'mistake', sentence: `--form must be one of ${responseForms.join(', ')}, not "${form}".` };
	return { kind: 'run', port: Number(port), speed: Number(speed), form: known, media };
}
