/** The largest number of spans that overlap. The end of a span is exclusive. */
export function mostAtOnce(spans: readonly (readonly [from: number, to: number])[]): number {
	const steps = spans
		.flatMap(([from, to]) => [[from, 1] as const, [to, -1] as const])
		.sort(([one, up], [other, down]) => one - other || up - down);
	let now = 0;
	return steps.reduce((most, [, step]) => Math.max(most, (now += step)), 0);
}

/** The largest number of times within any `ms`. */
export function mostWithin(times: readonly number[], ms: number): number {
	const sorted = [...times].sort((a, b) => a - b);
	let first = 0;
	return sorted.reduce((most, time, index) => {
		while (time - (sorted[first] ?? time) >= ms) {
			first++;
		}
		return Math.max(most, index - first + 1);
	}, 0);
}
