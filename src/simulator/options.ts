import { parseArgs } from 'node:util';

/** `--help` was given. */
export interface Help {
	readonly kind: 'help';
}

/** An invalid command line. */
export interface Mistake {
	readonly kind: 'mistake';
	/** One sentence that says what is wrong and what to write instead. */
	readonly sentence: string;
}

/**
 * Parses options that each take a text, others that take none, and `--help`.
 * @param args the arguments after the script's name
 * @param names the options with a text, without dashes
 * @param switches the options without one; a given one has the value `'true'`
 */
export function readOptions<Name extends string, Switch extends string = never>(
	args: readonly string[],
	names: readonly Name[],
	switches: readonly Switch[] = [],
): Help | Mistake | { readonly kind: 'options'; readonly values: Readonly<Partial<Record<Name | Switch, string>>> } {
	try {
		const options: Record<string, { type: 'string' | 'boolean' }> = { help: { type: 'boolean' } };
		for (const name of switches) {
			options[name] = { type: 'boolean' };
		}
		for (const name of names) {
			options[name] = { type: 'string' };
		}
		const values: Readonly<Record<string, unknown>> = parseArgs({ args: [...args], options }).values;
		if (values['help'] === true) {
			return { kind: 'help' };
		}
		const texts: Partial<Record<Name | Switch, string>> = {};
		for (const name of [...names, ...switches]) {
			const value = values[name];
			if (typeof value === 'string' || value === true) {
				texts[name] = String(value);
			}
		}
		return { kind: 'options', values: texts };
	} catch (error) {
		// parseArgs only throws TypeErrors about the arguments; the first sentence of the message names the argument.
		const reason = error instanceof Error ? error.message.split(/\.(?:\s|$)/, 1).join('') : String(error);
		return { kind: 'mistake', sentence: `${reason}. Use ${[...names, ...switches].map((name) => `--${name}`).join(', ')} or --help.` };
	}
}

/** The output and the exit code of a program. */
export interface ProgramHost {
	readonly console: Pick<Console, 'log' | 'error'>;
	readonly process: { exitCode?: number | string | null | undefined };
}

/** A parsed command line: options to run with, a request for help, or a mistake. */
export type CommandLineOf<Options> = ({ readonly kind: 'run' } & Options) | Help | Mistake;

/**
 * The options to run with; undefined if there is nothing to run: the help was printed, or a mistake was printed and the exit code set to 2.
 */
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
