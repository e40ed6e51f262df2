import type { Uri } from 'vscode';
import type { KeepPlan } from '../../core/download';
import type { TaskKey } from '../../core/task';
import type { CreationId } from '../../creation/creation';
import type { CreationStore } from '../../creation/ports/creationStore';
import type { Installation } from '../../creation/ports/identity';
import type { MediaCopies } from '../../creation/ports/mediaCopies';

/** What Run needs of the running extension. */
export interface RunHost {
	readonly creations: Pick<
		CreationStore,
		'neededMedia' | 'salt' | 'plan' | 'listed' | 'newestOf' | 'get' | 'tasksOf' | 'highestTake' | 'spent' | 'onDidChangeCreations'
	>;
	readonly media: Pick<MediaCopies, 'put' | 'sweep'>;
	readonly installation: Pick<Installation, 'id'>;
	readonly newId: () => string;
	/** How results of a request are kept, by the settings; undefined: not by themselves. */
	readonly keepPlan: (document: Uri) => KeepPlan | undefined;
	/** Whether an API key is set for an origin. */
	readonly hasKey: (origin: string) => Promise<boolean>;
	/** Asks for a key and stores it; resolves to whether one was stored. */
	readonly askForKey: (origin: string) => Promise<boolean>;
	/** Shows the row of a creation, without moving the focus. Never rejects. */
	readonly revealCreation: (id: CreationId) => Promise<void>;
	/** Shows the row of a task in the position of its creation's, unless the person has selected another row meanwhile. Never rejects. */
	readonly revealTask: (key: TaskKey, of: CreationId) => Promise<void>;
}
