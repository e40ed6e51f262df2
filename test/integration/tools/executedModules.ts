import { Session } from 'node:inspector';
import type { Profiler } from 'node:inspector';

/**
 * Tells which of the bundle's modules have been executed, by V8's own counting: esbuild makes each module that is loaded on first use a
 * function that bears the module's path as its name.
 */
export class ExecutedModules {
	readonly #session = new Session();
	/** V8 counts anew after each reading. */
	readonly #counts = new Map<string, number>();

	/** From now on every function is counted. To be called before the bundle is loaded. */
	async start(): Promise<void> {
		this.#session.connect();
		await this.#post('Profiler.enable');
		await this.#post('Profiler.startPreciseCoverage', { callCount: true, detailed: false });
	}

	/** How often each module that is loaded on first use was executed since the start (0 or 1), by its path in the sources. */
	async counts(bundle: string): Promise<ReadonlyMap<string, number>> {
		const { result } = await new Promise<Profiler.TakePreciseCoverageReturnType>((resolve, reject) => {
			this.#session.post('Profiler.takePreciseCoverage', (error, taken) => (error === null ? resolve(taken) : reject(error)));
		});
		const scripts = result.filter(({ url }) => url.endsWith(bundle));
		const functions = scripts.flatMap((script) => script.functions).filter(({ functionName }) => /\/.*\.[cm]?[jt]s$/.test(functionName));
		for (const { functionName, ranges } of functions) {
			this.#counts.set(functionName, (this.#counts.get(functionName) ?? 0) + (ranges[0]?.count ?? 0));
		}
		return this.#counts;
	}

	async stop(): Promise<void> {
		await this.#post('Profiler.stopPreciseCoverage');
		this.#session.disconnect();
	}

	#post(method: string, parameters?: object): Promise<void> {
		return new Promise((resolve, reject) =>
			this.#session.post(method, parameters, (error) => (error === null ? resolve() : reject(error))),
		);
	}
}
