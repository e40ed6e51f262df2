import { parseArgs } from 'node:util';

/** Somebody asks what can be asked for. */
export interface Help {
	readonly kind: 'help';
}

/** A command line that cannot be understood. */
export interface Mistake {
	readonly kind: 'mistake';
	/** One sentence that says what to write instead. */
	readonly sentence: string;
}

/**
 * Reads options that take a text each, and `--help`.
 * @param args what follows the script's name
 * @param names the options, without the dashes
 */
export function readOptions<Name extends string>(
	args: readonly string[],
	names: readonly Name[],
): Help | Mistake | { readonly kind: 'options'; readonly values: Readonly<Partial<Record<Name, string>>> } {
	try {
		const options: Record<string, { type: 'string' | 'boolean' }> = { help: { type: 'boolean' } };
		for (const name of names) {
			options[name] = { type: 'string' };
		}
		const values: Readonly<Record<string, unknown>> = parseArgs({ args: [...args], options }).values;
		if (values['help'] === true) {
			return { kind: 'help' };
		}
		const texts: Partial<Record<Name, string>> = {};
		for (const name of names) {
			const value = values[name];
			if (typeof value === 'string') {
				texts[name] = value;
			}
		}
		return { kind: 'options', values: texts };
	} catch (error) {
		// parseArgs throws nothing but TypeErrors about the arguments; the first sentence names the one.
		const reason = error instanceof Error ? error.message.split(/\.(?:\s|$)/, 1).join('') : String(error);
		return { kind: 'mistake', sentence: `${reason}. Use ${names.map((name) => `--${name}`).join(', ')} or --help.` };
	}
}

/** Where a program speaks, and what it leaves behind. */
export interface ProgramHost {
	readonly console: Pick<Console, 'log' | 'error'>;
	readonly process: { exitCode?: number | string | null | undefined };
}

/** What a command line asks for: to run with some options, or what else can stand in it. */
export type CommandLineOf<Options> = ({ readonly kind: 'run' } & Options) | Help | Mistake;

/** The options to run with; undefined when there is nothing to run: help is printed, a mistake is said and leaves the exit code 2. */
export function optionsToRun<Options>(line: CommandLineOf<Options>, usage: string, { console, process }: ProgramHost): Options | undefined {
	if (line.kind === 'help') {
		console.log(usage);
		return undefined;
	}
	if (line.kind === 'mistake') {
		console.error(line.sentence);
		process.exitCode = 2;
		return undefined;
	}
	return line;
}
