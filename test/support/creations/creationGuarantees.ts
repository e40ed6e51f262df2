import type { CreationState } from '../../../src/creation/creation';
import type { Mode } from './creationPlan';

/** A create that an API has accepted: the truth. */
export interface AcceptedCreate {
	readonly mode: Mode;
	readonly taskId: string;
	/** As it was sent. */
	readonly externalId: string | undefined;
}

/** What a window knows of one POST. Without an outcome: it was killed before there was one. */
export interface Post {
	readonly externalId: string | undefined;
	readonly at: number;
	readonly outcome: string | undefined;
}

/** A creation in the journal after the run. */
export interface JournalEntry {
	readonly mode: Mode;
	/** Its list, from 0 on. */
	readonly installation: number;
	readonly externalId: string | undefined;
	readonly unitKey: string;
	readonly take: number;
	readonly state: CreationState;
	/** Whether something is still done by itself. */
	readonly isDue: boolean;
	/** The task that it became. */
	readonly taskId: string | undefined;
}

/** Everything that is known after a run. */
export interface Evidence {
	readonly accepted: readonly AcceptedCreate[];
	readonly posts: readonly Post[];
	readonly journal: readonly JournalEntry[];
	/** The IDs of the tasks in the list. */
	readonly tracked: ReadonlySet<string>;
}

/** What a creation may be after everything has settled. */
const settled: Readonly<Record<Mode, readonly CreationState[]>> = {
	honoured: ['accepted', 'rejected', 'absent', 'uncertain'],
	// There, nothing is evidence of absence.
	ignored: ['accepted', 'rejected', 'uncertain'],
	stripped: ['accepted', 'rejected', 'uncertain'],
};

/** What must be sure before a create is sent again by itself. */
const certain: readonly string[] = ['notSent', 'busy'];

/** @returns a sentence for each broken guarantee */
export function brokenGuarantees({ accepted, posts, journal, tracked }: Evidence): readonly string[] {
	const entryOf = new Map(journal.map((entry) => [idOf(entry), entry]));
	return [
		...[...acceptsPerId(accepted)].filter(([, count]) => count > 1).map(([id, count]) => `${id} was accepted ${count} times`),
		...sentAgain(posts),
		...duplicates(journal.map(idOf)).map((id) => `${id} is in the journal twice`),
		...duplicates(journal.map(({ mode, installation, unitKey, take }) => `${mode} ${installation} ${unitKey} ${take}`)).map(
			(take) => `the take ${take} was given twice`,
		),
		...duplicates(journal.flatMap(({ mode, taskId }) => (taskId === undefined ? [] : [`${mode} ${taskId}`]))).map(
			(task) => `two creations have the task ${task}`,
		),
		...accepted.flatMap((create) => lostSightOf(create, entryOf.get(idOf(create)), tracked)),
		...journal.flatMap((entry) => wrongEntry(entry, accepted)),
	];
}

/** How many creates were accepted, by API and external ID. */
export function acceptsPerId(accepted: readonly AcceptedCreate[]): ReadonlyMap<string, number> {
	const counts = new Map<string, number>();
	for (const create of accepted) {
		counts.set(idOf(create), (counts.get(idOf(create)) ?? 0) + 1);
	}
	return counts;
}

function idOf({ mode, externalId }: Pick<AcceptedCreate, 'mode' | 'externalId'>): string {
	return `${mode} ${externalId ?? 'without an external ID'}`;
}

/** A create whose POST may have reached the API was sent again. */
function sentAgain(posts: readonly Post[]): readonly string[] {
	const last = new Map<string | undefined, Post>();
	return posts
		.toSorted((a, b) => a.at - b.at)
		.flatMap((post) => {
			const before = last.get(post.externalId);
			last.set(post.externalId, post);
			return before === undefined || certain.includes(before.outcome ?? 'cut off')
				? []
				: [`${post.externalId ?? 'without an external ID'} was sent again after ${before.outcome ?? 'a kill'}`];
		});
}

/** A create was accepted, and nobody would notice. Where the API does not find tasks by external ID, `uncertain` says so to the person. */
function lostSightOf(create: AcceptedCreate, entry: JournalEntry | undefined, tracked: ReadonlySet<string>): readonly string[] {
	if (entry === undefined) {
		return [`${idOf(create)} was accepted and is not in the journal`];
	}
	if (entry.state === 'accepted') {
		return entry.taskId === create.taskId && tracked.has(create.taskId) ? [] : [`${idOf(create)} has another task or none`];
	}
	return entry.state === 'uncertain' && create.mode !== 'honoured' ? [] : [`${idOf(create)} was accepted and is ${entry.state}`];
}

function wrongEntry(entry: JournalEntry, accepted: readonly AcceptedCreate[]): readonly string[] {
	if (entry.isDue) {
		return [`${idOf(entry)} has not settled: it is ${entry.state}`];
	}
	if (!settled[entry.mode].includes(entry.state)) {
		return [`${idOf(entry)} must not end as ${entry.state}`];
	}
	return entry.state === 'accepted' && !accepted.some((create) => idOf(create) === idOf(entry))
		? [`${idOf(entry)} is accepted, and the API knows nothing of it`]
		: [];
}

function duplicates(items: readonly string[]): readonly string[] {
	return [...new Set(items.filter((item, index) => items.indexOf(item) !== index))];
}
