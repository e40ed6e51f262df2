// What can be made of what: every pair of operations, and every condition at its edges.
import assert from 'node:assert/strict';
import type { MediaKind } from '../../../src/core/media';
import { operationKey, operations, parseOperationPath } from '../../../src/core/operation';
import {
	materialsOf,
	nextOperations,
	parentMaterial,
	type MadeFacts,
	type Material,
	type NextOperation,
	type NextSituation,
} from '../../../src/core/nextOperations';
import { taskKey, type FinishedTask } from '../../../src/core/task';

const second = 1000;
const hour = 3_600_000;
const day = 24 * hour;
const now = Date.UTC(2026, 10, 20, 12);
const origin = 'https://gateway.example';
const situation: NextSituation = { now, origin };

const links: Readonly<Record<MediaKind, string>> = {
	video: 'https://media.example/v.mp4',
	image: 'https://media.example/i.png',
	audio: 'https://media.example/a.mp3',
};

/** A task of yesterday with one result of 5 s. */
function task(key: string, kind: MediaKind | undefined, more: Partial<FinishedTask> = {}): FinishedTask {
	const ref = { origin, ...(parseOperationPath(key) ?? assert.fail()), id: '811000000000000001' };
	return {
		key: taskKey(ref),
		ref,
		trackedAt: now - day - hour,
		status: 'succeeded',
		finishedAt: now - day + hour,
		results: kind === undefined ? [] : [{ kind, url: links[kind], id: '822000000000000002', durationSeconds: 5 }],
		...more,
	};
}

/** What one result can do: one character for each operation. */
const marks: Readonly<Record<string, string>> = { retired: 'r', first: '1', madeBy: 'm' };
function markOf(next: NextOperation | undefined): string {
	if (next === undefined) {
		return '.';
	}
	const { refusal, fields } = next;
	return refusal === undefined ? (fields.at(-1)?.piece ?? '?').charAt(0) : (marks[refusal.code] ?? '?');
}

/** The columns, in this order: i by its ID, l by its link, s or f (face) by its session, . nothing of it; r, 1 (a call first), m: why not. */
const columns = [
	'videos/text2video',
	'videos/image2video',
	'videos/multi-image2video',
	'videos/effects',
	'videos/lip-sync',
	'videos/multi-elements',
	'images/generations',
	'images/kolors-virtual-try-on',
	'audio/text-to-audio',
	'audio/video-to-audio',
	'videos/omni-video',
	'videos/video-extend',
	'videos/advanced-lip-sync',
	'videos/avatar/image2video',
	'videos/motion-control',
	'images/omni-image',
	'images/multi-image2image',
	'images/editing/expand',
	'audio/tts',
	'videos/identify-face',
	'videos/multi-elements/init-selection',
	'videos/multi-elements/add-selection',
	'videos/multi-elements/clear-selection',
	'videos/multi-elements/preview-selection',
];
const matrix: readonly (readonly [from: string, result: MediaKind | undefined, to: string])[] = [
	['videos/text2video', 'video', '....i1...ili1.l....ii...'],
	['videos/image2video', 'video', '....i1...ili1.l....ii...'],
	['videos/multi-image2video', 'video', '....i1...ilm1.l....ii...'],
	['videos/effects', 'video', '....i1...ilm1.l....ii...'],
	['videos/lip-sync', 'video', '....i1...ilm1.l....ii...'],
	['videos/multi-elements', 'video', '....i1...ilm1.l....ii...'],
	['images/generations', 'image', '.lrl.lll..l..lllll......'],
	['images/kolors-virtual-try-on', 'image', '.lrl.lll..l..lllll......'],
	['audio/text-to-audio', 'audio', '....l.......ll..........'],
	['audio/video-to-audio', 'audio', '....l.......ll..........'],
	['audio/video-to-audio', 'video', '....i1...ilm1.l....ii...'],
	['videos/omni-video', 'video', '....i1...ilm1.l....ii...'],
	['videos/video-extend', 'video', '....i1...ili1.l....ii...'],
	['videos/advanced-lip-sync', 'video', '....i1...ilm1.l....ii...'],
	['videos/avatar/image2video', 'video', '....i1...ilm1.l....ii...'],
	['videos/motion-control', 'video', '....i1...ilm1.l....ii...'],
	['images/omni-image', 'image', '.lrl.lll..l..lllll......'],
	['images/multi-image2image', 'image', '.lrl.lll..l..lllll......'],
	['images/editing/expand', 'image', '.lrl.lll..l..lllll......'],
	['audio/tts', 'audio', '....l.......ii..........'],
	['videos/identify-face', undefined, '............f...........'],
	['videos/multi-elements/init-selection', undefined, '.....s...............sss'],
	['videos/multi-elements/add-selection', undefined, '.....s...............sss'],
	['videos/multi-elements/clear-selection', undefined, '.....s...............sss'],
	['videos/multi-elements/preview-selection', undefined, '.....s...............sss'],
];

