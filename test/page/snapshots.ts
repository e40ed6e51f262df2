import type { PageButton, PageMedia, PageSnapshot } from '../../src/shared/resultProtocol';

/** Snapshots of every state of the page. `media` is the origin that serves the demo's files. */

const save: PageButton = { action: 'save', label: 'Save as…' };
const open: PageButton = { action: 'openInBrowser', label: 'Open in browser' };
const copy: PageButton = { action: 'copyLink', label: 'Copy link' };

const last: readonly PageButton[] = [
	{ action: 'rename', label: 'Rename…' },
	{ action: 'copyId', label: 'Copy id' },
	{ action: 'copyCurl', label: 'Copy as curl' },
	{ action: 'showRawResponse', label: 'Show raw answer' },
	{ action: 'changeOperation', label: 'Change operation…' },
	{ action: 'untrack', label: 'Untrack' },
];

const common = {
	task: { origin: 'https://api.example', id: '910000000000000001' },
	subtitle: 'api.example',
	progressLabel: 'Progress of the task',
	mediaHeading: 'Results',
	media: [],
	factsHeading: 'Details',
	facts: [
		{ label: 'Operation', value: 'Text to video (videos/text2video)' },
		{ label: 'Task id', value: '910000000000000001', copyLabel: 'Copy task id' },
		{ label: 'External id', value: 'spring-campaign-07', copyLabel: 'Copy external id' },
		{ label: 'API', value: 'api.example' },
		{ label: 'Created', value: 'Mar 3, 2031, 10:15:00 AM' },
		{ label: 'Tracked', value: 'Mar 3, 2031, 10:15:04 AM' },
		{ label: 'Ended', value: 'Mar 3, 2031, 10:18:52 AM' },
		{ label: 'Took', value: '3 min 52 s' },
		{ label: 'Units deducted', value: '3.5' },
		{ label: 'Request id', value: '5c1f0e0a-0000-4000-8000-00000000beef', copyLabel: 'Copy request id' },
		{ label: 'Link expires', value: 'Apr 2, 2031, 10:18:52 AM' },
	],
	buttonsLabel: 'Task',
	words: {
		copied: 'Copied',
		actualSize: 'Actual size',
		format: 'Format',
		noSound: 'This editor plays video without AAC sound. The browser plays both.',
	},
} as const;

const refresh: PageButton = { action: 'refresh', label: 'Refresh' };
const succeeded = {
	...common,
	title: 'Text to video',
	state: 'succeeded',
	status: 'Succeeded',
	elapsed: 'took 3 min 52 s',
	buttons: [refresh, ...last],
} as const;
const active = {
	...common,
	title: 'Text to video',
	state: 'active',
	status: 'Processing',
	elapsed: 'for 2 min',
	empty: 'What the task produces is shown here as soon as it ends. You can close this tab: the task is watched all the same.',
	buttons: [{ ...refresh, primary: true }, ...last],
} as const;

export function media(kind: PageMedia['kind'], url: string | undefined, more: Partial<PageMedia> = {}): PageMedia {
	const label = { video: 'Video', image: 'Image', audio: 'Sound' }[kind];
	return {
		id: `${kind} 0`,
		target: 0,
		kind,
		label,
		caption: '5 s',
		buttons: [{ ...save, primary: true }, open, copy],
		...(url === undefined ? {} : { url }),
		...more,
	};
}

export function snapshots(origin: string): Readonly<Record<string, PageSnapshot>> {
	const file = (name: string): string => `${origin}/${name}`;
	const tide = media('video', file('tide.mp4'), {
		id: 'video b',
		target: 1,
		label: 'Video 2 of 2',
		caption: '10 s',
		buttons: [save, open, copy],
	});
	return {
		active: { ...active, progress: 0.3 },
		activeUnknown: {
			...active,
			title: 'Ein langer Name: die Straßenbahn fährt im Regen durch die Stadt, Aufnahme 7',
			subtitle: 'Text to video · api.example',
		},
		video: { ...succeeded, mediaHeading: 'Result', media: [media('video', file('dawn.mp4'))] },
		twoVideos: {
			...succeeded,
			title: 'Two takes',
			subtitle: 'Text to video · api.example',
			media: [media('video', file('dawn.mp4'), { id: 'video a', label: 'Video 1 of 2', buttons: [save, open, copy] }), tide],
		},
		image: { ...succeeded, title: 'Image generation', mediaHeading: 'Result', media: [media('image', file('valley.png'))] },
		images: {
			...succeeded,
			title: 'Image generation',
			media: [0, 1, 2, 3].map((index) =>
				media('image', file(index % 2 === 0 ? 'valley.png' : 'bloom.png'), {
					id: `image ${index}`,
					target: index,
					label: `Image ${index + 1} of 4`,
					buttons: [save, open, copy],
				}),
			),
		},
		audio: {
			...succeeded,
			title: 'Text to audio',
			mediaHeading: 'Result',
			media: [
				media('audio', file('chord.mp3'), {
					formats: [
						{ label: 'MP3', url: file('chord.mp3') },
						{ label: 'WAV', url: file('chord.wav') },
					],
				}),
			],
		},
		failed: {
			...common,
			title: 'Image to video',
			state: 'failed',
			status: 'Failed',
			elapsed: 'took 48 s',
			failure: { heading: 'Why it failed', text: 'Failure to pass the risk control system' },
			buttons: [refresh, ...last],
		},
		problem: {
			...active,
			problem: { text: 'api.example rejected the API key', button: { action: 'setApiKey', label: 'Set API key', primary: true } },
			buttons: [refresh, ...last],
		},
		expired: {
			...succeeded,
			mediaHeading: 'Result',
			media: [
				media('video', undefined, {
					notice: 'The link has expired or no longer works, and there is no other. Kling keeps results for 30 days.',
					buttons: [{ action: 'refresh', label: 'Try again', primary: true }, open, copy],
				}),
			],
		},
		parent: {
			...succeeded,
			title: 'Lip sync',
			mediaHeading: 'Result',
			media: [media('video', file('dawn.mp4'))],
			parent: {
				heading: 'Parent video',
				media: media('video', file('tide.mp4'), { id: 'parent', target: 'parent', label: 'Parent video', buttons: [save, open, copy] }),
			},
		},
	};
}
