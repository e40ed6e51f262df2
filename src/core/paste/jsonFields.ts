// The fields of an object in JSON by what their names mean, and what single values say.
import { findOperation, isTaskId, operationKey, parseOperationPath, sameOperation } from '../operation';
import { fieldRole, type FieldRole } from './fieldRole';
import { isPlaceholder } from './idForm';
import type { LooseObject, LooseScalar, LooseValue } from './looseJson';
import { operationNamed } from './operationNames';
import { readQueryUrl, type QueryUrl } from './queryUrl';
import { foundOperation, type FoundOperation } from './reference';

interface Field {
	readonly key: string;
	readonly value: LooseValue;
}

const taskStatus =
	/^(?:submitted|process(?:ing|ed)|succe(?:ed(?:ed)?|ss(?:ful)?)|fail(?:ed|ure)?|queue(?:d|ing)?|pending|running|in[-_ ]?progress|not[-_ ]?start(?:ed)?|created|waiting|complete[ds]?|done|finished|error|cancel(?:l?ed)?|expired|time(?:d[-_ ]?)?out|unknown|ok)$|[^\x00-\x7f]/i;

/** An object's fields. */
export class JsonFields {
	readonly #object: LooseObject;
	readonly #byRole = new Map<FieldRole, Field[]>();

	constructor(object: LooseObject) {
		this.#object = object;
		for (const entry of object.entries) {
			const role = fieldRole(entry.key);
			const known = role === undefined ? undefined : this.#byRole.get(role);
			if (known !== undefined) {
				known.push(entry);
			} else if (role !== undefined) {
				this.#byRole.set(role, [entry]);
			}
		}
	}

	has(role: FieldRole): boolean {
		return this.#byRole.has(role);
	}

	/** The non-empty scalars in fields with this role. */
	scalars(role: FieldRole): readonly LooseScalar[] {
		return (this.#byRole.get(role) ?? []).flatMap(({ value }) => scalarOf(value) ?? []);
	}

	/** The text of the first of them; empty if there is none. */
	text(role: FieldRole): string {
		return this.scalars(role)[0]?.text ?? '';
	}

	/** Whether it has a status in words, as tasks have. */
	hasStatus(): boolean {
		return this.scalars('status').some(({ text, quoted }) => quoted && !/^\d*$/.test(text));
	}

	/** Whether that is the status of a task, not of an order or a user. */
	hasTaskStatus(): boolean {
		return this.scalars('status').some(({ text }) => taskStatus.test(text));
	}

	/** The operation that the object names in its fields for it, or in its URLs, if exactly one. */
	operation(): FoundOperation | undefined {
		const fields = this.#byRole.get('operation') ?? [];
		const textOf = (name: string): string => scalarOf(fields.find(({ key }) => key.toLowerCase() === name)?.value)?.text ?? '';
		const path = parseOperationPath(operationKey({ action: textOf('action'), action2: textOf('action2') }));
		if (path !== undefined) {
			return foundOperation({ operation: findOperation(path) ?? path });
		}
		for (const { text } of this.scalars('operation')) {
			const operation = operationNamed(text);
			if (operation !== undefined) {
				return foundOperation({ operation });
			}
		}
		const urls = this.#object.entries.flatMap(({ value }) => (value.kind === 'scalar' && value.quoted ? queriesIn(value.text) : []));
		const [only, ...others] = operationsOf(urls);
		return others.length === 0 ? only : undefined;
	}
}

/** A non-empty scalar: `null` and `""` count as missing. */
function scalarOf(value: LooseValue | undefined): LooseScalar | undefined {
	return value?.kind === 'scalar' && value.text !== '' && (value.quoted || !/^(?:null|none|undefined)$/i.test(value.text))
		? value
		: undefined;
}

/** Whether a scalar can be an ID in a response: a whole number or a string that is not a placeholder of documentation (`string`). */
export function isResponseId({ text, quoted }: LooseScalar): boolean {
	return quoted ? isTaskId(text) && !/^[A-Za-z]+$/.test(text) && !isPlaceholder(text) : /^\d{1,128}$/.test(text);
}

/** A bare number that a program without long integers prints as it is may have been another one: its last digits may be rounded. */
export function suspicionOf({ text, quoted }: LooseScalar): 'rounded' | undefined {
	return !quoted && /^\d{17,}$/.test(text) && Number(text) > Number.MAX_SAFE_INTEGER && String(Number(text)) === text
		? 'rounded'
		: undefined;
}

/** The operations that URLs name, each once. */
export function operationsOf(urls: readonly QueryUrl[]): FoundOperation[] {
	const found: FoundOperation[] = [];
	for (const url of urls) {
		if (url.kind !== 'bad' && !found.some(({ operation, origin }) => sameOperation(operation, url.operation) && origin === url.origin)) {
			found.push(foundOperation(url));
		}
	}
	return found;
}

/** The query URLs and paths among the words of a string, without quotes and brackets around them, as in a line of text. */
export function queriesIn(text: string): readonly QueryUrl[] {
	if (!text.includes('v1/')) {
		return [];
	}
	return text
		.split(/[\s"'<>\\,;|(){}[\]`]+|[^\x21-\x7e█]+/)
		.flatMap((word) => (word.includes('v1/') ? (readQueryUrl(word.replace(/[.:!?]+$/, '')) ?? []) : []));
}

/** The text in base64, as in an archive of HTTP traffic; empty if it is none. */
export function decoded(base64: string): string {
	const isBase64 = base64.length % 4 === 0 && /^[A-Za-z0-9+/]*={0,2}$/.test(base64);
	return isBase64 ? new TextDecoder().decode(Uint8Array.from(atob(base64), (byte) => byte.charCodeAt(0))) : '';
}
