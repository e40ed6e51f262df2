// What is said of creations; the sentences need the editor's translations.
import assert from 'node:assert/strict';
import { creationStates, type Creation, type CreationReason } from '../../src/creation/creation';
import { otherTaskQuestion, sendAgainQuestion, sendQuestion, unsettledText } from '../../src/ui/text/creation/commands';
import { creationText, settledText } from '../../src/ui/text/creation/outcomes';
import {
	creationFacts,
	creationLabel,
	creationStateText,
	creationTextChangesAt,
	requestFacts,
	requestFileName,
} from '../../src/ui/text/creation/rows';
import { failureAdvice, failureRemedy } from '../../src/ui/text/failures';
import { creationItem, creationTooltip } from '../../src/ui/tree/creationItem';
import { apiError, creation, creationId } from '../support/shownCreations';
import { plainText } from './tools/markdown';

const lost = apiError('unreachable', 'read ECONNRESET', { code: 'ECONNRESET' });

const reasons = {
	notSent: { kind: 'notSent', error: apiError('unreachable', 'connect ECONNREFUSED', { code: 'ECONNREFUSED' }) },
	busy: { kind: 'busy', error: apiError('concurrency', 'parallel task over resource pack limit', { code: '1303' }) },
	rejected: { kind: 'rejected', error: apiError('badRequest', 'Image pixel is invalid', { code: '1201' }), isFree: true },
	exists: { kind: 'exists', otherTaskId: '871234567890123456' },
	lost: { kind: 'lost', error: lost },
	unreadable: { kind: 'unreadable', error: apiError('malformed', '<html>504 Gateway Time-out</html>') },
	windowGone: { kind: 'windowGone' },
	recovered: { kind: 'recovered' },
	late: { kind: 'late' },
	noKey: { kind: 'noKey' },
	disk: { kind: 'disk', message: 'ENOSPC: no space left on device' },
} as const satisfies Readonly<Record<CreationReason['kind'], CreationReason>>;

