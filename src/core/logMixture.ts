// Mixtures of normal distributions of log-time: how durations are described by a few humps, whose number is not known.

/** A Student t distribution of log-time: what is known about the next observation of a hump after a few of them. */
export interface Hump {
	/** Of all humps together 1. */
	readonly share: number;
	readonly centre: number;
	readonly scale: number;
	readonly degrees: number;
}

/** More humps are not told apart by the observations that are kept. */
const maxHumps = 4;
/**
 * The prior of a hump's variance: as if `degrees` observations had shown the deviation `deviation`. A few equal observations do not prove
 * that all tasks take equally long.
 */
const prior = { deviation: 0.25, degrees: 4 };
/** The prior of the shares, in observations per hump (Dirichlet). */
const shareWeight = 0.5;
const rounds = 25;
/** A distance in log-time that makes no difference. */
const nearlySame = 0.02;

/** Normal components while they are fitted. */
interface Component {
	share: number;
	centre: number;
	variance: number;
	/** Observations in it, by weight. */
	count: number;
	/** Their squared distances from the centre, summed. */
	squares: number;
}

/**
 * Describes observations by mixtures of one to four humps, each fitted by expectation maximisation (Dempster, Laird and Rubin, 1977) and
 * weighted by the Bayesian information criterion (Schwarz, 1978): exp(−BIC/2). All humps of all mixtures are returned, with their shares
 * times the mixture's weight.
 * @param all log-times, ascending
 * @param allWeights of each, 0 to 1: how far it counts
 */
export function fitHumps(all: readonly number[], allWeights: readonly number[]): readonly Hump[] {
	const total = allWeights.reduce((sum, weight) => sum + weight, 0);
	if (total <= 0) {
		return [];
	}
	const { sorted, weights } = grouped(all, allWeights);
	const most = Math.min(maxHumps, Math.max(1, Math.floor(total / 3)));
	const fits = firstComponents(sorted, weights, most).map((first) => {
		const { components, likelihood } = fit(sorted, weights, first, total);
		return { components, score: likelihood - 0.5 * (3 * first.length - 1) * Math.log(total) };
	});
	const best = Math.max(...fits.map(({ score }) => score));
	const evidence = fits.reduce((sum, { score }) => sum + Math.exp(score - best), 0);
	return fits.flatMap(({ components, score }) =>
		components.map(({ share, centre, count, squares }) => {
			const degrees = prior.degrees + count;
			const variance = (prior.degrees * prior.deviation ** 2 + squares) / degrees;
			return {
				share: (share * Math.exp(score - best)) / evidence,
				centre,
				scale: Math.sqrt(variance * (1 + 1 / Math.max(count, 1))),
				degrees,
			};
		}),
	);
}

/** The density of log-time. Infinitely many degrees of freedom make a normal distribution. */
export function densityOf(humps: readonly Hump[], log: number): number {
	let sum = 0;
	for (const { share, centre, scale, degrees } of humps) {
		const squared = ((log - centre) / scale) ** 2;
		const kernel = degrees === Infinity ? Math.exp(-squared / 2) : (1 + squared / degrees) ** (-(degrees + 1) / 2);
		sum += (share * tFactor(degrees) * kernel) / scale;
	}
	return sum;
}

/** Γ((ν+1)/2) / (Γ(ν/2)·√(πν)), to 1e-4 from ν = 1 on. */
function tFactor(degrees: number): number {
	return (1 - 1 / (4 * degrees) + 1 / (32 * degrees ** 2) + 5 / (128 * degrees ** 3)) / Math.sqrt(2 * Math.PI);
}

/** Puts observations together that are nearly the same: the fits then take a time that hardly grows with their number. */
function grouped(all: readonly number[], allWeights: readonly number[]): { readonly sorted: number[]; readonly weights: number[] } {
	const [sorted, weights]: [number[], number[]] = [[], []];
	all.forEach((log, index) => {
		const weight = allWeights[index] ?? 0;
		const last = sorted.length - 1;
		if (log - (sorted[last] ?? -Infinity) < nearlySame) {
			weights[last] = (weights[last] ?? 0) + weight;
		} else if (weight > 1e-3) {
			sorted.push(log);
			weights.push(weight);
		}
	});
	return { sorted, weights };
}

/**
 * Where the fits with 1 to `most` humps start: the sorted observations cut where the likelihood is greatest, by dynamic programming over the
 * ends of a limited number of groups.
 */
