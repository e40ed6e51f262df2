/** What is left of a type when its falsy values are ruled out. */
type Truthy<T> = Exclude<T, undefined | null | false | 0 | ''>;

/** Lets time pass, ms. */
export function sleep(ms: number): Promise<void> {
	return new Promise((resolve) => void setTimeout(resolve, ms));
}

/**
 * Waits until `probe` gives something truthy. Until the time is over an error of the probe counts as not yet: a screen is redrawn, and a
 * file may be replaced, while it is read. The probes come more and more rarely, every 10 to 100 ms.
 * @param what is waited for, for the error
 * @returns what the probe gave
 * @throws Error with the last result or error of the probe when it did not come within `timeoutMs`
 */
export async function soon<T>(what: string, probe: () => T | Promise<T>, timeoutMs = 20_000): Promise<Truthy<T>> {
	let last: unknown;
	let waitMs = 10;
	for (const end = Date.now() + timeoutMs; Date.now() <= end; waitMs = Math.min(1.5 * waitMs, 100)) {
		try {
			const found = await probe();
			if (isTruthy(found)) {
				return found;
			}
			last = found;
		} catch (error) {
			last = error;
		}
		await sleep(waitMs);
	}
	throw new Error(`Waited ${timeoutMs} ms in vain: ${what} (last: ${last instanceof Error ? last.message : JSON.stringify(last)})`);
}

function isTruthy<T>(value: T): value is T & Truthy<T> {
	return Boolean(value);
}