const video: Material = {
	kind: 'video',
	madeBy: { action: 'videos', action2: 'text2video' },
	origin,
	taskId: '811000000000000001',
	id: '822000000000000002',
	url: links.video,
	seconds: 5,
	finishedAt: now - day,
};
const image: Material = { ...video, kind: 'image', url: links.image, madeBy: { action: 'images', action2: 'generations' } };
const sound: Material = { ...video, kind: 'audio', url: links.audio, madeBy: { action: 'audio', action2: 'tts' } };
const faces: Material = { kind: 'faces', origin, session: '833000000000000003', face: '7', finishedAt: now - hour };
const selection: Material = { kind: 'selection', origin, session: '844000000000000004', finishedAt: now - hour };

function to(key: string, materials: Material | readonly Material[], when: NextSituation = situation): NextOperation {
	const all = nextOperations(Array.isArray(materials) ? (materials as readonly Material[]) : [materials as Material], when);
	return all.find((next) => next.key === key) ?? assert.fail(`${key} has nothing to do with it`);
}
/** The material without what is not known of it. */
function without(material: Material, field: keyof Material): Material {
	return Object.fromEntries(Object.entries(material).filter(([name]) => name !== field)) as unknown as Material;
}
const refusal = (key: string, materials: Material | readonly Material[], when?: NextSituation): unknown => to(key, materials, when).refusal;
const filled = ({ fields }: NextOperation): Readonly<Record<string, string | undefined>> =>
	Object.fromEntries(fields.map(({ path, value }) => [path.join('.'), value]));

describe('what can be made of a result', () => {
	it('is known of every operation of the catalogue, and of the calls around them', () => {
		const known = operations.map((operation) => operationKey(operation));
		assert.deepEqual(columns.slice(0, 19).toSorted(), known.toSorted());
		assert.deepEqual([...new Set(matrix.map(([from]) => from))].toSorted(), columns.toSorted());
		assert.equal(columns.length, 24);
	});

	for (const [from, kind, expected] of matrix) {
		it(`${from}${kind === undefined ? '' : ` (${kind})`} to each of them`, () => {
			const found = nextOperations(materialsOf(task(from, kind)), situation);
			assert.equal(columns.map((key) => markOf(found.find((next) => next.key === key))).join(''), expected);
			assert.equal(found.length, expected.replaceAll('.', '').length, 'each once, and no other');
		});
	}

	it('is nothing of a task that failed, or of results of several kinds together', () => {
		assert.deepEqual(materialsOf(task('videos/text2video', 'video', { status: 'failed' })), []);
		assert.deepEqual(nextOperations([], situation), []);
		assert.deepEqual(nextOperations([video, sound], situation), []);
	});
});