function firstComponents(sorted: readonly number[], weights: readonly number[], most: number): Component[][] {
	const groups = Math.min(sorted.length, 30);
	const ends = Array.from({ length: groups + 1 }, (_, index) => Math.round((index * sorted.length) / groups));
	// Sums of weights, values and squares up to each end.
	const sums = [[0, 0, 0]];
	for (let group = 1; group <= groups; group++) {
		let [n = 0, first = 0, second = 0] = sums[group - 1] ?? [];
		for (let index = ends[group - 1] ?? 0; index < (ends[group] ?? 0); index++) {
			const [weight = 0, log = 0] = [weights[index], sorted[index]];
			n += weight;
			first += weight * log;
			second += weight * log * log;
		}
		sums.push([n, first, second]);
	}
	const part = (from: number, to: number): Component => {
		const [[n0 = 0, a0 = 0, b0 = 0] = [], [n1 = 0, a1 = 0, b1 = 0] = []] = [sums[from], sums[to]];
		const n = n1 - n0;
		const centre = n > 0 ? (a1 - a0) / n : (sorted[ends[from] ?? 0] ?? 0);
		const squares = Math.max(0, b1 - b0 - n * centre * centre);
		return { share: n, centre, variance: varianceOf(n, squares), count: n, squares };
	};
	/** Minus the logarithm of the likelihood when each observation is in its part only, without constants. */
	const costs = Array.from({ length: groups + 1 }, (_, from) =>
		Array.from({ length: groups + 1 }, (__, to) => {
			const { count, variance } = part(from, Math.max(from, to));
			return count <= 0 ? 0 : 0.5 * count * Math.log(variance) - count * Math.log(count);
		}),
	);
	const all = sums[groups]?.[0] ?? 1;
	let best = (costs[0] ?? []).map((cost) => ({ cost, cuts: [0] }));
	return Array.from({ length: most }, (_, more) => {
		if (more > 0) {
			const before = best;
			best = before.map((__, to) => {
				let least = { cost: Infinity, from: 0 };
				for (let from = more; from < to; from++) {
					const cost = (before[from]?.cost ?? Infinity) + (costs[from]?.[to] ?? 0);
					least = cost < least.cost ? { cost, from } : least;
				}
				return { cost: least.cost, cuts: [...(before[least.from]?.cuts ?? []), least.from] };
			});
		}
		const cuts = [...(best[groups]?.cuts ?? [0]), groups];
		return cuts.slice(1).map((to, index) => {
			const component = part(cuts[index] ?? 0, to);
			return { ...component, share: component.count / all };
		});
	});
}

function varianceOf(count: number, squares: number): number {
	return (prior.degrees * prior.deviation ** 2 + squares) / (prior.degrees + count);
}

/** Expectation maximisation from these components; the likelihood is that of the observations, as a logarithm. */
function fit(
	sorted: readonly number[],
	weights: readonly number[],
	components: Component[],
	total: number,
): { readonly components: readonly Component[]; readonly likelihood: number } {
	const many = components.length;
	const densities = new Float64Array(many);
	let likelihood = -Infinity;
	for (let round = 0; round < rounds; round++) {
		const [counts, firsts, seconds] = [new Float64Array(many), new Float64Array(many), new Float64Array(many)];
		const centres = components.map(({ centre }) => centre);
		const rates = components.map(({ variance }) => -0.5 / variance);
		const heights = components.map(({ share, variance }) => share / Math.sqrt(2 * Math.PI * variance));
		let now = 0;
		for (let index = 0; index < sorted.length; index++) {
			const [weight = 0, log = 0] = [weights[index], sorted[index]];
			let sum = 1e-300;
			for (let k = 0; k < many; k++) {
				const density = (heights[k] ?? 0) * Math.exp((log - (centres[k] ?? 0)) ** 2 * (rates[k] ?? 0));
				densities[k] = density;
				sum += density;
			}
			now += weight * Math.log(sum);
			for (let k = 0; k < many; k++) {
				const part = (weight * (densities[k] ?? 0)) / sum;
				const centre = centres[k] ?? 0;
				counts[k] = (counts[k] ?? 0) + part;
				firsts[k] = (firsts[k] ?? 0) + part * (log - centre);
				seconds[k] = (seconds[k] ?? 0) + part * (log - centre) ** 2;
			}
		}
		components = components.map(({ centre }, k) => {
			const count = counts[k] ?? 0;
			const moved = count > 0 ? (firsts[k] ?? 0) / count : 0;
			const squares = Math.max(0, (seconds[k] ?? 0) - count * moved * moved);
			return {
				share: (count + shareWeight) / (total + many * shareWeight),
				centre: centre + moved,
				variance: varianceOf(count, squares),
				count,
				squares,
			};
		});
		if (many === 1 ? round === 1 : now - likelihood < 1e-3 * Math.max(1, many)) {
			likelihood = now;
			break;
		}
		likelihood = now;
	}
	return { components, likelihood };
}
