import { originArgument } from '../../core/origin';
import type { Stores } from '../../tracking/ports/stores';
import type { ApiKeyPrompts } from '../apiKey/prompts';
import { readOrigin } from '../settings';
import type { CommandHandlers } from './commandRegistry';
import type { TaskTargets } from './taskTargets';

/**
 * Setting, checking and removing API keys. Only setting takes an argument: the row of a tracked task or of a creation, or the origin of the base URL or of a
 * tracked task. It may come from any extension; any other value is ignored, and the key is asked for the base URL's origin.
 */
export function keyCommands(
	prompts: ApiKeyPrompts,
	store: Stores,
	targets: TaskTargets,
	creationOrigin: (argument: unknown) => string | undefined,
): Pick<CommandHandlers, 'kling.setApiKey' | 'kling.checkApiKey' | 'kling.removeApiKey'> {
	const isOurs = (origin: string): boolean => {
		const base = readOrigin();
		return (
			(base.ok && base.origin === origin) ||
			store.tasks.tracks(origin) ||
			store.creations.listed().some(({ operation }) => operation.origin === origin)
		);
	};
	return {
		'kling.setApiKey': async (argument) => {
			await prompts.set(originArgument(argument, isOurs) ?? targets.named(argument)?.task.ref.origin ?? creationOrigin(argument));
		},
		'kling.checkApiKey': () => prompts.check(),
		'kling.removeApiKey': () => prompts.remove(),
	};
}
