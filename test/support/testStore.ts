import type { Disposable } from '../../src/core/emitter';
import type { Stores } from '../../src/tracking/ports/stores';

/** Stores whose ports a test can decorate. */
export interface TestStore extends Stores {
	/**
	 * Members of a port that stand before its own until they are disposed; the latest stand in front. A port's function is called as a
	 * member of the port that it belongs to: take it from the store before it is decorated.
	 */
	decorate<P extends keyof Stores>(port: P, members: Partial<Stores[P]>): Disposable;
}

/** Stores that pass everything on, until they are decorated. The given ones stay as they are. */
export function testStore(stores: Stores): TestStore {
	const decorations = new Map<keyof Stores, object[]>();
	const port = <P extends keyof Stores>(name: P): Stores[P] => {
		const real = stores[name];
		const members: object[] = [];
		decorations.set(name, members);
		return new Proxy(real, {
			get: (_, member) => {
				const owner = members.findLast((one) => member in one) ?? real;
				const value: unknown = Reflect.get(owner, member, owner);
				return typeof value === 'function' ? (...terms: unknown[]): unknown => Reflect.apply(value, owner, terms) : value;
			},
		});
	};
	return {
		tasks: port('tasks'),
		pollQueue: port('pollQueue'),
		listQueries: port('listQueries'),
		slots: port('slots'),
		origins: port('origins'),
		announcements: port('announcements'),
		durations: port('durations'),
		costs: port('costs'),
		attention: port('attention'),
		demos: port('demos'),
		creations: port('creations'),
		downloads: port('downloads'),
		search: port('search'),
		changes: port('changes'),
		health: port('health'),
		decorate(name, members) {
			const all = decorations.get(name) ?? [];
			all.push(members);
			return { dispose: () => void all.splice(all.indexOf(members), 1) };
		},
	};
}

/** A member of a port that rejects. */
export function rejects(what: string): () => Promise<never> {
	return () => Promise.reject(new Error(`${what} is broken`));
}

/** A member of a port that throws. */
export function throws(what: string): () => never {
	return () => {
		throw new Error(`${what} is broken`);
	};
}

/** The window of this store has crashed: it writes nothing more, and releases nothing that it holds. */
export function sever(store: TestStore): void {
	const lost = rejects('a crashed window');
	store.decorate('pollQueue', {
		claimDue: lost,
		claim: lost,
		record: lost,
		release: lost,
		renew: lost,
		nextDueAt: throws('a crashed window'),
	});
	store.decorate('listQueries', { load: lost });
	store.decorate('slots', { acquire: lost });
	store.decorate('announcements', { claim: lost });
	store.decorate('creations', {
		claimDue: lost,
		claim: lost,
		renew: lost,
		step: lost,
		record: lost,
		accept: lost,
		recordProof: lost,
		nextDueAt: throws('a crashed window'),
	});
	store.decorate('changes', { checkForOthers: throws('a crashed window') });
}
