/** Items that ask the same API, and how many of them do so at a time: more would only wait for slots. */
export interface Lane<T> {
	readonly items: readonly T[];
	readonly atATime: number;
}

/**
 * Does `work` for each item, the lanes side by side, the items of a lane in order.
 * Rejects with the first error; then no further item is begun.
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
