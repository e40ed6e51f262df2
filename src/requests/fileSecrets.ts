import { isKeyName } from '../core/keyWord';
import { hasApiKey, isApiKey } from './apiKeys';
import type { ProblemList } from './formProblem';
import type { JsonNode, JsonObject, JsonProperty } from './jsonNode';
import { removeProperty } from './rules/edits';

/**
 * Reports API keys outside of the body (see `checkSecrets` for the body): request files are kept in repositories. No fact has a key.
 * @returns the properties that were reported
 */
export function reportSecrets(text: string, root: JsonObject, problems: ProblemList): ReadonlySet<JsonProperty> {
	const reported = new Set<JsonProperty>();
	const visit = (object: JsonObject, nameCounts: boolean): void => {
		for (const [index, property] of object.properties.entries()) {
			if (problems.isFull || (object === root && property.key === 'body')) {
				continue;
			}
			const { key, value } = property;
			if (value.kind === 'string' && (isApiKey(value.value, nameCounts && isKeyName(key)) || hasApiKey(value.value))) {
				reported.add(property);
				const fix = { kind: 'remove', facts: { property: property.key }, edits: removeProperty(text, object, index) };
				problems.add('secret-in-file', property.keyRange, { property: property.key }, [fix]);
			} else {
				// The name of a var says nothing: "key" may be one of music.
				objectsIn(property.value).forEach((inner) => {
					visit(inner, property.key !== 'vars');
				});
			}
		}
	};
	visit(root, true);
	return reported;
}

function objectsIn(node: JsonNode): readonly JsonObject[] {
	return node.kind === 'object' ? [node] : node.kind === 'array' ? node.items.flatMap(objectsIn) : [];
}
