import type { PageButton, PageMedia, PageSnapshot } from '../../src/shared/resultProtocol';

/** Snapshots of every state of the page. `media` is the origin that serves the demo's files. */

const save: PageButton = { action: 'save', label: 'Save As…' };
const open: PageButton = { action: 'openInBrowser', label: 'Open in Browser' };
const copy: PageButton = { action: 'copyLink', label: 'Copy Link' };

const last: readonly PageButton[] = [
	{ action: 'rename', label: 'Rename…' },
	{ action: 'copyId', label: 'Copy ID' },
	{ action: 'copyCurl', label: 'Copy as curl' },
	{ action: 'showRawResponse', label: 'Show Raw Response' },
	{ action: 'changeOperation', label: 'Change Operation…' },
	{ action: 'untrack', label: 'Remove from List' },
];

const common = {
	task: { origin: 'https://api.example', id: '910000000000000001' },
	subtitle: 'api.example',
	progressLabel: 'Task progress',
	mediaHeading: 'Results',
	media: [],
	factsHeading: 'Details',
	facts: [
		{ label: 'Operation', value: 'Text to Video (videos/text2video)' },
		{ label: 'Task ID', value: '910000000000000001', copyLabel: 'Copy Task ID' },
		{ label: 'External ID', value: 'spring-campaign-07', copyLabel: 'Copy External ID' },
		{ label: 'API', value: 'api.example' },
		{ label: 'Created', value: 'Mar 3, 2031, 10:15:00 AM' },
		{ label: 'Tracked', value: 'Mar 3, 2031, 10:15:04 AM' },
		{ label: 'Finished', value: 'Mar 3, 2031, 10:18:52 AM' },
		{ label: 'Duration', value: '3 min 52 s' },
		{ label: 'Cost (units)', value: '3.5' },
		{ label: 'Request ID', value: '5c1f0e0a-0000-4000-8000-00000000beef', copyLabel: 'Copy Request ID' },
		{ label: 'Link expires', value: 'Apr 2, 2031, 10:18:52 AM' },
	],
	buttonsLabel: 'Task',
	words: {
		copied: 'Copied',
		actualSize: 'Actual size',
		format: 'Format',
		noAudio: 'VS Code cannot play AAC audio. Open the video in the browser to hear it.',
	},
} as const;

const refresh: PageButton = { action: 'refresh', label: 'Refresh' };
const succeeded = {
	...common,
	title: 'Text to Video',
	state: 'succeeded',
	status: 'Succeeded',
	elapsed: 'took 3 min 52 s',
	buttons: [refresh, ...last],
} as const;
const active = {
	...common,
	title: 'Text to Video',
	state: 'active',
	status: 'Processing',
	elapsed: '2 min elapsed',
	empty: 'The result appears here when the task finishes. You can close this tab; tracking continues.',
	buttons: [{ ...refresh, primary: true }, ...last],
} as const;

export function media(kind: PageMedia['kind'], url: string | undefined, more: Partial<PageMedia> = {}): PageMedia {
	const label = { video: 'Video', image: 'Image', audio: 'Audio' }[kind];
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
			subtitle: 'Text to Video · api.example',
		},
		video: { ...succeeded, mediaHeading: 'Result', media: [media('video', file('dawn.mp4'))] },
		twoVideos: {
			...succeeded,
			title: 'Two takes',
			subtitle: 'Text to Video · api.example',
			media: [media('video', file('dawn.mp4'), { id: 'video a', label: 'Video 1 of 2', buttons: [save, open, copy] }), tide],
		},
		image: { ...succeeded, title: 'Image Generation', mediaHeading: 'Result', media: [media('image', file('valley.png'))] },
		images: {
			...succeeded,
			title: 'Image Generation',
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
			title: 'Text to Audio',
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
			title: 'Image to Video',
			state: 'failed',
			status: 'Failed',
			elapsed: 'took 48 s',
			failure: { heading: 'Reason', text: 'Failure to pass the risk control system' },
			buttons: [refresh, ...last],
		},
		problem: {
			...active,
			problem: { text: 'api.example rejected the API key', button: { action: 'setApiKey', label: 'Set API Key', primary: true } },
			buttons: [refresh, ...last],
		},
		expired: {
			...succeeded,
			mediaHeading: 'Result',
			media: [
				media('video', undefined, {
					notice: 'The link has expired, and no new one is available. Kling keeps results for 30 days.',
					buttons: [{ action: 'refresh', label: 'Try Again', primary: true }, open, copy],
				}),
			],
		},
		parent: {
			...succeeded,
			title: 'Lip Sync',
			mediaHeading: 'Result',
			media: [media('video', file('dawn.mp4'))],
			parent: {
				heading: 'Parent video',
				media: media('video', file('tide.mp4'), { id: 'parent', target: 'parent', label: 'Parent video', buttons: [save, open, copy] }),
			},
		},
	};
}