describe('the fields that are filled in', () => {
	const cases: readonly (readonly [key: string, Material | readonly Material[], Readonly<Record<string, string>>, string?])[] = [
		['audio/video-to-audio', video, { video_id: '822000000000000002' }, 'video_url'],
		['videos/identify-face', video, { video_id: '822000000000000002' }, 'video_url'],
		['videos/lip-sync', video, { 'input.task_id': '811000000000000001', 'input.video_id': '822000000000000002' }, 'input.video_url'],
		['videos/multi-elements/init-selection', video, { task_id: '811000000000000001', video_id: '822000000000000002' }, 'video_url'],
		['videos/video-extend', video, { video_id: '822000000000000002' }],
		['videos/omni-video', video, { 'video_list.0.video_url': 'https://media.example/v.mp4' }],
		['videos/motion-control', video, { video_url: 'https://media.example/v.mp4' }],
		['videos/image2video', image, { image: 'https://media.example/i.png' }],
		[
			'videos/image2video',
			[image, { ...image, url: `${links.image}?2` }],
			{
				image: 'https://media.example/i.png',
				image_tail: 'https://media.example/i.png?2',
			},
		],
		[
			'videos/omni-video',
			[image, { ...image, url: `${links.image}?2` }],
			{
				'image_list.0.image_url': 'https://media.example/i.png',
				'image_list.1.image_url': 'https://media.example/i.png?2',
			},
		],
		['videos/avatar/image2video', image, { image: 'https://media.example/i.png' }],
		['videos/motion-control', image, { image_url: 'https://media.example/i.png' }],
		['videos/effects', image, { 'input.image': 'https://media.example/i.png' }],
		[
			'videos/effects',
			[image, image],
			{
				'input.images.0': 'https://media.example/i.png',
				'input.images.1': 'https://media.example/i.png',
			},
		],
		['images/generations', image, { image: 'https://media.example/i.png' }],
		['images/omni-image', image, { 'image_list.0.image': 'https://media.example/i.png' }],
		['images/multi-image2image', image, { 'subject_image_list.0.subject_image': 'https://media.example/i.png' }],
		['images/editing/expand', image, { image: 'https://media.example/i.png' }],
		['images/kolors-virtual-try-on', image, { human_image: 'https://media.example/i.png' }],
		['videos/multi-elements', image, { 'image_list.0.image': 'https://media.example/i.png' }],
		['videos/avatar/image2video', sound, { audio_id: '822000000000000002' }, 'sound_file'],
		['videos/advanced-lip-sync', sound, { 'face_choose.0.audio_id': '822000000000000002' }, 'face_choose.0.sound_file'],
		['videos/lip-sync', sound, { 'input.audio_url': 'https://media.example/a.mp3' }],
		['videos/advanced-lip-sync', faces, { session_id: '833000000000000003', 'face_choose.0.face_id': '7' }],
		['videos/multi-elements/add-selection', selection, { session_id: '844000000000000004' }],
		['videos/multi-elements/preview-selection', selection, { session_id: '844000000000000004' }],
		['videos/multi-elements/clear-selection', selection, { session_id: '844000000000000004' }],
		['videos/multi-elements', selection, { session_id: '844000000000000004' }],
	];
	for (const [key, materials, fields, byLink] of cases) {
		it(`of ${key}: ${Object.keys(fields).join(', ')}`, () => {
			const next = to(key, materials);
			assert.deepEqual(filled(next), fields);
			assert.deepEqual(
				next.byLink.map(({ path }) => path.join('.')),
				byLink === undefined ? [] : [byLink],
			);
		});
	}

	it('have a link as it was sent, percent-encoded only where it could be something else', () => {
		const url = 'https://media.example/a%7E.mp4?Signature=a~b_c-d|e&Key=%2F';
		assert.deepEqual(filled(to('videos/motion-control', { ...video, url })), { video_url: url });
		assert.deepEqual(filled(to('videos/motion-control', { ...video, url: 'https://media.example/ü\u202e"\n.mp4' })), {
			video_url: 'https://media.example/%C3%BC%E2%80%AE%22.mp4',
		});
	});

	it('are left to the person where a response was not read', () => {
		const unread = without(selection, 'session');
		assert.deepEqual(filled(to('videos/multi-elements', unread)), { session_id: undefined });
	});
});

describe('until when', () => {
	it('30 days after its task an ID, at its own end a link, 24 hours a session', () => {
		assert.equal(to('audio/video-to-audio', video).until, now + 29 * day);
		assert.equal(to('videos/motion-control', video).until, now + 29 * day);
		const signed = { ...video, url: `https://media.example/v.mp4?Expires=${(now + hour) / second}&Signature=x` };
		assert.equal(to('videos/motion-control', signed).until, now + hour);
		assert.equal(to('audio/video-to-audio', signed).until, now + 29 * day);
		assert.equal(to('videos/advanced-lip-sync', faces).until, now + 23 * hour);
		assert.equal(to('videos/multi-elements', selection).until, now + 23 * hour);
	});

	it('of several it is the earliest', () => {
		assert.equal(to('videos/omni-video', [image, { ...image, finishedAt: now - 20 * day }]).until, now + 10 * day);
	});

	it('it is not known of a video that another task made', () => {
		const parent = parentMaterial({ ref: task('videos/lip-sync', 'video').ref, parentVideo: { id: '855', url: links.video } });
		assert.ok(parent);
		assert.equal(to('audio/video-to-audio', parent).until, undefined);
		assert.equal(parentMaterial({ ref: task('videos/lip-sync', 'video').ref }), undefined);
	});

	it('it is counted by the clock of the server that finished it', () => {
		const [material] = materialsOf(task('videos/text2video', 'video', { updatedAt: now - 2 * day }));
		assert.equal(material?.finishedAt, now - 2 * day);
	});

	it('afterwards it is refused', () => {
		const at = (age: number, of: Material): Material => ({ ...of, finishedAt: now - age });
		assert.equal(refusal('videos/video-extend', at(30 * day - 1, video)), undefined);
		assert.deepEqual(refusal('videos/video-extend', at(30 * day, video)), { code: 'tooOld', what: 'result', at: now });
		assert.deepEqual(refusal('audio/video-to-audio', at(31 * day, video)), { code: 'tooOld', what: 'result', at: now - day });
		assert.equal(refusal('videos/multi-elements', at(24 * hour - 1, selection)), undefined);
		assert.deepEqual(refusal('videos/multi-elements', at(24 * hour, selection)), { code: 'tooOld', what: 'session', at: now });
		assert.deepEqual(refusal('videos/advanced-lip-sync', at(25 * hour, faces)), { code: 'tooOld', what: 'session', at: now - hour });
		const expired = { ...image, url: `https://media.example/i.png?Expires=${(now - hour) / second}&Signature=x` };
		assert.deepEqual(refusal('videos/image2video', expired), { code: 'linkExpired', at: now - hour });
	});
});

