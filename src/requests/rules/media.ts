// Values of fields that take an image, a sound or a video.
import type { FieldSchema, MediaField } from '../bodySchemas';
import { mediaTypeOf, mostOfMark } from '../mediaType';
import type { Fix, RequestProblem } from '../problem';
import { bodyFix, bodyProblem, type Facts } from './bodyRules';
import { linkProblem } from './links';
import { checkMediaFacts } from './mediaFacts';
import type { Position, Subject } from './subject';
import { isPlaceholder, shown } from './texts';
import type { Written, WrittenString } from './written';

type WrittenMedia = Extract<Written, { readonly kind: 'media' }>;

/** A value of a field that takes media, or a file in any other field. */
export function* checkMedia(
	subject: Subject,
	value: WrittenMedia | WrittenString,
	{ media }: FieldSchema,
	at: Position,
): Iterable<RequestProblem> {
	if (value.kind === 'string') {
		if (media !== undefined) {
			yield* checkMediaText(subject, value, media, at);
		}
		return;
	}
	const facts = { field: at.path };
	if (media === undefined) {
		yield bodyProblem('file-elsewhere', value.range, facts);
	} else if (!media.takes.includes('base64')) {
		yield bodyProblem('link-for-file', value.range, { ...facts, ...takenBy(media) });
	} else if (value.media.facts !== undefined) {
		yield* checkMediaFacts(value.media.facts, media, value.range, { ...facts, path: value.media.path });
	}
}

/** What the sentence of a field that takes no Base64 says it takes. */
function takenBy(media: MediaField): Facts {
	return { media: media.kind, takes: media.takes.join(' ') };
}

function* checkMediaText(subject: Subject, value: WrittenString, media: MediaField, at: Position): Iterable<RequestProblem> {
	const text = value.value;
	const facts = { field: at.path, ...takenBy(media) };
	const takes = (what: 'base64' | 'url' | 'id'): boolean => media.takes.includes(what);
	if (/^data:/i.test(text)) {
		yield takes('base64')
			? bodyProblem('media-data-prefix', value.range, facts, prefixFixes(subject, value))
			: bodyProblem('link-for-base64', value.range, facts);
	} else if (takes('id') && isPlaceholder(text)) {
		yield bodyProblem('placeholder', value.range, { ...facts, value: shown(text) });
	} else if (/^[a-z][a-z0-9+.-]*:\/\//i.test(text) && !/^file:/i.test(text)) {
		if (takes('url')) {
			const problem = linkProblem(text);
			yield* problem === undefined
				? checkLinkType(value, media, facts)
				: [bodyProblem(problem.code, value.range, { ...facts, ...problem.facts })];
		} else {
			yield takes('id')
				? bodyProblem('link-in-id', value.range, facts, renameToLink(subject, at))
				: bodyProblem('media-takes-no-link', value.range, facts);
		}
	} else if (isPath(text)) {
		yield takes('base64')
			? bodyProblem('media-bare-path', value.range, { ...facts, value: shown(text) }, pathFixes(value))
			: bodyProblem('link-for-path', value.range, { ...facts, value: shown(text) });
	} else if (takes('base64')) {
		yield* checkBase64(value, media, facts);
	} else if (takes('url')) {
		yield isBase64(text) && text.length > 200
			? bodyProblem('link-for-base64', value.range, facts)
			: bodyProblem('link-invalid', value.range, { ...facts, value: shown(text) });
	}
}

const extension = /^[^\n]{1,1000}\.(png|jpe?g|webp|gif|bmp|heic|tiff?|avif|mp3|wav|m4a|aac|ogg|flac|mp4|mov|webm|avi|mkv)$/i;

/** `./a.png`, `a.png`, `C:\a.png`, `/home/me/a.png`; Base64 of a JPEG file begins with `/` too. */
function isPath(text: string): boolean {
	return (
		/^(?:\.{1,2}[\\/]|~[\\/]|[a-z]:[\\/]|file:)/i.test(text) ||
		extension.test(text) ||
		(text.startsWith('/') && !isBase64(text) && text.length < 1000)
	);
}

/** At least as long as the smallest files, or with the beginning of one; the characters of the URL-safe alphabet count. */
function isBase64(text: string): boolean {
	const digits = text.replace(/[\r\n]/g, '').replace(/={1,2}$/, '');
	// Looks for one wrong character: to match millions of right ones takes more stack than there may be.
	const isInAlphabet = digits !== '' && !/[^A-Za-z0-9+/_-]/.test(digits);
	return isInAlphabet && (text.length >= 64 || mediaTypeOf(headOf(text)) !== undefined);
}

