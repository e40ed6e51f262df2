import type { LateHandlers } from './commandRegistry';

/** Commands whose code is loaded when one of them is run: they are registered before that. */
export function loadedCommands<K extends keyof LateHandlers>(
	ids: readonly K[],
	load: () => Promise<Pick<LateHandlers, K>>,
): Pick<LateHandlers, K> {
	const entries = ids.map((id) => [id, async (...args: readonly unknown[]) => (await load())[id](...args)] as const);
	return Object.fromEntries(entries) as Pick<LateHandlers, K>;
}
