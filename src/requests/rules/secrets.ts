import { hasKeyPrefix, isKeyName } from '../../core/keyWord';
import type { RequestProblem } from '../problem';
import { bodyFix, bodyProblem } from './bodyRules';
import { removeProperty } from './edits';
import type { Subject } from './subject';
import type { Written } from './written';

/** Whether a field of a body is, or looks like, an API key. */
export function isSecret(key: string, value: Written): boolean {
	if (value.kind !== 'string') {
		return false;
	}
	const word = value.value.trim().replace(/^bearer\s+/i, '');
	return isKeyName(key) || word !== value.value.trim() || (hasKeyPrefix(word) && word.length >= 16 && !/\s/.test(word));
}

/** An API key in the file: it belongs into the secret storage, and not into a repository. No fact of the problem has it. */
export function* checkSecrets({ body, node, file }: Subject): Iterable<RequestProblem> {
	for (const { key, property, value } of body.fields.values()) {
		if (isSecret(key, value)) {
			const index = node.properties.indexOf(property);
			const fixes = index < 0 ? [] : [bodyFix('removeField', removeProperty(file.text, node, index), { field: key })];
			yield bodyProblem('secret-in-body', property.keyRange, { field: key }, fixes);
		}
	}
}
