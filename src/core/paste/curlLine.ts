import { queryPath } from '../queryPath';
import type { TaskRef } from '../task';

/**
 * A check's request as a command for a POSIX shell (sh, bash, zsh). `$COMETAPI_KEY` stands for the key, whose value is never in the
 * command.
 * Nothing but that variable is expanded and nothing but curl is run, whatever the reference contains. Other shells (cmd, PowerShell) quote
 * differently and are not supported.
 */
export function curlLine(ref: TaskRef): string {
	return `curl --header "Authorization: Bearer $COMETAPI_KEY" ${shellQuoted(`${ref.origin}${queryPath(ref)}`)}`;
}

/** A text as one word of a POSIX shell. Inside single quotes nothing is special; a single quote itself is written outside of them. */
function shellQuoted(text: string): string {
	return `'${text.replaceAll("'", "'\\''")}'`;
}
