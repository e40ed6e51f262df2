import { Draw } from '../machine/draw';
import { downloadMoments, type Moment } from '../machine/fate';
import { mediaFile, type MediaFault } from '../mediaHost';

const second = 1_000;

/** A task whose results are to be kept. */
export interface PlannedTask {
	readonly id: string;
	/** When the API says that it has succeeded, ms of the windows' time after the start. */
	readonly finishesAt: number;
	readonly results: readonly PlannedResult[];
}

interface PlannedResult {
	/** Its path on the host; `?2` and so on is added to the later links. */
	readonly path: string;
	/** What is behind the link, one version after the other. */
	readonly versions: readonly Buffer[];
	/** What goes wrong, response after response. */
	readonly faults: readonly MediaFault[];
}

/** A window ends: by SIGKILL when it passes a moment, by SIGKILL at once, or as the editor closes it. It is opened again after the span. */
export type DownloadStep = { readonly at: number; readonly window: number; readonly lastsMs: number } & (
	{ readonly what: 'doom'; readonly moment: Moment } | { readonly what: 'kill' | 'close' }
);

export interface DownloadPlan {
	readonly tasks: readonly PlannedTask[];
	/** By time. */
	readonly steps: readonly DownloadStep[];
	/** How many results there are. */
	readonly count: number;
	/** From then on no window ends. */
	readonly calmFrom: number;
}

/** What can happen to a response, by name; some of it needs the file. */
const faults: Readonly<Record<string, (size: number, other: () => Buffer) => MediaFault>> = {
	'reset early': () => ({ kind: 'reset', after: 600 }),
	'reset late': (size) => ({ kind: 'reset', after: Math.floor(size * 0.8) }),
	'reset before the first byte': () => ({ kind: 'reset', after: 0 }),
	'cut in chunks': (size) => ({ kind: 'cutChunks', after: Math.floor(size / 2) }),
	stalled: (size) => ({ kind: 'stall', after: Math.floor(size / 3), endsMs: 150 }),
	'range ignored': () => ({ kind: 'whole' }),
	'wrong bytes': () => ({ kind: 'spoiled' }),
	'another file behind the link': (size, other) => ({ kind: 'replace', after: Math.floor(size / 2), by: other() }),
	'link expired': () => ({ kind: 'expire' }),
	'429 with Retry-After': () => ({ kind: 'other', status: 429, body: '', headers: { 'Retry-After': '2' } }),
	'503': () => ({ kind: 'other', status: 503, body: 'busy' }),
	'sign-in page': () => ({ kind: 'other', status: 200, body: '<html><title>Sign in</title></html>' }),
	'JSON under 200': () => ({ kind: 'other', status: 200, body: '{"error":{"message":"try again"}}' }),
};
export const faultNames = Object.keys(faults);

/**
 * The steps of a run, the same for the same arguments.
 * @param count of results
 * @param everyMs how often one is there, on the average, ms of the windows' time
 */
export function downloadPlan(seed: number, count: number, everyMs: number, windows: number): DownloadPlan {
	const draw = new Draw(seed);
	const starts = 5 * second;
	const nextFault = draw.deck(faultNames);
	const tasks: PlannedTask[] = [];
	let left = count;
	for (let at = starts; left > 0; at += draw.between(0.2, 1.8) * everyMs) {
		const id = `${8_700_000 + tasks.length}`;
		const results = Array.from({ length: Math.min(left, draw.one([1, 1, 1, 2, 3])) }, (_, index): PlannedResult => {
			const size = draw.whole(500_000) + 50_000;
			const versions = [mediaFile(`${seed} ${id} ${index}`, size)];
			const other = (): Buffer => {
				const version = mediaFile(`${seed} ${id} ${index} ${versions.length}`, size + draw.whole(1_000));
				versions.push(version);
				return version;
			};
			const drawn = Array.from({ length: draw.one([0, 1, 1, 2, 3]) }, () => faults[nextFault()]?.(size, other) ?? []).flat();
			// A second link that expires at once is one too many: then the result is said to be gone.
			const wrong = drawn.filter(({ kind }, at) => kind !== 'expire' || drawn.findIndex((one) => one.kind === 'expire') === at);
			return { path: `/${id}-${index}.mp4`, versions, faults: wrong };
		});
		left -= results.length;
		at += (results.length - 1) * everyMs;
		tasks.push({ id, finishesAt: at, results });
	}
	const ends = starts + count * everyMs;
	const steps: DownloadStep[] = [];
	const ending = () => ({ window: draw.whole(windows), lastsMs: draw.between(0, 10) * second });
	const nextMoment = draw.deck(downloadMoments);
	for (let index = 0; index < Math.max(downloadMoments.length + 2, (ends - starts) / (20 * second)); index++) {
		steps.push({ at: draw.between(starts, ends), what: 'doom', moment: nextMoment(), ...ending() });
	}
	for (const at of draw.times(starts, ends, 20 * second, 60 * second)) {
		steps.push({ at, what: draw.one(['kill', 'kill', 'close'] as const), ...ending() });
	}
	return { tasks, steps: steps.sort((a, b) => a.at - b.at), count, calmFrom: ends };
}
