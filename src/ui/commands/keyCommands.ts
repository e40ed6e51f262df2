import type { ApiKeyPrompts } from '../apiKey';
import type { CommandHandlers } from './commandRegistry';

/** An origin in a command's argument; menus hand over rows, which mean the base URL's. */
function originOf(value: unknown): string | undefined {
	return typeof value === 'string' && /^https?:\/\//.test(value) ? value : undefined;
}

/** Setting, checking and removing the API key of an origin (the base URL's unless a button names another). */
export function keyCommands(prompts: ApiKeyPrompts, originOfRow: (value: unknown) => string | undefined): Pick<CommandHandlers, 'kling.setApiKey' | 'kling.checkApiKey' | 'kling.removeApiKey'> {
	return {
		'kling.setApiKey': async (argument) => {
			await prompts.set(originOf(argument) ?? originOfRow(argument));
		},
		'kling.checkApiKey': () => prompts.check(),
		'kling.removeApiKey': () => prompts.remove(),
	};
}