/** The first bytes of a text that `isBase64`. */
function headOf(base64: string): Uint8Array {
	// Four characters are three bytes.
	const start = base64
		.slice(0, 2 * mostOfMark)
		.replace(/[\r\n=]/g, '')
		.replaceAll('-', '+')
		.replaceAll('_', '/');
	return Uint8Array.from(atob(start.slice(0, 4 * Math.floor(start.length / 4))), (character) => character.charCodeAt(0));
}

function* checkBase64(value: WrittenString, media: MediaField, facts: Facts): Iterable<RequestProblem> {
	const text = value.value;
	if (!isBase64(text)) {
		yield bodyProblem('media-invalid', value.range, { ...facts, value: shown(text) });
		return;
	}
	yield* checkAlphabet(value, facts);
	const size = Math.floor((text.length * 3) / 4);
	const found = mediaTypeOf(headOf(text));
	if (found !== undefined) {
		const { kind, type } = found;
		const given = { type, size, sha256: '' };
		const known = kind === 'image' ? { kind, width: undefined, height: undefined, ...given } : { kind, ...given };
		yield* checkMediaFacts(known, media, value.range, { ...facts, path: '' });
	} else if (media.mostBytes !== undefined && size > media.mostBytes) {
		yield bodyProblem('media-too-large', value.range, { ...facts, path: '', size, most: media.mostBytes });
	}
}

/**
 * Base64 as RFC 4648 has it in section 4: of the alphabet of section 5, `-` and `_` are refused by all decoders or read as other bytes; line
 * breaks are refused by some.
 */
function* checkAlphabet(value: WrittenString, facts: Facts): Iterable<RequestProblem> {
	const text = value.value
		.replaceAll('-', '+')
		.replaceAll('_', '/')
		.replace(/[\r\n]/g, '');
	if (text !== value.value) {
		const edits = [{ range: value.range, text: JSON.stringify(text) }];
		const fixes = value.isLiteral ? [bodyFix('replaceValue', edits, { value: JSON.stringify(shown(text)) })] : [];
		yield bodyProblem(/[-_]/.test(value.value) ? 'base64-url-safe' : 'base64-line-breaks', value.range, facts, fixes);
	}
}

/** A link to a kind of file that Kling does not document, by the end of its path. What is behind it is not known. */
function* checkLinkType(value: WrittenString, media: MediaField, facts: Facts): Iterable<RequestProblem> {
	const found = extension.exec(URL.parse(value.value)?.pathname ?? '')?.[1]?.toLowerCase();
	const type = found === 'jpg' ? 'jpeg' : found;
	if (type !== undefined && media.types?.includes(type) === false) {
		yield bodyProblem('link-type', value.range, { ...facts, found: type, types: media.types.join(', ') });
	}
}

/** Removes `data:image/png;base64,`. */
function prefixFixes({ file }: Subject, value: WrittenString): readonly Fix[] {
	const comma = value.value.indexOf(',');
	const start = value.range.start + 1;
	const isAsWritten = comma > 0 && file.text.startsWith(value.value.slice(0, comma + 1), start);
	return value.isLiteral && isAsWritten ? [bodyFix('removeDataPrefix', [{ range: { start, end: start + comma + 1 }, text: '' }])] : [];
}

/** A relative path becomes `${{ file('…') }}`; other paths are never read. */
function pathFixes(value: WrittenString): readonly Fix[] {
	const path = value.value.replaceAll('\\', '/');
	if (!value.isLiteral || /^(?:\/|~|[a-z]:|file:)/i.test(path) || path.split('/').includes('..')) {
		return [];
	}
	const relative = path.startsWith('./') ? path : `./${path}`;
	const text = JSON.stringify(`\${{ file('${relative.replaceAll("'", "''")}') }}`);
	return [bodyFix('useFile', [{ range: value.range, text }], { value: text })];
}

/** `video_id` becomes `video_url` if the operation has both. */
function renameToLink({ schema, body }: Subject, { key, field, path }: Position): readonly Fix[] {
	const name = key.replace(/_id$/, '_url');
	const owner = path.includes('.') ? schema.fields[path.slice(0, path.lastIndexOf('.'))]?.fields : schema.fields;
	const outer = path.includes('.') ? body.fields.get(path.slice(0, path.indexOf('.')))?.value : body;
	const isThere = outer?.kind === 'object' && outer.fields.has(name);
	return field === undefined || name === key || isThere || owner === undefined || !Object.hasOwn(owner, name)
		? []
		: [bodyFix('renameField', [{ range: field.property.keyRange, text: JSON.stringify(name) }], { field: name })];
}
