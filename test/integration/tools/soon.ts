/** Lets time pass, ms. */
export function sleep(ms: number): Promise<void> {
	return new Promise((resolve) => void setTimeout(resolve, ms));
}

/**
 * Waits until `look` brings something, for up to `timeoutMs`.
 * @param what is waited for, for the error
 * @throws Error when it did not come in time
 */
export async function soon<T>(what: string, probe: () => T | undefined | false, timeoutMs = 15_000): Promise<T> {
	const end = Date.now() + timeoutMs;
	for (;;) {
		const found = probe();
		if (found !== undefined && found !== false) {
			return found;
		}
		if (Date.now() > end) {
			throw new Error(`Waited ${timeoutMs} ms in vain: ${what}`);
		}
		await sleep(20);
	}
}
