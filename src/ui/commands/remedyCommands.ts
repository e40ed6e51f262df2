import * as vscode from 'vscode';
import { fixableCause } from '../../core/problem';
import type { Task } from '../../core/task';
import { requireOrigin } from '../settings';
import type { CommandHandlers } from './commandRegistry';

/** Remedies outside this extension: the editor's network settings and the API console. */
export function remedyCommands(
	taskOf: (argument: unknown) => Task | undefined,
	creationOrigin: (argument: unknown) => string | undefined,
): Pick<CommandHandlers, 'kling.openNetworkSettings' | 'kling.openConsole'> {
	return {
		'kling.openNetworkSettings': (argument) => {
			const cause = fixableCause(taskOf(argument)?.problem?.code);
			return vscode.commands.executeCommand(
				'workbench.action.openSettings',
				cause === 'certificate' ? '@id:http.systemCertificates' : '@id:http.proxy',
			);
		},
		'kling.openConsole': async (argument) => {
			const origin = taskOf(argument)?.ref.origin ?? creationOrigin(argument) ?? requireOrigin();
			await vscode.env.openExternal(vscode.Uri.parse(`${origin}/console`));
		},
	};
}