describe('the length', () => {
	const cases: readonly (readonly [key: string, Material, possible: readonly number[], refused: readonly number[]])[] = [
		['audio/video-to-audio', video, [3, 5.1, 20.4], [2, 21, 60]],
		['videos/identify-face', video, [2, 60], [1, 61]],
		['videos/omni-video', video, [3, 15.04], [2, 16]],
		['videos/motion-control', video, [3, 30], [2, 31]],
		['videos/lip-sync', video, [5, 5.1, 5.041, 10.1], [4, 7, 15, 3]],
		['videos/multi-elements/init-selection', video, [2, 5.5, 7, 10.5], [6, 11, 1]],
		['videos/video-extend', video, [5, 180], [181]],
		['videos/avatar/image2video', sound, [2, 300], [1, 301]],
		['videos/advanced-lip-sync', sound, [2, 60], [1, 61]],
		['videos/lip-sync', sound, [1, 500], []],
	];
	for (const [key, material, possible, refused] of cases) {
		it(`of ${material.kind} for ${key}: ${possible.join(', ')} s, not ${refused.join(', ')} s`, () => {
			for (const seconds of possible) {
				assert.equal(refusal(key, { ...material, seconds }), undefined, String(seconds));
			}
			for (const seconds of refused) {
				assert.equal((refusal(key, { ...material, seconds }) as { code: string } | undefined)?.code, 'seconds', String(seconds));
			}
		});
	}

	it('names what is taken, and what it is', () => {
		assert.deepEqual(refusal('videos/lip-sync', { ...video, seconds: 15 }), {
			code: 'seconds',
			seconds: 15,
			ranges: [
				[5, 5],
				[10, 10],
			],
		});
	});

	it('that is not known refuses nothing, and is said', () => {
		const unknown = without(video, 'seconds');
		assert.equal(refusal('videos/lip-sync', unknown), undefined);
		assert.deepEqual(to('audio/video-to-audio', unknown).notes, [{ code: 'secondsUnknown', ranges: [[3, 20]] }]);
		assert.deepEqual(to('audio/video-to-audio', video).notes, []);
	});

	it('is the one that was requested, where the response has none, of a video made here', () => {
		const made: MadeFacts = { seconds: 10, model: 'kling-v3' };
		const bare = task('videos/text2video', 'video', { results: [{ kind: 'video', url: links.video }] });
		assert.deepEqual(
			materialsOf(bare, made).map(({ seconds, model }) => [seconds, model]),
			[[10, 'kling-v3']],
		);
		assert.equal(materialsOf(task('videos/text2video', 'video'), made)[0]?.seconds, 5);
	});
});

