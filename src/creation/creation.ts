import type { KeepPlan } from '../core/download';
import type { ApiError } from '../core/problem';
import type { OriginOperation, TaskKey } from '../core/task';

/**
 * How far a creation is.
 * - `planned`: in the journal; nothing was sent
 * - `sending`: a window is about to send it, or waits for the response
 * - `waiting`: the API was busy, which is certain; it is sent again by itself at `nextAt`
 * - `accepted`, `rejected`: final
 * - `uncertain`: it may have reached the API; never sent again by itself, only searched for
 * - `absent`: it did not arrive, as far as can be found out
 * - `leftOpen`: a person has closed it without knowing
 */
export const creationStates = ['planned', 'sending', 'waiting', 'accepted', 'rejected', 'uncertain', 'absent', 'leftOpen'] as const;
export type CreationState = (typeof creationStates)[number];

/** States in which something is still done or known by nobody: these creations are listed, and named before all data is deleted. */
export const unsettledStates: ReadonlySet<CreationState> = new Set(['planned', 'sending', 'waiting', 'uncertain']);

/** A random ID. */
export type CreationId = string & { readonly __creationId: never };

/** A file whose Base64 stands in a body: a copy in the folder of media copies. */
export interface MediaPart {
	/** 64 hexadecimal digits. */
	readonly sha256: string;
	/** Bytes of the file, not of its Base64. */
	readonly size: number;
}

/**
 * The JSON text of a body, in order: text as it is sent, and between quotation marks that belong to the text, the Base64 of files. Has no
 * key and no path in it.
 */
export type BodyPart = string | MediaPart;

/** What a creation is charged, by estimate or in reality. */
export interface CreationPrice {
	/** Units of one kind; see `UnitKind` in core/unitPrice.ts. */
	readonly unitKind: 'video' | 'image';
	readonly units: number;
	/** US dollars at the list price. */
	readonly dollars: number;
}

/** What of a request is shown with its task later. */
export interface CreationSubject {
	/** Of the task: one line. */
	readonly name?: string;
	readonly prompt?: string;
	readonly model?: string;
	readonly mode?: string;
	/** The length that was requested, s. */
	readonly seconds?: number;
	/** See `NewTask.priceClass`. */
	readonly priceClass?: string;
}

/** The request file that a creation is from. */
export interface CreationSource {
	/** URI of the request file; missing for a document that was never saved. */
	readonly uri?: string;
	/** Its text when the person pressed Run. */
	readonly text: string;
}

/** A creation as it was confirmed; none of it changes. */
export interface CreationPlan {
	readonly id: CreationId;
	readonly operation: OriginOperation;
	/** Unique within the origin. Missing: the operation has no such field. */
	readonly externalId?: string;
	/** See requests/unitKey.ts. */
	readonly unitKey: string;
	/** From 1 on; never given twice within a unit. */
	readonly take: number;
	readonly body: readonly BodyPart[];
	/** Missing: unknown, and in no limit. */
	readonly estimate?: CreationPrice;
	readonly subject: CreationSubject;
	readonly source: CreationSource;
	/** Ms since 1970. */
	readonly plannedAt: number;
	/** How often a key had been set for the origin: with another key the account may be another one. */
	readonly keyCounter: number;
	/** Where the results of its task are kept; missing: they are not. */
	readonly keep?: KeepPlan;
}

/** Why a creation is where it is: the last response or its absence. `error.message` is the API's or the system's own text. */
export interface CreationReason {
	/**
	 * - `notSent`: no byte was written
	 * - `busy`: a parsed response said so
	 * - `rejected`: a parsed response said so; `isFree`: its code says that nothing was charged
	 * - `exists`: the API has a task with this external ID, which may be another one
	 * - `lost`: the response, after at least one byte may have been written
	 * - `unreadable`: a response that says neither yes nor no
	 * - `windowGone`: the window ended while it was sending
	 * - `recovered`: the database was recovered from a copy: what happened after that is not known
	 * - `late`: planned long ago; a person has to confirm it once more
	 * - `noKey`: there is no API key
	 * - `disk`: nothing was sent, because the journal or a copy of a file could not be written or read
	 */
	readonly kind:
		'notSent' | 'busy' | 'rejected' | 'exists' | 'lost' | 'unreadable' | 'windowGone' | 'recovered' | 'late' | 'noKey' | 'disk';
	readonly error?: ApiError;
	/** `disk`: the system's own words. */
	readonly message?: string;
	readonly isFree?: boolean;
	/** `exists`: the task that the API has, if it was found, and it is not certain to be this one. */
	readonly otherTaskId?: string;
}

/** A create that costs money, from its confirmation to the end. Times are ms since 1970. */
export interface Creation extends CreationPlan {
	readonly state: CreationState;
	/** How often it was sent, or may have been. */
	readonly attempts: number;
	readonly reason?: CreationReason;
	/** When the next step is due (sending, or searching for the task); missing: nothing happens by itself. */
	readonly nextAt?: number;
	/**
	 * When the last byte of an attempt was sent of which it is not known whether it reached the API; the searches for the task count from it.
	 * Missing: no task can exist, apart from the attempt that runs while it is `sending`.
	 */
	readonly sentAt?: number;
	/** How many of the scheduled searches were made since; see nextCreationStep.ts. */
	readonly searches: number;
	/** `accepted`: its task. It may have been untracked since. */
	readonly task?: TaskKey;
	/** What was charged in reality. */
	readonly cost?: CreationPrice;
	/** When it reached its state. */
	readonly changedAt: number;
}

/**
 * Whether the API finds a task by its external ID, as learned per origin, operation and key.
 * - `honoured`: a query by external ID has shown a task of ours
 * - `ignored`: it did not, although the task existed
 * - `none`: the operation has no external IDs
 */
export type ExternalIdProof = 'honoured' | 'ignored' | 'none' | 'unknown';

/** Whether an external ID has the form of those made here (see externalTaskId.ts). */
export function isOurExternalId(id: string): boolean {
	return /^kt-[a-z2-7]{26}$/.test(id);
}
