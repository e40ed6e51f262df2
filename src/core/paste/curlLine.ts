import { queryPath } from '../queryPath';
import type { TaskRef } from '../task';

/**
 * One check's request as a line for a POSIX shell (sh, bash, zsh): for them `$COMETAPI_KEY` stands for the key, whose value is never in the line.
 * Nothing but that variable is expanded, and nothing but curl is run, whatever the reference holds. Other shells (cmd, PowerShell) quote and
 * name variables otherwise: the line promises nothing there.
 */
export function curlLine(ref: TaskRef): string {
	return `curl --header "Authorization: Bearer $COMETAPI_KEY" ${shellQuoted(`${ref.origin}${queryPath(ref)}`)}`;
}

/** A text as one word of a POSIX shell: between single quotes nothing has a meaning, and a single quote itself stands outside of them. */
function shellQuoted(text: string): string {
	return `'${text.replaceAll("'", "'\\''")}'`;
}
