/** Items for the same API, and how many of them run at a time: more would only wait for slots. */
export interface Lane<T> {
	readonly items: readonly T[];
	readonly atATime: number;
}

/**
 * Runs `work` for each item, the lanes concurrently, the items of a lane in order.
 * Rejects with the first error; no further item is started then.
 */
export async function runConcurrently<T>(lanes: readonly Lane<T>[], work: (item: T) => Promise<void>): Promise<void> {
	let failed = false;
	const turn = async (queue: Iterator<T>) => {
		for (let next = queue.next(); next.done !== true && !failed; next = queue.next()) {
			try {
				await work(next.value);
			} catch (error) {
				failed = true;
				throw error;
			}
		}
	};
	await Promise.all(
		lanes.flatMap(({ items, atATime }) => {
			const queue = items.values();
			return Array.from({ length: Math.min(atATime, items.length) }, () => turn(queue));
		}),
	);
}
