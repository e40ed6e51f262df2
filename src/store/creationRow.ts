import type { BodyPart, Creation, CreationId, CreationPrice, CreationReason, CreationSubject } from '../creation/creation';
import { creationStates } from '../creation/creation';
import type { ApiError } from '../core/problem';
import { isApiErrorKind } from '../core/problemTraits';
import { omitUndefined } from '../core/omitUndefined';
import { parseTaskKey } from '../core/task';
import { pricedUnits, unitKindOf, unitsOf } from '../core/unitPrice';
import type { Row } from './connection';
import { numberOf, requiredNumber, requiredText, textOf } from './connection';
import { readPlan } from './downloadRow';
import { booleanField, field, numberField, parseJson, stringField } from './taskRow';

const reasons: Readonly<Record<CreationReason['kind'], true>> = {
	notSent: true,
	busy: true,
	rejected: true,
	exists: true,
	lost: true,
	unreadable: true,
	windowGone: true,
	recovered: true,
	late: true,
	noKey: true,
	disk: true,
};

/**
 * Reads a creation from its row. JSON that we did not write counts as missing; a body that is, or that was removed because it is old, is empty.
 * @throws DamageError if a column holds another type
 */
export function readCreation(row: Row): Creation {
	const task = textOf(row, 'task_key');
	return {
		id: requiredText(row, 'id') as CreationId,
		operation: { origin: requiredText(row, 'origin'), action: requiredText(row, 'action'), action2: requiredText(row, 'action2') },
		unitKey: requiredText(row, 'unit_key'),
		take: requiredNumber(row, 'take'),
		keyCounter: requiredNumber(row, 'key_counter'),
		plannedAt: requiredNumber(row, 'planned_at'),
		// Of an unknown state nothing is sent by itself.
		state: creationStates.find((state) => state === row['state']) ?? 'uncertain',
		attempts: requiredNumber(row, 'attempts'),
		searches: requiredNumber(row, 'searches'),
		changedAt: requiredNumber(row, 'changed_at'),
		body: readBody(textOf(row, 'body')),
		subject: readSubject(parseJson(textOf(row, 'subject'))),
		source: omitUndefined({ uri: textOf(row, 'source_uri'), text: textOf(row, 'source_text') ?? '' }),
		...omitUndefined({
			externalId: textOf(row, 'external_id'),
			estimate: estimateOf(row),
			cost: costOf(row),
			reason: readReason(parseJson(textOf(row, 'reason'))),
			nextAt: numberOf(row, 'next_at'),
			sentAt: numberOf(row, 'sent_at'),
			keep: readPlan(textOf(row, 'keep')),
			task: task === undefined ? undefined : parseTaskKey(task),
		}),
	};
}

function isReason(kind: unknown): kind is CreationReason['kind'] {
	return typeof kind === 'string' && Object.hasOwn(reasons, kind);
}

/** All of a body or nothing: a part of one must never be sent. */
function readBody(text: string | undefined): readonly BodyPart[] {
	const values = parseJson(text);
	const parts = Array.isArray(values) ? values.map(readPart) : [];
	return parts.every((part) => part !== undefined) ? parts : [];
}

function readPart(value: unknown): BodyPart | undefined {
	const [sha256, size] = [stringField(value, 'sha256'), numberField(value, 'size')];
	if (typeof value === 'string') {
		return value;
	}
	return sha256 === undefined || size === undefined ? undefined : { sha256, size };
}

export function estimateOf(row: Row): CreationPrice | undefined {
	const value = parseJson(textOf(row, 'estimate'));
	const [unitKind, units, dollars] = [field(value, 'unitKind'), numberField(value, 'units'), numberField(value, 'dollars')];
	return (unitKind === 'video' || unitKind === 'image') && units !== undefined && dollars !== undefined
		? { unitKind, units, dollars }
		: undefined;
}

/** @param row with `cost`: what the task says that it cost */
export function costOf(row: Row): CreationPrice | undefined {
	const units = unitsOf(textOf(row, 'cost'));
	return units === undefined ? undefined : pricedUnits(unitKindOf({ action: requiredText(row, 'action') }), units);
}

function readSubject(value: unknown): CreationSubject {
	return omitUndefined({
		name: stringField(value, 'name'),
		prompt: stringField(value, 'prompt'),
		model: stringField(value, 'model'),
		mode: stringField(value, 'mode'),
		seconds: numberField(value, 'seconds'),
		priceClass: stringField(value, 'priceClass'),
	} satisfies Readonly<Record<keyof CreationSubject, unknown>>);
}

function readReason(value: unknown): CreationReason | undefined {
	const kind = field(value, 'kind');
	return isReason(kind)
		? {
				kind,
				...omitUndefined({
					error: readError(field(value, 'error')),
					message: stringField(value, 'message'),
					isFree: booleanField(value, 'isFree'),
					otherTaskId: stringField(value, 'otherTaskId'),
				}),
			}
		: undefined;
}

function readError(value: unknown): ApiError | undefined {
	const [kind, message] = [stringField(value, 'kind'), stringField(value, 'message')];
	return kind !== undefined && isApiErrorKind(kind) && message !== undefined
		? {
				kind,
				message,
				retryable: booleanField(value, 'retryable') ?? false,
				...omitUndefined({
					code: stringField(value, 'code'),
					httpStatus: numberField(value, 'httpStatus'),
					requestId: stringField(value, 'requestId'),
					retryAfterMs: numberField(value, 'retryAfterMs'),
				}),
			}
		: undefined;
}
