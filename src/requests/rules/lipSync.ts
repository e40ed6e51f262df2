// `videos/lip-sync`: what a text needs, and what a sound.
import type { RequestProblem } from '../problem';
import { bodyFix, bodyProblem } from './bodyRules';
import { insertProperty, placeholderOf } from './edits';
import type { Subject } from './subject';
import { fieldOf, isEmpty, textOf, type WrittenObject } from './written';

const ofText = ['text', 'voice_id', 'voice_language', 'voice_speed'];
const ofSound = ['audio_type', 'audio_file', 'audio_url'];

/** The fields of a mode are there, and those of the other one are not. */
export function* checkLipSync(subject: Subject): Iterable<RequestProblem> {
	const input = fieldOf(subject.body, 'input')?.value;
	if (subject.operation !== 'videos/lip-sync' || input?.kind !== 'object') {
		return;
	}
	const mode = fieldOf(input, 'mode');
	const name = textOf(input, 'mode');
	if (mode === undefined || (name !== 'text2video' && name !== 'audio2video')) {
		return;
	}
	yield* linkForFile(subject, input);
	// A link in the wrong field is one mistake.
	const isLink = /^https?:/i.test(textOf(input, 'audio_file') ?? '');
	const missing = neededBy(name, input).filter((needed) => !(isLink && needed === 'audio_url'));
	for (const needed of subject.isWhole ? missing : []) {
		yield bodyProblem('lip-sync-missing', mode.value.range, { field: `input.${needed}`, mode: name }, additions(subject, input, needed));
	}
	for (const unused of name === 'text2video' ? ofSound : ofText) {
		const field = fieldOf(input, unused);
		if (field !== undefined && !isEmpty(field.value)) {
			yield bodyProblem('lip-sync-unused', field.property.keyRange, { field: `input.${unused}`, mode: name });
		}
	}
}

/** A link in `audio_file`, which is Base64: `audio_url` is meant. */
function* linkForFile({ schema }: Subject, input: WrittenObject): Iterable<RequestProblem> {
	const file = fieldOf(input, 'audio_file');
	// The table lets both stand there.
	const mayBeLink = schema.fields['input']?.fields?.['audio_file']?.media?.takes.includes('url') === true;
	if (file?.value.kind === 'string' && mayBeLink && /^https?:/i.test(file.value.value)) {
		const range = file.property.keyRange;
		const rename = bodyFix('renameField', [{ range, text: '"audio_url"' }], { field: 'audio_url' });
		yield bodyProblem(
			'media-takes-no-link',
			file.value.range,
			{ field: 'input.audio_file' },
			fieldOf(input, 'audio_url') === undefined ? [rename] : [],
		);
	}
}

function neededBy(mode: 'text2video' | 'audio2video', input: WrittenObject): readonly string[] {
	const isThere = (name: string): boolean => fieldOf(input, name) !== undefined;
	if (mode === 'text2video') {
		return ['text', 'voice_id'].filter((name) => !isThere(name));
	}
	const type = textOf(input, 'audio_type');
	const sound = type === 'file' ? 'audio_file' : type === 'url' ? 'audio_url' : undefined;
	return [...(isThere('audio_type') ? [] : ['audio_type']), ...(sound === undefined || isThere(sound) ? [] : [sound])];
}

function additions({ file, schema }: Subject, input: WrittenObject, name: string): RequestProblem['fixes'] {
	const field = schema.fields['input']?.fields?.[name];
	const last = [...input.fields.values()].at(-1)?.property;
	return field === undefined || input.fields.has(name)
		? []
		: [bodyFix('addField', insertProperty(file.text, input.range, last, name, placeholderOf(name, field)), { field: `input.${name}` })];
}