describe('the model and the operation', () => {
	it('Video Extension takes only videos of the V1 models, and Kling no longer offers it for those that it has switched off', () => {
		const of = (model: string): unknown => refusal('videos/video-extend', { ...video, model });
		const instead = ['videos/omni-video', 'videos/image2video'];
		assert.deepEqual(of('kling-v1'), { code: 'retired', model: 'kling-v1', instead });
		assert.deepEqual(of('kling-v1-5'), { code: 'retired', model: 'kling-v1-5', instead });
		assert.equal(of('kling-v1-6'), undefined);
		assert.deepEqual(of('kling-v3'), { code: 'model', model: 'kling-v3', models: ['kling-v1', 'kling-v1-5', 'kling-v1-6'] });
		assert.deepEqual(to('videos/video-extend', video).notes, [
			{ code: 'modelUnknown', models: ['kling-v1', 'kling-v1-5', 'kling-v1-6'] },
			{ code: 'retiring' },
		]);
		assert.deepEqual(to('videos/video-extend', { ...video, model: 'kling-v1-6' }).notes, [{ code: 'retiring' }]);
	});

	it('it extends what three operations made, and what nobody knows the operation of', () => {
		assert.deepEqual(refusal('videos/video-extend', { ...video, madeBy: { action: 'videos', action2: 'effects' } }), {
			code: 'madeBy',
			operations: ['videos/text2video', 'videos/image2video', 'videos/video-extend'],
		});
		const unknown = without(video, 'madeBy');
		assert.equal(refusal('videos/video-extend', unknown), undefined);
	});

	it('Kling no longer offers videos of several images: another operation does the same', () => {
		assert.deepEqual(refusal('videos/multi-image2video', image), {
			code: 'retired',
			instead: ['videos/omni-video', 'videos/image2video'],
		});
	});

	it('a video is prepared by a call before its lips or parts are changed', () => {
		assert.deepEqual(refusal('videos/advanced-lip-sync', video), { code: 'first', first: 'videos/identify-face' });
		assert.deepEqual(refusal('videos/multi-elements', video), { code: 'first', first: 'videos/multi-elements/init-selection' });
	});
});

describe('several images', () => {
	const many = (count: number): readonly Material[] => Array.from({ length: count }, () => image);
	it('are taken together by operations that take several, as many as they take', () => {
		const most: Readonly<Record<string, number>> = {
			'videos/image2video': 2,
			'videos/omni-video': 7,
			'videos/effects': 2,
			'images/omni-image': 10,
			'images/multi-image2image': 4,
			'videos/multi-elements': 2,
		};
		for (const [key, limit] of Object.entries(most)) {
			assert.equal(refusal(key, many(limit)), undefined, key);
			assert.deepEqual(refusal(key, many(limit + 1)), { code: 'tooMany', count: limit + 1, most: limit }, key);
		}
	});

	it('are nothing to the others', () => {
		assert.deepEqual(
			nextOperations(many(2), situation).map(({ key }) => key),
			[
				'videos/image2video',
				'videos/omni-video',
				'videos/effects',
				'images/omni-image',
				'images/multi-image2image',
				'videos/multi-elements',
				'videos/multi-image2video',
			],
		);
	});
});

describe('the account and the link', () => {
	const elsewhere: NextSituation = { now, origin: 'https://other.example' };

	it('an ID is not known at another API: its link is filled in, or it is refused', () => {
		assert.deepEqual(filled(to('audio/video-to-audio', video, elsewhere)), { video_url: 'https://media.example/v.mp4' });
		assert.deepEqual(refusal('videos/video-extend', video, elsewhere), { code: 'otherApi', origin });
		assert.deepEqual(refusal('videos/multi-elements', selection, elsewhere), { code: 'otherApi', origin });
		assert.equal(refusal('videos/image2video', image, elsewhere), undefined);
		assert.equal(refusal('videos/video-extend', video, { now, origin: undefined }), undefined);
	});

	it('an ID that may be something else is not used', () => {
		for (const id of ['', 'a b', '../x', '${{ vars.x }}', 'a/b', 'ü', 'x'.repeat(129)]) {
			assert.deepEqual(filled(to('audio/video-to-audio', { ...video, id })), { video_url: 'https://media.example/v.mp4' }, id);
			assert.deepEqual(refusal('videos/video-extend', { ...video, id }), { code: 'noId' }, id);
		}
	});

	it('a sound has an ID only from Text to Speech', () => {
		const other = { ...sound, madeBy: { action: 'audio', action2: 'text-to-audio' } };
		assert.deepEqual(filled(to('videos/avatar/image2video', other)), { sound_file: 'https://media.example/a.mp3' });
	});

	it('a link must be one that Kling can open', () => {
		for (const url of [
			'http://media.example/i.png',
			'https://192.168.1.2/i.png',
			'https://localhost/i.png',
			'https://a:b@media.example/i.png',
			'x',
		]) {
			assert.deepEqual(refusal('videos/image2video', { ...image, url }), { code: 'linkPrivate' }, url);
		}
		// That of a local API is open to this computer only.
		const local = { ...image, origin: 'http://127.0.0.1:8080', url: 'http://127.0.0.1:8080/i.png' };
		assert.deepEqual(refusal('videos/image2video', local, { now, origin: 'http://127.0.0.1:8080' }), { code: 'linkPrivate' });
		assert.deepEqual(refusal('videos/image2video', without(image, 'url')), { code: 'noLink' });
	});
});
