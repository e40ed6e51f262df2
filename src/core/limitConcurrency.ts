/** Runs at most `most` works at once; the others wait and start in order. */
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
			// The slot goes to the work that has waited longest.
			const next = waiting.shift();
			if (next === undefined) {
				working--;
			} else {
				next();
			}
		}
	};
}
