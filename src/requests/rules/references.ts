// `<<<image_1>>>` in a prompt names the first image of a list.
import type { TextRange } from '../jsonNode';
import type { RequestProblem } from '../problem';
import { bodyFix, bodyProblem } from './bodyRules';
import type { Subject } from './subject';
import { fieldOf, itemsOf, type WrittenString } from './written';

const reference = /<<<(image|video|element|voice)_(\d{1,6})>>>/g;
/** Other spellings: `<<image_1>>`, `<image_1>`, `@image_1`, `{{image_1}}`. */
const misspelled =
	/(?<![<\w])(?:<{1,2}((?:image|video|element|voice)_\d{1,3})>{1,2}(?!>)|@((?:image|video|element|voice)_\d{1,3})\b|(?<!\$)\{\{\s*((?:image|video|element|voice)_\d{1,3})\s*\}\})/g;

/** The references of the prompts of an operation that has lists to refer to. */
export function* checkReferences(subject: Subject): Iterable<RequestProblem> {
	for (const prompt of promptsOf(subject)) {
		yield* checkPrompt(subject, prompt);
	}
}

function promptsOf({ body }: Subject): readonly WrittenString[] {
	const shots = itemsOf(body, 'multi_prompt') ?? [];
	return [body, ...shots].flatMap((object) => {
		const value = object.kind === 'object' ? object.fields.get('prompt')?.value : undefined;
		return value?.kind === 'string' ? [value] : [];
	});
}

function* checkPrompt(subject: Subject, prompt: WrittenString): Iterable<RequestProblem> {
	for (const found of prompt.value.matchAll(reference)) {
		const [text, kind = '', number = ''] = found;
		const count = listLength(subject, `${kind}_list`);
		if (count !== undefined && (Number(number) > count || Number(number) === 0)) {
			yield bodyProblem('reference-missing', rangeOf(subject, prompt, found.index, text), { reference: text, list: `${kind}_list`, count });
		}
	}
	if (!Object.hasOwn(subject.schema.fields, 'image_list') && !Object.hasOwn(subject.schema.fields, 'voice_list')) {
		return;
	}
	for (const found of prompt.value.matchAll(misspelled)) {
		const [text, one, two, three] = found;
		const right = `<<<${one ?? two ?? three ?? ''}>>>`;
		const range = rangeOf(subject, prompt, found.index, text);
		const fixes = range.end - range.start === text.length ? [bodyFix('replaceValue', [{ range, text: right }], { value: right })] : [];
		yield bodyProblem('reference-form', range, { found: text, right }, fixes);
	}
}

/** How many items a list has; undefined if the operation has no such list, or it is not known. */
function listLength({ schema, body }: Subject, name: string): number | undefined {
	if (!Object.hasOwn(schema.fields, name)) {
		return undefined;
	}
	const field = fieldOf(body, name);
	return field === undefined ? 0 : itemsOf(body, name)?.length;
}

/** Where a part of a text is written; the whole text if escapes or expressions shift it. */
function rangeOf({ file }: Subject, { range }: WrittenString, index: number, part: string): TextRange {
	const start = range.start + 1 + index;
	return file.text.startsWith(part, start) && start + part.length < range.end ? { start, end: start + part.length } : range;
}