describe('the words of creations', () => {
	for (const [what, of, text, short] of [
		['planned', {}, 'waiting to be sent'],
		[
			'not sent',
			{ state: 'planned', reason: reasons.notSent, nextAt: 20_000 },
			'not sent: cannot connect, next try in 20 s',
			'not sent, next try in 20 s',
		],
		[
			'not sent, as good as due',
			{ state: 'planned', reason: reasons.notSent, nextAt: 3_000 },
			'not sent: cannot connect, next try in a few seconds',
			'not sent, next try in a few seconds',
		],
		[
			'not sent, because of the disk',
			{ state: 'planned', reason: reasons.disk, nextAt: 5_000 },
			'not sent: the disk failed, next try in 5 s',
			'not sent, next try in 5 s',
		],
		['planned long ago', { state: 'planned', reason: reasons.late }, 'not sent: confirm it once more'],
		['without a key', { state: 'planned', reason: reasons.noKey }, 'needs API key'],
		['sending', { state: 'sending' }, 'sending'],
		[
			'waiting',
			{ state: 'waiting', reason: reasons.busy, nextAt: 20_000 },
			'waiting: Kling is busy, next try in 20 s',
			'busy, next try in 20 s',
		],
		['uncertain', { state: 'uncertain', reason: reasons.lost }, 'Kling may or may not have it'],
		['searched for', { state: 'uncertain', reason: reasons.lost, nextAt: 15_000 }, 'Kling may or may not have it: searching'],
		['there already', { state: 'uncertain', reason: reasons.exists }, 'Kling has a task with this ID'],
		['absent', { state: 'absent', reason: reasons.lost }, 'did not arrive'],
		['rejected', { state: 'rejected', reason: reasons.rejected }, 'Image pixel is invalid'],
		['left open', { state: 'leftOpen' }, 'closed without knowing'],
	] as const satisfies readonly (readonly [string, Partial<Creation>, string, string?])[]) {
		it(`say in the row how one stands that is ${what}`, () => {
			assert.equal(creationStateText(creation(of), 0), text);
			const { accessibilityInformation, label, description } = creationItem(creation(of), 0, 'running');
			assert.equal(label, 'Fox');
			assert.equal(description, short ?? text);
			assert.equal(accessibilityInformation?.label, `Fox, Text to Video, ${text}`);
		});
	}

	it('are drawn anew only while they count down', () => {
		assert.equal(creationTextChangesAt(creation({ state: 'waiting', reason: reasons.busy, nextAt: 20_000 }), 5_000), 5_000);
		assert.equal(creationTextChangesAt(creation({ state: 'waiting', reason: reasons.busy, nextAt: 20_000 }), 20_000), undefined);
		assert.equal(creationTextChangesAt(creation({ state: 'uncertain', reason: reasons.lost, nextAt: 20_000 }), 0), undefined);
	});

	it('are whole sentences for every state and reason, with all their facts', () => {
		const texts = creationStates.flatMap((state) =>
			Object.values(reasons).flatMap((reason) =>
				[undefined, 60_000].map((nextAt) => creationText(creation({ state, reason, ...(nextAt !== undefined && { nextAt }) }))),
			),
		);
		assert.equal(texts.length, 8 * 11 * 2);
		assert.deepEqual(
			texts.filter((text) => !/^[\p{Lu}][^]*\.$/u.test(text) || /\{\d\}|undefined|NaN|\.\.|[.] [.]/.test(text)),
			[],
		);
	});

	for (const [what, of, text] of [
		[
			'lost',
			{ state: 'uncertain', reason: reasons.lost },
			'The request was sent, but the response was lost (ECONNRESET). Kling may have the task, and may have charged for it. It was not found by its external ID. Enter the ID of the task if you know it, or send the request again, which may be paid twice.',
		],
		[
			'rejected free of charge',
			{ state: 'rejected', reason: reasons.rejected },
			'Request rejected: Image pixel is invalid. Nothing was charged. Use an image with at least 300 pixels in width and height.',
		],
		[
			'rejected by a gateway, which says nothing of the charge',
			{ state: 'rejected', reason: { kind: 'rejected', error: apiError('quota', 'user quota is not enough') } },
			'Out of credit: user quota is not enough. Add credit in the API console, then run the request again.',
		],
		[
			'absent',
			{ state: 'absent', reason: reasons.lost },
			'The request was sent, but the response was lost (ECONNRESET). Kling finds tasks by their external ID and does not have this one: it did not arrive. You can send it again.',
		],
		[
			'there already',
			{ state: 'uncertain', reason: reasons.exists },
			'Kling already has a task with the external ID of this request: 871234567890123456. It may be another one than yours. Track that task if it is yours, or run the request again as a new take.',
		],
		[
			'busy',
			{ state: 'waiting', reason: reasons.busy, nextAt: 20_000 },
			'Kling has no free slot for another task of this account. Nothing was created so far. It is tried again automatically until Kling accepts it. You can cancel it.',
		],
	] as const satisfies readonly (readonly [string, Partial<Creation>, string])[]) {
		it(`explain one that is ${what}`, () => assert.equal(creationText(creation(of)), text));
	}

	it('say nothing of the charge where only a gateway refused, and “nothing was charged” only where Kling’s code says so', () => {
		for (const state of creationStates) {
			for (const reason of Object.values(reasons)) {
				const text = creationText(creation({ state, reason }));
				assert.equal(text.includes('Nothing was charged'), state === 'rejected' && reason.kind === 'rejected', text);
			}
		}
	});

	it('name what was requested, the file, the take and the price', () => {
		assert.deepEqual(
			requestFacts(creation({ take: 3, cost: { unitKind: 'video', units: 3.5, dollars: 0.49 } })).map(
				({ label, value }) => `${label}: ${value}`,
			),
			[
				'Prompt: A fox in the snow',
				'Model: kling-v3',
				'Mode: std',
				'Length: 5 s',
				'Estimate: 4 units ($0.56 list price)',
				'Cost: 3.5 units ($0.49 list price)',
				'Request file: fox one.kling.json',
				'Take: 3',
			],
		);
		const { estimate, ...unpriced } = creation({ subject: {}, source: { text: '{}' }, take: 2 });
		assert.ok(estimate);
		assert.deepEqual(
			requestFacts(unpriced).map(({ label, value }) => `${label}: ${value}`),
			['Estimate: price unknown', 'Request file: a document that was never saved', 'Take: 2'],
		);
		assert.equal(creationLabel(unpriced), 'Text to Video, take 2');
		assert.equal(requestFileName(creation({ source: { uri: 'file:///a/%E0%A4%A.kling.json', text: '' } })), '%E0%A4%A.kling.json');
		assert.ok(creationFacts(creation()).some(({ label, value }) => label === 'External ID' && value === 'kt-abcdefghijklmnopqrstuvwxyz'));
	});

	it('never become links, HTML, commands or icons in a row or its hover', () => {
		const foreign = '[a](command:b) <b>x</b> https://evil.example $(key) \u202E';
		const one = creation({
			state: 'rejected',
			subject: { name: foreign, prompt: foreign },
			reason: { kind: 'rejected', error: apiError('badRequest', foreign) },
		});
		const hover = creationTooltip(one);
		assert.equal(hover.isTrusted, false);
		assert.equal(hover.supportHtml, false);
		assert.doesNotMatch(hover.value, /(?<!\\)\[a\]|<b>|https:\/\/(?!\u200B)|\u202E/);
		const item = creationItem(one, 0, 'attention');
		assert.doesNotMatch(`${item.label as string} ${String(item.description)}`, /\$\(|\u202E/);
		assert.match(plainText(hover), /Request rejected/);
	});

	it('ask before money may be spent, with everything that counts', () => {
		const uncertain = sendAgainQuestion(creation({ state: 'uncertain' }));
		assert.equal(uncertain.message, 'Send Fox again? It may be paid twice.');
		assert.equal(
			uncertain.detail,
			[
				'Kling may have the task already. If it has, sending the request again may create and charge a second one.',
				'It is sent with the same external ID (kt-abcdefghijklmnopqrstuvwxyz), by which Kling can recognise it.',
				'',
				'API: api.kling.example',
				'Operation: Text to Video (videos/text2video)',
				'Model: kling-v3',
				'Price: ≈ 4 units ($0.56 list price)',
			].join('\n'),
		);
		assert.equal(sendAgainQuestion(creation({ state: 'absent' })).message, 'Fox did not arrive. Send it again?');
		const { estimate, externalId, ...unpriced } = creation({ state: 'uncertain' });
		assert.ok(estimate && externalId);
		assert.match(sendAgainQuestion(unpriced).detail, /no external ID by which Kling could recognise[^]*Price: unknown$/);
		assert.match(sendQuestion(creation({ state: 'planned', reason: reasons.late })).detail, /^You confirmed it at .*\nAPI|not sent then/);
		assert.match(
			otherTaskQuestion(creation(), '77', 'kt-other', 'kt-mine').detail,
			/^The request was sent with the external ID kt-mine, the task has kt-other\./,
		);
	});

	it('name before all data is deleted what may have been charged, and what is not sent yet', () => {
		const named = (name: string, more: Partial<Creation>): Creation => creation({ id: creationId(name), subject: { name }, ...more });
		assert.equal(
			unsettledText([
				named('lost', { state: 'uncertain', sentAt: 1 }),
				named('in the air', { state: 'sending' }),
				named('planned', { state: 'planned' }),
				named('again', { state: 'planned', sentAt: 1 }),
				named('refused', { state: 'rejected' }),
				named('gone', { state: 'absent' }),
			]),
			'These requests may have been charged, and their tasks are not known yet:\n• lost\n• in the air\n• again\n\nThese requests will not be sent:\n• planned',
		);
		assert.equal(unsettledText([named('refused', { state: 'rejected' })]), undefined);
		const many = Array.from({ length: 10 }, (_, index) => named(`n${index}`, { state: 'uncertain' }));
		assert.match(unsettledText(many) ?? '', /• n7\nand 2 more$/);
	});

	it('say in one message how it settled, with the reason', () => {
		assert.equal(
			settledText(creation({ state: 'rejected', reason: reasons.rejected }), 'Fox'),
			'Fox was not created. Request rejected: Image pixel is invalid. Nothing was charged. Use an image with at least 300 pixels in width and height.',
		);
		assert.match(settledText(creation({ state: 'absent', reason: reasons.lost }), 'Fox'), /^Fox did not arrive at Kling\. /);
		assert.match(settledText(creation({ state: 'uncertain', reason: reasons.lost }), 'Fox'), /^Kling may or may not have Fox\. /);
		assert.match(settledText(creation({ state: 'planned', reason: reasons.late }), 'Fox'), /^Fox was not sent\. /);
	});
});

describe('the advice after a failure', () => {
	for (const [reason, remedy] of [
		['Failure to pass the risk control system', /Change the prompt or the image/],
		['Image pixel is invalid', /^Use an image with at least 300 pixels/],
		['there is no human in the video', /one face is clearly visible/],
		['The resolution or aspect ratio of the input image is invalid.', /between 1:2.5 and 2.5:1/],
		['prompt is too long', /^Shorten the prompt/],
		['Account balance not enough', /^The account is out of credit/],
		['upstream returned error', /Create the task again/],
	] as const) {
		it(`of “${reason}” names what to change`, () => {
			assert.match(failureRemedy(reason) ?? '', remedy);
			assert.equal(failureAdvice(reason), failureRemedy(reason));
		});
	}

	it('of a reason that names nothing is general, and stands where there is room for it', () => {
		assert.equal(failureRemedy('Something else'), undefined);
		assert.match(failureAdvice('Something else'), /^Compare the prompt/);
		assert.equal(failureRemedy('a parameter is invalid'), undefined);
		assert.match(failureAdvice('a parameter is invalid'), /^Correct what the reason names/);
	});
});
