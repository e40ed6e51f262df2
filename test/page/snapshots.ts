import type { PageButton, PageKeeping, PageMedia, PageSnapshot, PageSound } from '../../src/shared/resultProtocol';

/** Snapshots of every state of the page. `media` is the origin that serves the demo's files. */

const save: PageButton = { action: 'save', label: 'Save As…' };
const open: PageButton = { action: 'openInBrowser', label: 'Open in Browser' };
const copy: PageButton = { action: 'copyLink', label: 'Copy Link' };
const refresh: PageButton = { action: 'refresh', label: 'Refresh' };
const rename: PageButton = { action: 'rename', label: 'Rename…' };
const copyId: PageButton = { action: 'copyId', label: 'Copy ID' };

const rest: readonly PageButton[] = [
	{ action: 'copyCurl', label: 'Copy as curl' },
	{ action: 'showRawResponse', label: 'Show Raw Response' },
	{ action: 'changeOperation', label: 'Change Operation…' },
	{ action: 'untrack', label: 'Remove from List' },
];

/** The actions of one media. */
function actionsOf(media: PageMedia['target'], primary = false): readonly PageButton[] {
	return [
		{ ...save, media, primary },
		{ ...open, media },
		{ ...copy, media },
	];
}

const keptPath = '/home/kim/Films/kling-results/2031-03-03-a-fox-in-the-snow-that-looks-back-1.mp4';

function kept(media: number): PageKeeping {
	return {
		state: 'kept',
		text: 'Saved',
		path: keptPath,
		buttons: [
			{ action: 'revealFile', label: 'Reveal in File Manager', media },
			{ action: 'openFile', label: 'Open in Default App', media },
			{ action: 'copyPath', label: 'Copy Path', media },
			{ action: 'copyMarkdown', label: 'Copy as Markdown', media },
		],
	};
}

/** A sound that no browser decodes. */
function unheard(media: number): PageSound {
	return {
		codec: 'none.1',
		notice: 'VS Code cannot play the sound of this file (AAC). The default app can.',
		button: { action: 'openFile', label: 'Open in Default App', media },
	};
}

function again(media: number): PageButton {
	return { action: 'keepAgain', label: 'Keep Again', media };
}

function cancel(media: number): PageButton {
	return { action: 'cancelSaving', label: 'Cancel Saving', media };
}

const common = {
	task: { origin: 'https://api.example', id: '910000000000000001' },
	key: 'https://api.example 910000000000000001',
	summary: { before: [], after: ['api.example'] },
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
	buttonsLabel: 'Actions',
	words: {
		copied: 'Copied',
		actualSize: 'Actual Size',
		format: 'Format',
		noAudio: 'VS Code cannot play AAC audio. Open the video in the browser to hear it.',
		enlarge: 'Enlarge',
		previous: 'Previous',
		next: 'Next',
		close: 'Close',
		more: 'More Actions…',
	},
} as const;

const succeeded = {
	...common,
	title: 'Text to Video 000001',
	state: 'succeeded',
	status: 'Succeeded',
	summary: { before: [], after: ['5 s', '3.5 units', '10 min ago'] },
	buttons: actionsOf(0, true),
	menu: [refresh, rename, copyId, ...rest],
} as const;
/** A task that is not expected to change by itself. */
const stopped = {
	...common,
	title: 'Text to Video 000001',
	state: 'stopped',
	lastChecked: 'Last checked 5 s ago',
	checkNow: { action: 'refresh', label: 'Check Now' },
	buttons: [copyId, rename],
	menu: rest,
} as const;
const active = {
	...stopped,
	state: 'running',
	status: 'about 40 s left · Processing',
	progress: { value: 0.3, label: 'Estimated progress', text: 'about 40 s left' },
	empty: 'The result appears here when the task finishes. You can close this tab; tracking continues.',
} as const;

export function media(kind: PageMedia['kind'], url: string | undefined, more: Partial<PageMedia> = {}): PageMedia {
	const label = { video: 'Video', image: 'Image', audio: 'Audio' }[kind];
	return {
		id: `${kind} 0`,
		target: 0,
		kind,
		label,
		caption: '5 s',
		buttons: [],
		...(url === undefined ? {} : { url }),
		...more,
	};
}

