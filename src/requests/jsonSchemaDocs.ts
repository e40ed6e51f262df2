// The documentation of fields as Markdown, for hovers and completion. All texts are our own.
import type { FieldSchema } from './bodySchemas';

/** A sentence of the table as Markdown: what stands in backticks is code, and nothing else is markup. */
export function markdown(text: string): string {
	return text
		.split(/(`[^`]*`)/)
		.map((part, index) => (index % 2 === 1 ? part : part.replace(/[\\*_{}[\]<>#|~]/g, '\\$&')))
		.join('');
}

/** What a hover says of a field: its sentence, then its type, limits and models. */
export function fieldMarkdown(field: FieldSchema): string {
	const facts = [
		field.also === undefined ? field.type : `${field.type} or ${field.also}`,
		...(field.required ? ['required'] : []),
		...(field.min !== undefined && field.max !== undefined ? [`${field.min} to ${field.max}`] : []),
		...(field.min !== undefined && field.max === undefined ? [`at least ${field.min}`] : []),
		...lengths(field),
		...(field.default === undefined ? [] : [`default \`${field.default}\``]),
	];
	return [
		markdown(field.doc),
		`*${facts.join(' · ')}*`,
		...(field.models ? [`Models: ${codes(field.models)}.`] : []),
		...(field.needs ? [`Only with ${codes(field.needs)}.`] : []),
		...(field.excludes ? [`Not together with ${codes(field.excludes)}.`] : []),
		...(field.disputed?.values ? [markdown(`${field.disputed.by} names ${codes(field.disputed.values)}.`)] : []),
	].join('\n\n');
}

function codes(names: readonly string[]): string {
	return names.map((name) => `\`${name}\``).join(', ');
}

/** `at most 2500 characters (CometAPI's text-to-video page: 500)`. */
function lengths({ type, least, most, disputed }: FieldSchema): readonly string[] {
	if (most === undefined) {
		return [];
	}
	const unit = type === 'array' ? 'items' : 'characters';
	const length = least === most ? `${most} ${unit}` : least === undefined ? `at most ${most} ${unit}` : `${least} to ${most} ${unit}`;
	return [disputed?.most === undefined ? length : `${length} (${disputed.by}: ${disputed.most})`];
}
