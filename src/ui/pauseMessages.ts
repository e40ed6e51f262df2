import type { Pause } from '../tracking/originKeys';
import { setKeyRemedy } from './apiKey/setKeyRemedy';
import { showMessage } from './message';
import { pauseText } from './text/problems';

/** Shows why polling of an origin is paused, with a button that asks for its key (`ask`). */
export async function showPauseMessage(pause: Pause, ask: () => Promise<unknown>): Promise<void> {
	await showMessage('warning', pauseText(pause), [setKeyRemedy(ask)]);
}
