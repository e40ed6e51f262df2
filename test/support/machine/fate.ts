import type { CreationStore } from '../../../src/creation/ports/creationStore';
import type { CreateApi } from '../../../src/creation/ports/createApi';
import type { Stores } from '../../../src/tracking/ports/stores';

/**
 * The moments of a create at which a window can be killed, in their order.
 * - `planned`: the journal has it, and is perhaps not on the disk yet
 * - `sending`: the journal says that it is about to be sent
 * - `flushed`: that is on the disk; there is no connection yet
 * - `sent`: the body is being sent
 * - `responded`: the response is there, and not recorded yet
 * - `recorded`: it is recorded
 * - `searched`: a search for its task has ended, and is not recorded yet
 */
export const moments = ['planned', 'sending', 'flushed', 'sent', 'responded', 'recorded', 'searched'] as const;
export type Moment = (typeof moments)[number];

/** The end of this process: by SIGKILL, the next time that it passes a moment. */
export class Fate {
	#moment: Moment | undefined;

	set(moment: Moment): void {
		this.#moment = moment;
	}

	pass(moment: Moment): void {
		if (moment === this.#moment) {
			process.kill(process.pid, 'SIGKILL');
		}
	}
}

/** What became of one POST in this window, for its trace. */
export interface PostTrace {
	/** The body's first bytes were pulled. */
	begins(post: number, externalId: string | undefined): void;
	/** @param kind of the outcome */
	ends(post: number, kind: string): void;
}

/** An API whose creates are traced, and in which the window can be killed. */
export function fatefulApi(api: CreateApi, fate: Fate, trace: PostTrace): CreateApi {
	let posts = 0;
	return {
		create: async (question, apiKey, signal) => {
			const post = ++posts;
			fate.pass('flushed');
			const chunks = traced(question.chunks, (externalId) => trace.begins(post, externalId), fate);
			const outcome = await api.create({ ...question, chunks }, apiKey, signal);
			trace.ends(post, outcome.kind);
			fate.pass('responded');
			return outcome;
		},
		queryByExternalId: async (...parts) => {
			const outcome = await api.queryByExternalId(...parts);
			fate.pass('searched');
			return outcome;
		},
		findInList: async (...parts) => {
			const outcome = await api.findInList(...parts);
			fate.pass('searched');
			return outcome;
		},
	};
}

/** Reads the external ID in a body that is sent; a body without one is said to have none when all of it was pulled. */
async function* traced(
	chunks: AsyncIterable<Uint8Array>,
	begins: (externalId: string | undefined) => void,
	fate: Fate,
): AsyncIterable<Uint8Array> {
	const decoder = new TextDecoder();
	let text = '';
	let hasStarted = false;
	const begin = (isAll: boolean) => {
		const externalId = /"external_task_id":\s*"([^"]*)"/.exec(text)?.[1];
		if (!hasStarted && (externalId !== undefined || isAll)) {
			hasStarted = true;
			begins(externalId);
		}
	};
	for await (const chunk of chunks) {
		text += decoder.decode(chunk, { stream: true });
		begin(false);
		yield chunk;
		fate.pass('sent');
	}
	begin(true);
}

/** A store in which the window can be killed after a write of a create's journal. */
export function fatefulStore<S extends Stores>(store: S, fate: Fate): S {
	const after = { plan: 'planned', step: 'sending', record: 'recorded', accept: 'recorded' } as const satisfies Partial<
		Record<keyof CreationStore, Moment>
	>;
	const creations = replaced(store.creations, (name, member) => {
		const moment = name in after ? after[name as keyof typeof after] : undefined;
		return moment === undefined
			? member
			: async (...parts: unknown[]): Promise<unknown> => {
					const result: unknown = await member(...parts);
					fate.pass(moment);
					return result;
				};
	});
	return new Proxy(store, { get: (target, name): unknown => (name === 'creations' ? creations : Reflect.get(target, name, target)) });
}

type Method = (...parts: unknown[]) => unknown;

/** An object with replaced methods. Its fields, private ones too, stay its own. */
function replaced<T extends object>(object: T, replace: (name: string, method: Method) => Method): T {
	return new Proxy(object, {
		get: (target, name): unknown => {
			const member: unknown = Reflect.get(target, name, target);
			return typeof member === 'function' && typeof name === 'string'
				? replace(name, (...parts) => Reflect.apply(member, target, parts) as unknown)
				: member;
		},
	});
}
