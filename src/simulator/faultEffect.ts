import { omitUndefined } from '../core/omitUndefined';
import { assertNever } from '../core/assertNever';
import { cannedResponse, jsonResponse } from './api';
import type { Fault } from './faults';
import { bearerKey } from './keys';
import type { ResponseSpec, TransportFault } from './transmit';

/** The faults that leave no response. */
export type FaultOfRequest = 'silence' | 'resetBefore' | 'resetMidRequest' | 'noResponse';

/** The facts of a request that its fault needs. */
export interface FaultedRequest {
	/** The `Authorization` header. */
	readonly authorization: string | undefined;
	/** The task in the path. */
	readonly taskId: string | undefined;
	/** On the simulator's clock, ms since 1970. */
	readonly now: number;
	readonly requestId: () => string;
}

/**
 * The effect of a fault: a replacement of the regular response, or a way to spoil its transmission. Neither, if another regular response is
 * sent.
 */
export function faultEffect(
	fault: Exclude<Fault, { kind: FaultOfRequest }> | undefined,
	{ authorization, taskId, now, requestId }: FaultedRequest,
): { readonly replaced?: ResponseSpec; readonly spoilt?: TransportFault } {
	switch (fault?.kind) {
		case undefined:
		case 'otherTask':
		case 'withoutLinks':
		case 'slowReading':
		case 'rangeIgnored':
		case 'changedFile':
		case 'unsatisfiable':
		case 'gzipped':
		case 'otherMedia':
		case 'damaged':
		case 'wantsKey':
			return {};
		case 'canned': {
			const response = cannedResponse(fault.name, requestId(), taskId);
			const { status = response.status } = fault;
			return {
				replaced: { ...response, status, headers: { ...response.headers, ...omitUndefined({ 'Retry-After': retryAfter(fault, now) }) } },
			};
		}
		case 'body':
			return {
				replaced: { status: fault.status, headers: { 'Content-Type': fault.type ?? 'application/json' }, body: Buffer.from(fault.body) },
			};
		case 'echoKey': {
			const message = `Invalid token: ${bearerKey(authorization ?? '') ?? ''} (request id: ${requestId()})`;
			return { replaced: jsonResponse(fault.status ?? 401, { error: { code: '', message, type: 'comet_api_error' } }) };
		}
		case 'redirect':
			return { replaced: { status: fault.status ?? 301, headers: { Location: fault.location }, body: Buffer.alloc(0) } };
		case 'late':
		case 'held':
		case 'slowBody':
		case 'truncated':
		case 'resetMidBody':
		case 'endlessBody':
		case 'hugeBody':
		case 'cut':
		case 'overlong':
			return { spoilt: fault };
		default:
			return assertNever(fault);
	}
}

/** The value of the `Retry-After` header. */
function retryAfter(
	{ retryAfter: seconds, retryAfterAs = 'seconds' }: Extract<Fault, { kind: 'canned' }>,
	now: number,
): string | undefined {
	if (seconds === undefined) {
		return undefined;
	}
	return retryAfterAs === 'seconds' ? String(seconds) : new Date(now + 1000 * seconds).toUTCString();
}
