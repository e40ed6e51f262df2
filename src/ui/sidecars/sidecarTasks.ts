import type { Media, MediaKind } from '../../core/media';
import { mediaFormats } from '../../core/mediaFormat';
import { omitUndefined } from '../../core/omitUndefined';
import { mediaKindOf, operationKey } from '../../core/operation';
import { taskKey, type Task, type TaskKey } from '../../core/task';
import type { ReadSidecar } from '../../results/parseSidecar';
import { readEntry } from '../../shared/taskList/entry';

/** A sidecar and where it was read, `F`. */
export interface SourcedSidecar<F> {
	readonly sidecar: ReadSidecar;
	readonly source: F;
}

/** A task that sidecars name. */
export interface SidecarTask<F> {
	/** Succeeded and viewed, with one result for each index up to the last one that is named. Its results have no link. */
	readonly task: Task;
	readonly sidecars: readonly SourcedSidecar<F>[];
}

/**
 * The tasks that sidecars name, in their order. Facts that several of a task's sidecars have are taken from the first. A result without a
 * sidecar has the kind that its operation makes: the indexes of the others must be right.
 * @param now ms since 1970
 */
export function tasksOfSidecars<F>(sidecars: readonly SourcedSidecar<F>[], now: number): readonly SidecarTask<F>[] {
	const groups = new Map<TaskKey, SourcedSidecar<F>[]>();
	for (const one of sidecars) {
		const key = taskKey(one.sidecar.ref);
		const group = groups.get(key);
		if (group === undefined) {
			groups.set(key, [one]);
		} else {
			group.push(one);
		}
	}
	return [...groups.values()].flatMap((group) => {
		const task = taskOf(
			group.map(({ sidecar }) => sidecar),
			now,
		);
		return task === undefined ? [] : [{ task, sidecars: group }];
	});
}

function taskOf(all: readonly ReadSidecar[], now: number): Task | undefined {
	const [first] = all;
	if (first === undefined) {
		return undefined;
	}
	const { ref, createdAt, finishedAt, keptAt } = first;
	// As an entry of a task list: its texts are untrusted and are cleaned and bounded in the same way.
	const read = readEntry(
		omitUndefined({
			origin: ref.origin,
			operation: operationKey(ref),
			id: ref.id,
			name: first.name,
			prompt: first.prompt,
			status: 'succeeded',
			createdAt: isoTime(createdAt),
			finishedAt: isoTime(finishedAt ?? keptAt ?? createdAt),
			// It was saved long since: a folder of a thousand is not a thousand that are ready now.
			viewedAt: isoTime(now),
			units: first.units,
			externalId: first.externalId,
			results: resultsOf(all, mediaKindOf(ref)),
			parentVideo: first.parentVideoId === undefined ? undefined : { id: first.parentVideoId },
		}),
		now,
		// There is none.
		(url) => url === '',
	);
	return read.ok ? read.task : undefined;
}

function resultsOf(all: readonly ReadSidecar[], usual: MediaKind): readonly Media[] {
	const byIndex = new Map([...all].reverse().map((sidecar) => [sidecar.media, sidecar]));
	const length = Math.max(...byIndex.keys()) + 1;
	return Array.from({ length }, (_, index): Media => {
		const named = byIndex.get(index);
		return omitUndefined({
			kind: named === undefined ? usual : mediaFormats[named.file.format].kind,
			url: '',
			id: named?.mediaId,
			durationSeconds: named?.seconds,
		});
	});
}

function isoTime(ms: number | undefined): string | undefined {
	return ms === undefined ? undefined : new Date(ms).toISOString();
}
