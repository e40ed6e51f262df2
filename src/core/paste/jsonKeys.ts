// What the keys of JSON say of the values below them.
import { fieldRole } from './fieldRole';
import { isKnownIdForm } from './idForm';
import type { LooseObject, LooseScalar } from './looseJson';
import { cleanName } from './names';
import { operationNamed } from './operationNames';

/** Keys of an envelope, which name no task. */
const schemaWords =
	/^(?:data|response|request|req|res|reply|answer|payload|body|json|result|output|content|contents|message|messages|items?|list|records?|rows?|entries|entry|log|logs|event|events|choices|object|value|values|info|meta|metadata|details?|params?|args?|kwargs|args|props?|shots|scenes|clips|nodes|operations|config|headers|attributes|bundle|timings|before|after|user|session|plain_?text|string_?value|integer_?value|s|n|root|main|error|errors|history|queue|store|state|cache|tasks?|jobs?|ids?|video|videos|image|images|audio|kling|cometapi|api|default|text|raw|cells?|outputs?|source|postdata|\d+)$/i;

/** A key as the name of what stands below it. */
export function nameOfKey(key: string | undefined): string | undefined {
	return key === undefined ||
		/^[$_@]/.test(key) ||
		schemaWords.test(key) ||
		isKnownIdForm(key) ||
		(fieldRole(key) ?? 'name') !== 'name' ||
		operationNamed(key) !== undefined
		? undefined
		: cleanName(key);
}

/** A record of a log, whose `name` is that of the logger. */
export function isLogRecord({ entries }: LooseObject): boolean {
	return entries.some(({ key }) => /^(?:level|levelname|severity)$/.test(key));
}

/** A field that is written as an object: `{"key": "task_id", "value": "…"}`. Only if the table knows its name. */
export function pairOf({ entries }: LooseObject): { readonly key: string; readonly value: LooseScalar } | undefined {
	const scalar = (...keys: readonly string[]): LooseScalar | undefined => {
		const value = entries.find(({ key }) => keys.includes(key))?.value;
		return value?.kind === 'scalar' ? value : undefined;
	};
	const [name, value] = [scalar('key', 'name', 'field'), scalar('value')];
	return name !== undefined && value !== undefined && fieldRole(name.text) !== undefined ? { key: name.text, value } : undefined;
}

/** Whether an object with this key is something that has an ID of its own: a user, an order. */
export function isOtherOwner(key: string | undefined): boolean {
	return (
		key !== undefined &&
		!/^(?:videos?|images?|audios?|results?|outputs?|messages?|events?|runs?|req(?:uest)?)$/i.test(key) &&
		fieldRole(`${key} id`) === 'other'
	);
}

/** Which scalars of a document are needed: the argument for `looseJson`. */
export function wantedInJson(key: string | undefined, source: string): boolean {
	const role = key === undefined ? undefined : fieldRole(key);
	if (role !== undefined && role !== 'other' && role !== 'parts') {
		return source.length < 4_096 || role === 'prompt';
	}
	return (
		(key !== undefined && /^(?:encoding|key|level|levelname|severity)$/.test(key) && source.length <= 64) ||
		/v1|task|\d{15}|(?<![\w-])[\w-]{22}(?![\w-])/i.test(source) ||
		source.includes('prompt') ||
		(key === 'text' && source.length > 20)
	);
}
