/** Does what it is given, but only so much at once; the rest in the order it came. */
export function limitConcurrency(most: number): <T>(work: () => Promise<T>) => Promise<T> {
	const waiting: (() => void)[] = [];
	let working = 0;
	return async (work) => {
		if (working >= most) {
			await new Promise<void>((resolve) => void waiting.push(resolve));
		} else {
			working++;
		}
		try {
			return await work();
		} finally {
			// Whoever waits longest takes the place over.
			const next = waiting.shift();
			if (next === undefined) {
				working--;
			} else {
				next();
			}
		}
	};
}
