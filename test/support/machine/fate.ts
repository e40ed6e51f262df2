import type { DownloadChange, DownloadLoopParts } from '../../../src/tracking/ports/downloads';
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

/**
 * The moments of a download, in their order.
 * - `announced`: the path of the partial file is recorded, and there is no file yet
 * - `started`: the file is there, and what its rest is recognised by is recorded
 * - `received`: some bytes have arrived
 * - `verified`: the whole file is there under the name of a partial one, and that is recorded
 * - `named`: it has its name; the sidecar is not written yet
 * - `beside`: the sidecar is written; the row does not say `kept` yet
 * - `kept`: it does
 */
export const downloadMoments = ['announced', 'started', 'received', 'verified', 'named', 'beside', 'kept'] as const;
export type Moment = (typeof moments)[number] | (typeof downloadMoments)[number];

/** The end of this process: by SIGKILL, the next time that it passes a moment. */
export class Fate {
	#moment: Moment | undefined;

	set(moment: Moment): void {
		this.#moment = moment;
	}

	pass(moment: Moment | undefined): void {
		if (moment !== undefined && moment === this.#moment) {
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

/** A store in which the window can be killed at a write about a create or a download. */
export function fatefulStore<S extends Stores>(store: S, fate: Fate): S {
	const after = { plan: 'planned', step: 'sending', record: 'recorded', accept: 'recorded' } as const satisfies Partial<
		Record<keyof CreationStore, Moment>
	>;
	const creations = replaced(store.creations, (name, member) => {
		if (name === 'ofTask') {
			// For the sidecar of a file that has its name.
			return (...parts) => {
				fate.pass('named');
				return member(...parts);
			};
		}
		const moment = name in after ? after[name as keyof typeof after] : undefined;
		return moment === undefined
			? member
			: async (...parts: unknown[]): Promise<unknown> => {
					const result: unknown = await member(...parts);
					fate.pass(moment);
					return result;
				};
	});
	const downloads: Stores['downloads'] = {
		...store.downloads,
		step: async (claim, change) => {
			const isRecorded = await store.downloads.step(claim, change);
			fate.pass(momentOf(change));
			return isRecorded;
		},
		record: async (claim, change) => {
			fate.pass(change.state === 'kept' ? 'beside' : undefined);
			const isRecorded = await store.downloads.record(claim, change);
			fate.pass(change.state === 'kept' ? 'kept' : undefined);
			return isRecorded;
		},
	};
	const instead: Readonly<Record<string | symbol, unknown>> = { creations, downloads };
	return new Proxy(store, { get: (target, name): unknown => instead[name] ?? Reflect.get(target, name, target) });
}

function momentOf({ part }: DownloadChange): Moment | undefined {
	if (part === undefined) {
		return undefined;
	}
	return part.verified !== undefined ? 'verified' : part.validator !== undefined || part.total !== undefined ? 'started' : 'announced';
}

/** The parts of a download loop, with which the window can be killed when bytes have arrived. */
export function fatefulDownloads(parts: DownloadLoopParts, fate: Fate): DownloadLoopParts {
	return {
		...parts,
		onProgress: (id, progress) => {
			parts.onProgress(id, progress);
			fate.pass(progress === undefined ? undefined : 'received');
		},
	};
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