export function snapshots(origin: string): Readonly<Record<string, PageSnapshot>> {
	const file = (name: string): string => `${origin}/${name}`;
	const images = (...names: readonly string[]): readonly PageMedia[] =>
		names.map((name, index) =>
			media('image', file(name), {
				id: `image ${index} of ${names.join(' ')}`,
				target: index,
				label: `Image ${index + 1} of ${names.length}`,
				buttons: actionsOf(index),
			}),
		);
	const parentOf = (buttons: readonly PageButton[]): NonNullable<PageSnapshot['parent']> => ({
		heading: 'Before',
		media: media('video', file('tide.mp4'), { id: 'parent', target: 'parent', label: 'Parent video', name: 'Before', buttons }),
	});
	const several = { buttons: [{ ...save, primary: true }] };
	return {
		active,
		activeUnknown: {
			...active,
			title: 'Ein langer Name: die Straßenbahn fährt im Regen durch die Stadt, Aufnahme 7',
			summary: { before: ['Text to Video'], after: [] },
			status: 'Waiting for first check',
			progress: { label: 'Progress', text: 'Waiting for first check' },
		},
		video: { ...succeeded, mediaHeading: 'Result', media: [media('video', file('dawn.mp4'))] },
		portrait: {
			...succeeded,
			title: 'Spring campaign, shot 07',
			summary: { before: ['Text to Video'], after: ['5 s', '3.5 units', '10 min ago'] },
			mediaHeading: 'Result',
			media: [media('video', file('portrait.mp4'), { id: 'video portrait' })],
		},
		twoVideos: {
			...succeeded,
			...several,
			title: 'Two takes',
			summary: { before: ['Text to Video'], after: ['2 videos', '7 units', '10 min ago'] },
			media: [
				media('video', file('dawn.mp4'), { id: 'video a', label: 'Video 1 of 2', buttons: actionsOf(0) }),
				media('video', file('tide.mp4'), {
					id: 'video b',
					target: 1,
					label: 'Video 2 of 2',
					caption: '10 s',
					buttons: actionsOf(1),
				}),
			],
		},
		kept: {
			...succeeded,
			mediaHeading: 'Result',
			media: [media('video', file('kept/ranges/dawn.mp4'), { isFile: true, keeping: kept(0) })],
		},
		saving: {
			...succeeded,
			mediaHeading: 'Result',
			media: [media('video', file('dawn.mp4'), { keeping: { state: 'saving', text: 'Saving 43 %', buttons: [cancel(0)] } })],
		},
		notSaved: {
			...succeeded,
			mediaHeading: 'Result',
			media: [
				media('video', file('dawn.mp4'), {
					keeping: {
						state: 'trouble',
						text: 'The disk is full. Nothing was saved. Free some space or save elsewhere.',
						buttons: [again(0)],
					},
				}),
			],
		},
		missing: {
			...succeeded,
			mediaHeading: 'Result',
			media: [
				media('video', file('dawn.mp4'), {
					keeping: {
						state: 'trouble',
						text: 'The saved file was moved or deleted.',
						path: keptPath,
						buttons: [{ action: 'locateFile', label: 'Locate…', media: 0 }, again(0)],
					},
				}),
			],
		},
		silent: {
			...succeeded,
			mediaHeading: 'Result',
			media: [media('video', file('kept/ranges/dawn.mp4'), { isFile: true, keeping: kept(0), sound: unheard(0) })],
		},
		keptSeveral: {
			...succeeded,
			...several,
			title: 'Two takes',
			summary: { before: ['Text to Video'], after: ['2 videos', '7 units', '10 min ago'] },
			media: [
				media('video', file('kept/ranges/dawn.mp4'), {
					id: 'video kept a',
					label: 'Video 1 of 2',
					isFile: true,
					keeping: kept(0),
					sound: unheard(0),
					buttons: kept(0).buttons,
				}),
				media('video', file('tide.mp4'), {
					id: 'video kept b',
					target: 1,
					label: 'Video 2 of 2',
					keeping: { state: 'saving', text: 'Saving 43 %', buttons: [cancel(1)] },
					buttons: actionsOf(1),
				}),
			],
		},
		keptImages: {
			...succeeded,
			...several,
			title: 'Image Generation 000001',
			summary: { before: [], after: ['4 images', '4 units', '10 min ago'] },
			media: images('valley.png', 'bloom.png', 'valley.png', 'bloom.png').map((one, index) =>
				index === 2
					? { ...one, keeping: { state: 'trouble', text: 'The saved file was moved or deleted.', buttons: [again(2)] } }
					: { ...one, id: `kept ${one.id}`, keeping: kept(index), buttons: kept(index).buttons },
			),
		},
		image: {
			...succeeded,
			title: 'Image Generation 000001',
			summary: { before: [], after: ['1 units', '10 min ago'] },
			mediaHeading: 'Result',
			media: [media('image', file('valley.png'))],
		},
		images: {
			...succeeded,
			...several,
			title: 'Image Generation 000001',
			summary: { before: [], after: ['4 images', '4 units', '10 min ago'] },
			media: images('valley.png', 'bloom.png', 'valley.png', 'bloom.png'),
		},
		nineImages: {
			...succeeded,
			...several,
			title: 'Image Generation 000001',
			summary: { before: [], after: ['9 images', '9 units', '10 min ago'] },
			media: images(...Array.from({ length: 9 }, (_one, index) => (index % 2 === 0 ? 'valley.png' : 'bloom.png'))),
		},
		mixedImages: {
			...succeeded,
			...several,
			title: 'Image Generation 000001',
			summary: { before: [], after: ['5 images', '5 units', '10 min ago'] },
			media: images('wide.svg', 'tall.svg', 'valley.png', 'tall.svg', 'wide.svg'),
		},
		audio: {
			...succeeded,
			title: 'Text to Audio 000001',
			mediaHeading: 'Result',
			media: [
				media('audio', file('chord.mp3'), {
					formats: [
						{ label: 'MP3', url: file('chord.mp3') },
						{ label: 'WAV', url: file('chord.wav') },
					],
				}),
			],
			buttons: [
				{ action: 'save', label: 'Save as MP3…', media: 0, format: 0, primary: true },
				{ action: 'save', label: 'Save as WAV…', media: 0, format: 1 },
				...actionsOf(0).slice(1),
			],
		},
		failed: {
			...common,
			title: 'Image to Video 000001',
			summary: { before: [], after: ['10 min ago'] },
			state: 'failed',
			status: 'Failed',
			failure: {
				heading: 'Reason',
				text: 'Failure to pass the risk control system',
				copyLabel: 'Copy Reason',
				adviceHeading: 'What you can do',
				advice: [
					'Kling’s content review refused the prompt, an input or the result. Change the prompt or the image, then create a new task.',
					'The API reports that no units were deducted.',
				],
				buttons: [],
			},
			buttons: [copyId, rename],
			menu: [refresh, ...rest],
		},
		outOfCredit: {
			...common,
			title: 'Image to Video 000001',
			summary: { before: [], after: ['10 min ago'] },
			state: 'failed',
			status: 'Failed',
			failure: {
				heading: 'Reason',
				text: 'Account balance not enough',
				copyLabel: 'Copy Reason',
				adviceHeading: 'What you can do',
				advice: ['The account is out of credit. Add credit in the API console, then create a new task.'],
				buttons: [{ action: 'openConsole', label: 'Open API Console' }],
			},
			buttons: [copyId, rename],
			menu: [refresh, ...rest],
		},
		problem: {
			...stopped,
			status: 'API key rejected',
			problem: {
				text: 'api.example rejected the API key. Set another key to resume tracking.',
				button: { action: 'setApiKey', label: 'Set API Key', primary: true },
			},
		},
		notFound: {
			...stopped,
			status: 'not found: change the operation or API key',
			lastChecked: 'Last checked 10 s ago: not found',
			problem: {
				text: 'Not found under this operation. Checking again. Change the operation, or set the API key that created the task.',
				button: { action: 'changeOperation', label: 'Change Operation…', primary: true },
			},
		},
		expired: {
			...succeeded,
			mediaHeading: 'Result',
			media: [media('video', undefined, { notice: 'The API no longer has this result.' })],
			buttons: [{ action: 'refresh', label: 'Try Again', media: 0, primary: true }, ...actionsOf(0).slice(1, 2)],
			menu: [rename, copyId, ...rest],
			facts: common.facts.slice(0, -1),
		},
		parent: {
			...succeeded,
			title: 'Lip Sync 000001',
			mediaHeading: 'Result',
			media: [media('video', file('dawn.mp4'), { name: 'After' })],
			parent: parentOf([{ action: 'openParentTask', label: 'Open Parent Task' }, ...actionsOf('parent')]),
		},
		sound: {
			...succeeded,
			title: 'Video to Audio 000001',
			mediaHeading: 'Result',
			media: [media('audio', file('chord.mp3'), { name: 'After' })],
			parent: parentOf(actionsOf('parent')),
		},
	};
}
