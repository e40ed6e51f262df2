import { isKeyName } from '../../core/keyWord';
import { hasApiKey, isApiKey } from '../apiKeys';
import type { JsonNode, JsonObject } from '../jsonNode';
import type { RequestProblem } from '../problem';
import { bodyFix, bodyProblem } from './bodyRules';
import { removeProperty } from './edits';
import type { Subject } from './subject';
import { shown } from './texts';
import type { Written, WrittenObject } from './written';

/**
 * Whether a field of a body is, or resembles, an API key.
 * @param isInside it is not a field of the body itself, where no operation has a field with such a name
 */
export function isSecret(key: string, value: Written, isInside: boolean): boolean {
	return value.kind === 'string' && isSecretText(key, value.value, isInside);
}

/** The same for a field whose value is a text. */
export function isSecretText(key: string, text: string, isInside: boolean): boolean {
	return isApiKey(text, isKeyName(key)) || (!isInside && (isKeyName(key) || /^\s*bearer\s/i.test(text)));
}

/** API keys in a body: they belong into the secret storage, and not into a repository. No fact of a problem has one. */
export function* checkSecrets({ body, node, file }: Pick<Subject, 'body' | 'node' | 'file'>): Iterable<RequestProblem> {
	yield* secretsIn(file.text, body, node, false);
}

function* secretsIn(text: string, object: WrittenObject, node: JsonObject, isInside: boolean): Iterable<RequestProblem> {
	for (const [index, property] of node.properties.entries()) {
		const field = object.fields.get(property.key);
		if (field?.property !== property) {
			continue; // Another one of the same name, which is an error of its own.
		}
		if (isSecret(field.key, field.value, isInside)) {
			const fixes = [bodyFix('removeField', removeProperty(text, node, index), { field: shown(field.key) })];
			yield bodyProblem('secret-in-body', property.keyRange, { field: shown(field.key) }, fixes);
		} else {
			yield* secretsInside(text, field.value, property.value, field.key);
		}
	}
}

/** @param key of the field that the value is, or is in */
function* secretsInside(text: string, value: Written, node: JsonNode, key: string): Iterable<RequestProblem> {
	if (value.kind === 'string' && hasApiKey(value.value)) {
		// Without a fix: what stands around the key is meant.
		yield bodyProblem('secret-in-body', value.range, { field: shown(key) });
	}
	if (value.kind === 'object' && node.kind === 'object') {
		yield* secretsIn(text, value, node, true);
	} else if (value.kind === 'array' && node.kind === 'array') {
		for (const [index, item] of node.items.entries()) {
			const itemValue = value.items[index];
			if (itemValue !== undefined) {
				yield* secretsInside(text, itemValue, item, key);
			}
		}
	}
}
