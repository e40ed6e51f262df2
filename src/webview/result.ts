import { assertNever } from '../core/assertNever';
import type { PanelMessage } from '../shared/resultProtocol';
import { editor } from './editor';
import { PageMemory } from './pageMemory';
import { ResultPage } from './resultPage';

/** The script of the result page: receives snapshots and sends requests. */
const memory = new PageMemory();
let page: ResultPage | undefined;

addEventListener('message', ({ data }: MessageEvent<unknown>) => {
	if (!isPanelMessage(data)) {
		return;
	}
	switch (data.type) {
		case 'snapshot':
			memory.setTask(data.snapshot.task);
			if (page === undefined) {
				page = new ResultPage(data.snapshot, memory);
				document.body.append(page.root);
			} else {
				page.update(data.snapshot);
			}
			break;
		case 'reveal':
			page?.reveal(data);
			break;
		default:
			assertNever(data);
	}
});

editor.postMessage({ type: 'ready' });

/** Whether a message comes from the panel, whose content is trusted (see resultProtocol.ts). */
function isPanelMessage(data: unknown): data is PanelMessage {
	return typeof data === 'object' && data !== null && 'type' in data && (data.type === 'snapshot' || data.type === 'reveal');
}
