import type { KeepPlan } from '../core/download';
import type { OperationPath } from '../core/operation';
import type { OriginOperation } from '../core/task';
import { takesExternalId } from '../requests/bodySchemas';
import { bodyText } from '../requests/bodyText';
import { priceClass, valueOf, wordOf } from '../requests/priceClass';
import type { ResolvedMedia, ResolvedObject } from '../requests/resolvedValue';
import type { BodyPart, CreationId, CreationPrice, CreationSource, CreationSubject, MediaPart } from './creation';
import { externalTaskId } from './externalTaskId';
import type { PlanOrder } from './ports/creationStore';
import type { Hmac } from './ports/identity';

const idField = 'external_task_id';

/** One press of Run on a request that was checked, shown and confirmed. */
export interface RunOrder {
	readonly operation: OriginOperation;
	readonly unitKey: string;
	/** How many takes. */
	readonly count: number;
	/** Ms since 1970. */
	readonly now: number;
	/** The body of a take, every file known. Called in the journal's transaction: pure and fast. */
	readonly bodyOf: (take: number) => ResolvedObject;
	/** The name of a take's task; one line. */
	readonly nameOf?: (take: number) => string;
	/** How the results of a take are kept; undefined: not by themselves. */
	readonly keepOf?: (take: number) => KeepPlan | undefined;
	/** Of one take; missing: unknown. */
	readonly estimate?: CreationPrice;
	readonly source: CreationSource;
	/** US dollars; missing: no limit. */
	readonly dailyLimit?: number;
}

/** What makes the IDs of creations. */
export interface Identity {
	/** See `Installation.id`. */
	readonly installation: Uint8Array;
	readonly hmac: Hmac;
	/** A new random ID. */
	readonly newId: () => string;
}

/**
 * What the journal gets for one press of Run. A body without an `external_task_id` gets one that is unique for the take, if its operation
 * knows the field; a person's own one is kept.
 */
export function planOrder(run: RunOrder, { installation, hmac, newId }: Identity): PlanOrder {
	const { operation, unitKey, count, now, dailyLimit } = run;
	return {
		operation,
		unitKey,
		count,
		now,
		...(dailyLimit !== undefined && { dailyLimit }),
		details: (take, salt) => {
			const body = withExternalId(operation, run.bodyOf(take), () =>
				externalTaskId(installation, { origin: operation.origin, unitKey, take, salt }, hmac),
			);
			const externalId = externalIdOf(operation, body);
			const name = run.nameOf?.(take);
			const keep = run.keepOf?.(take);
			return {
				id: newId() as CreationId,
				...(externalId !== undefined && { externalId }),
				body: bodyParts(body),
				...(run.estimate !== undefined && { estimate: run.estimate }),
				subject: { ...subjectOf(operation, body), ...(name !== undefined && { name }) },
				source: run.source,
				...(keep !== undefined && { keep }),
			};
		},
	};
}

/** The body with an external ID, if the operation knows that field. */
function withExternalId(operation: OperationPath, body: ResolvedObject, newId: () => string): ResolvedObject {
	if (!takesExternalId(operation) || externalIdOf(operation, body) !== undefined) {
		return body;
	}
	const others = body.entries.filter(([key]) => key !== idField);
	return { kind: 'object', entries: [...others, [idField, { kind: 'string', value: newId() }]] };
}

/** The external ID that a body has; empty ones are none. */
function externalIdOf(operation: OperationPath, body: ResolvedObject): string | undefined {
	const value = takesExternalId(operation) ? valueOf(body, idField) : undefined;
	const text = value?.kind === 'string' ? value.value : value?.kind === 'number' ? value.text : '';
	return text.trim() === '' ? undefined : text;
}

/** What of a body is shown with its task. */
function subjectOf(operation: OperationPath, body: ResolvedObject): Omit<CreationSubject, 'name'> {
	const word = (key: string): string | undefined => {
		const text = wordOf(operation, body, key)?.trim();
		return text === '' ? undefined : text;
	};
	const [prompt, model, mode] = [word('prompt') ?? word('text'), word('model_name'), word('mode')];
	const seconds = Number(word('duration') ?? NaN);
	const alike = priceClass(operation, body);
	return {
		...(prompt !== undefined && { prompt }),
		...(model !== undefined && { model }),
		...(mode !== undefined && { mode }),
		...(Number.isFinite(seconds) && seconds > 0 && { seconds }),
		...(alike !== undefined && { priceClass: alike }),
	};
}

/** A character that means nothing; repeated, it stands for a file in a text that does not have it. */
const unused = '\uE000';

/**
 * The JSON text of a body in pieces: numbers as written, keys in the order of the file, files by their digests.
 * @throws if a file is not known, which is never sent
 */
export function bodyParts(body: ResolvedObject): readonly BodyPart[] {
	const media: ResolvedMedia[] = [];
	const withoutFiles = bodyText(body, {
		media: (found) => {
			media.push(found);
			return '';
		},
	});
	let mark = unused;
	while (withoutFiles.includes(mark)) {
		mark += unused;
	}
	const texts = bodyText(body, { media: () => mark }).split(mark);
	return texts.flatMap((piece, index) => {
		const file = media[index];
		return index === texts.length - 1 ? [piece] : [piece, known(file)];
	});
}

function known(media: ResolvedMedia | undefined): MediaPart {
	if (media?.facts === undefined) {
		throw new Error(`The file ${media?.path ?? ''} of the body is not known`);
	}
	return { sha256: media.facts.sha256, size: media.facts.size };
}
