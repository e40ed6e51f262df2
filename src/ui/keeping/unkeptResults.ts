import { retentionMs } from '../../core/retention';
import type { UnkeptResult } from '../../tracking/ports/downloads';
import { slices } from '../slicedWork';
import type { KeepingParts } from './keepingParts';

/** The results of finished tasks that are not kept, the newest first, without holding up other extensions. */
export async function unkeptResults(
	{ store, clock }: Pick<KeepingParts, 'store' | 'clock'>,
	isWanted: (result: UnkeptResult) => boolean,
): Promise<readonly UnkeptResult[]> {
	const yielded = slices();
	const found: UnkeptResult[] = [];
	for (const result of store.downloads.unkept(clock.now() - retentionMs)) {
		if (isWanted(result)) {
			found.push(result);
		}
		await yielded();
	}
	return found;
}
