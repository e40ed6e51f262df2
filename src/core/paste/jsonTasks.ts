// The tasks in a JSON document of any shape, found by the names of its fields (fieldRole.ts) and by the form of the values.
import { operationKey, isTaskId, parseOperationPath, findOperation, sameOperation } from '../operation';
import { normaliseOrigin } from '../origin';
import { omitUndefined } from '../omitUndefined';
import { fieldRole, type FieldRole } from './fieldRole';
import { isExternalIdForm, isKnownIdForm, isPlaceholder, isUuid } from './idForm';
import type { LooseObject, LooseScalar, LooseValue } from './looseJson';
import { cleanName } from './names';
import { operationNamed } from './operationNames';
import { readQueryUrl, type QueryUrl } from './queryUrl';
import { foundOperation, type FoundOperation, type FoundReference } from './reference';

/** The tasks found in one document. */
export interface JsonTasks {
	readonly references: FoundReference[];
	readonly operations: FoundOperation[];
	/** Prompts and external IDs without a task of their own, as names. */
	readonly names: string[];
	/** The value in the position of a task ID was not an ID. */
	readonly badId: boolean;
}

/** Reads a string as a text of its own: a log's message, a response that is quoted. */
export type ReadText = (text: string, quoting: number) => Omit<JsonTasks, 'badId'>;

/** How deep strings within strings are read (a log record that quotes a response that quotes a response). */
const maxQuoting = 3;
/** Which scalars of a document are needed: the argument for `looseJson`. */
export function wantedInJson(key: string | undefined, source: string): boolean {
	const role = key === undefined ? undefined : fieldRole(key);
	if (role !== undefined && role !== 'other' && role !== 'parts') {
		return source.length < 4_096 || role === 'prompt';
	}
	return (
		key === 'encoding' ||
		/v1|task|\d{15}|(?<![\w-])[\w-]{22}(?![\w-])/i.test(source) ||
		source.includes('prompt') ||
		(key === 'text' && source.length > 20)
	);
}

/** Keys of an envelope, which name no task. */
const schemaWords =
	/^(?:data|response|request|req|res|reply|answer|payload|body|json|result|output|content|contents|message|messages|items?|list|records?|rows?|entries|entry|log|logs|event|events|choices|object|value|values|info|meta|metadata|details?|params?|args?|kwargs|args|props?|root|main|error|errors|history|queue|store|state|cache|tasks?|jobs?|ids?|video|videos|image|images|audio|kling|cometapi|api|default|text|raw|cells?|outputs?|source|postdata|\d+)$/i;

/** A key as the name of what stands below it. */
function nameOfKey(key: string | undefined): string | undefined {
	return key === undefined ||
		schemaWords.test(key) ||
		isKnownIdForm(key) ||
		(fieldRole(key) ?? 'name') !== 'name' ||
		operationNamed(key) !== undefined
		? undefined
		: cleanName(key);
}

/** What stands above a value. */
interface Above {
	/** It is part of a task: an `id` there is not a task's. */
	readonly isPart: boolean;
	/** Its key says that it is a task, or a list of them. */
	readonly isTask: boolean;
	readonly quoting: number;
	/** Where the strings of a document within a string are. */
	readonly at?: number;
	readonly operation?: FoundOperation;
	readonly origin?: string;
	/** The key above, as a name. */
	readonly name?: string;
}

/**
 * The tasks in a response of either era, a list of responses, a callback, people's own records, logs, or any JSON with those in it.
 * - an object's task ID counts, and then nothing inside that object: a wrapper's outer ID is the one to query
 * - otherwise the `id` of an object with a status (flat and new-standard tasks), unless it is a part of a task
 * - an ID under a name that the table of fields does not know is a guess
 * - external IDs only if the whole document has no task ID
 * - operation, name, prompt and API may stand beside the ID, above it, or in the same exchange: a request and its response
 */
export function tasksOfJson(value: LooseValue, readText: ReadText, quoting = 0): JsonTasks {
	const search = new JsonSearch(readText);
	search.visit(value, undefined, { isPart: false, isTask: false, quoting });
	const certain = search.tasks.filter(({ called }) => called !== 'id');
	const tasks = certain.some(({ sure }) => sure === 'clear') ? certain : search.tasks;
	return {
		references: tasks.length > 0 ? tasks : search.externals,
		operations: search.operations,
		names: search.names,
		badId: search.badId,
	};
}

class JsonSearch {
	/** Those under an unknown name are `called` an ID: they count only if the document has no certain ones. */
	readonly tasks: FoundReference[] = [];
	readonly externals: FoundReference[] = [];
	readonly operations: FoundOperation[] = [];
	/** Prompts and external IDs, as names. */
	readonly names: string[] = [];
	badId = false;
	readonly #readText: ReadText;

	constructor(readText: ReadText) {
		this.#readText = readText;
	}

	visit(value: LooseValue, key: string | undefined, above: Above): void {
		switch (value.kind) {
			case 'array':
				for (const item of value.items) {
					this.visit(item, key, above);
				}
				return;
			case 'scalar':
				this.#visitScalar(value, key, above);
				return;
			case 'object':
				this.#visitObject(value, key, above);
		}
	}

	/** A scalar that is not the ID of its object. */
	#visitScalar(scalar: LooseScalar, key: string | undefined, above: Above): void {
		const role = key === undefined ? undefined : fieldRole(key);
		if (role === 'task' || (role === 'job' && isKnownIdForm(scalar.text)) || (above.isTask && isKnownIdForm(scalar.text))) {
			if (isResponseId(scalar) && (scalar.text.length >= 10 || role === 'task')) {
				this.#add(scalar, above, nameOfKey(key));
			}
			return;
		}
		if (role === 'prompt' || role === 'external') {
			const name = cleanName(scalar.text);
			if (name !== undefined) {
				this.names.push(name);
			}
		}
		const urls = scalar.quoted ? queriesIn(scalar.text) : [];
		for (const url of urls) {
			if (url.kind === 'query') {
				this.tasks.push({ id: url.id, ...foundOperation(url), ...omitUndefined({ name: above.name }), at: scalar.at, sure: 'clear' });
			}
		}
		this.operations.push(...distinct(urls));
		if (role !== undefined && !(role === 'id' && /ids$/i.test(key ?? ''))) {
			return;
		}
		if (isKnownIdForm(scalar.text) && isResponseId(scalar)) {
			if (above.isPart) {
				return;
			}
			const name = nameOfKey(key) ?? above.name;
			this.tasks.push({
				id: scalar.text,
				...above.operation,
				...omitUndefined({ name, suspect: suspicionOf(scalar) }),
				at: scalar.at,
				sure: 'guess',
				called: 'id',
			});
			return;
		}
		if (urls.length === 0 && scalar.quoted && above.quoting < maxQuoting && /\d{10}|task|[\w-]{22}|v1|prompt/i.test(scalar.text)) {
			this.#readQuoted(scalar.text, scalar.at, above);
		}
	}

	#readQuoted(text: string, at: number, above: Above): void {
		const found = this.#readText(text, above.quoting + 1);
		for (const reference of found.references) {
			if (above.isPart && reference.sure === 'guess') {
				continue;
			}
			this.tasks.push({ ...above.operation, ...omitUndefined({ name: above.name }), ...reference, at });
		}
		this.operations.push(...found.operations);
		this.names.push(...found.names);
	}

	#visitObject(object: LooseObject, key: string | undefined, above: Above): void {
		const byRole = new Map<FieldRole, { readonly key: string; readonly value: LooseValue }[]>();
		for (const entry of object.entries) {
			const role = fieldRole(entry.key);
			if (role !== undefined) {
				byRole.set(role, [...(byRole.get(role) ?? []), entry]);
			}
		}
		const textOf = (role: FieldRole): string | undefined => scalarOf(byRole.get(role)?.[0]?.value)?.text;
		const own = operationOf(object, byRole.get('operation') ?? []);
		const origin = originOf(textOf('origin')) ?? above.origin;
		const keyName = Array.isArray(above) ? undefined : (nameOfKey(key) ?? above.name);
		const statedName = [textOf('name'), textOf('external')]
			.map((text) => (text === undefined ? undefined : cleanName(text)))
			.find((name) => name !== undefined);
		const promptName = textOf('prompt') === undefined ? undefined : cleanName(textOf('prompt') ?? '');
		const name = statedName ?? keyName ?? promptName;
		const here: Above = {
			isPart: above.isPart,
			isTask: false,
			quoting: above.quoting,
			...omitUndefined({ operation: own ?? above.operation, origin, name }),
		};
		const hasStatus = (byRole.get('status') ?? []).some(
			({ value }) => value.kind === 'scalar' && value.quoted && !/^\d*$/.test(value.text),
		);
		const tasksBefore = this.tasks.length;
		const [operationsBefore, namesBefore] = [this.operations.length, this.names.length];
		if (this.#takeOwnId(object, byRole, here, above, hasStatus)) {
			this.names.length = namesBefore;
			return;
		}
		const id = !above.isPart && (hasStatus || above.isTask) ? scalarOf(byRole.get('id')?.[0]?.value) : undefined;
		const mayBeTask = !above.isPart && (byRole.has('operation') || byRole.has('prompt') || byRole.has('name'));
		const isEncoded = object.entries.some(
			({ key: name_, value }) => name_ === 'encoding' && value.kind === 'scalar' && value.text === 'base64',
		);
		for (const entry of object.entries) {
			const role = fieldRole(entry.key);
			if (entry.value.kind !== 'scalar') {
				const isTask = role === 'task' || role === 'job' || (above.isTask && entry.value.kind === 'array');
				this.visit(entry.value, entry.key, { ...here, isTask, isPart: here.isPart || role === 'parts' });
			} else if (role === 'external') {
				this.#addExternal(scalarOf(entry.value), here);
				this.#visitScalar(entry.value, entry.key, here);
			} else if (isEncoded && entry.key === 'text') {
				this.#readQuoted(decoded(entry.value.text), entry.value.at, here);
			} else if (role !== 'id') {
				// A map of names to IDs: its key is the name.
				this.#visitScalar(entry.value, entry.key, above.isTask ? { ...here, isTask: true } : here);
			} else if (mayBeTask && isKnownIdForm(entry.value.text) && isResponseId(entry.value)) {
				this.#add(entry.value, here, undefined, 'guess');
			}
		}
		if (id !== undefined && this.tasks.length === tasksBefore && isResponseId(id) && isExternalIdForm(id.text)) {
			this.#add(id, here, undefined, 'guess');
		}
		// A record of one exchange: the request's URL and prompt are those of the task in the response.
		const only = this.tasks.length === tasksBefore + 1 ? this.tasks[tasksBefore] : undefined;
		if (only?.sure !== 'clear') {
			return;
		}
		const operation = this.operations.length === operationsBefore + 1 ? this.operations[operationsBefore] : undefined;
		const [reported] = this.names.slice(namesBefore);
		this.tasks[tasksBefore] = {
			...only,
			...(only.operation === undefined && operation !== undefined && operation),
			...omitUndefined({ name: only.name ?? reported }),
		};
	}

	/** Adds the task whose ID is a field of this object; false if it has none. */
	#takeOwnId(
		object: LooseObject,
		byRole: ReadonlyMap<FieldRole, readonly { readonly key: string; readonly value: LooseValue }[]>,
		here: Above,
		above: Above,
		hasStatus: boolean,
	): boolean {
		const tasks = (byRole.get('task') ?? []).flatMap(({ value }) => scalarOf(value) ?? []);
		const jobs = (byRole.get('job') ?? [])
			.flatMap(({ value }) => scalarOf(value) ?? [])
			.filter(({ text }) => isKnownIdForm(text) || isUuid(text));
		const [taskId] = [...tasks.filter(isResponseId), ...tasks, ...jobs];
		if (taskId !== undefined && !above.isPart) {
			if (!isResponseId(taskId)) {
				this.badId ||= !isPlaceholder(taskId.text);
				return true;
			}
			// A request that uses a task's video names both: the task may be another request's parent rather than the one that is meant.
			const isInput = !hasStatus && object.entries.some(({ key }) => /^video_?ids?$/i.test(key));
			this.#add(taskId, isInput ? { ...here, operation: undefined as never } : here, undefined, isInput ? 'guess' : 'clear');
			return true;
		}
		const id = !above.isPart && (hasStatus || above.isTask) ? scalarOf(byRole.get('id')?.[0]?.value) : undefined;
		if (id !== undefined && isKnownIdForm(id.text)) {
			this.#add(id, here, undefined);
			return true;
		}
		return false;
	}

	#add(id: LooseScalar, { operation, origin, name: above }: Above, name = above, sure: 'clear' | 'guess' = 'clear'): void {
		const suspect = suspicionOf(id);
		this.tasks.push({
			id: id.text,
			...omitUndefined({ origin }),
			...operation,
			...omitUndefined({ name, suspect }),
			at: id.at,
			sure: suspect === undefined ? sure : 'guess',
		});
	}

	#addExternal(id: LooseScalar | undefined, above: Above): void {
		if (id !== undefined && isResponseId(id)) {
			this.externals.push({ id: id.text, ...above.operation, at: id.at, sure: 'guess' });
		}
	}
}

/** A non-empty scalar: `null` and `""` count as missing. */
function scalarOf(value: LooseValue | undefined): LooseScalar | undefined {
	return value?.kind === 'scalar' && value.text !== '' && (value.quoted || !/^(?:null|none|undefined)$/i.test(value.text))
		? value
		: undefined;
}

/** Whether a scalar can be an ID in a response: a whole number or a string that is not a placeholder of documentation (`string`). */
function isResponseId({ text, quoted }: LooseScalar): boolean {
	return quoted ? isTaskId(text) && !/^[A-Za-z]+$/.test(text) && !isPlaceholder(text) : /^\d{1,128}$/.test(text);
}

/** A bare number that a program without long integers prints as it is may have been another one: its last digits may be rounded. */
function suspicionOf({ text, quoted }: LooseScalar): 'rounded' | undefined {
	return !quoted && /^\d{17,}$/.test(text) && Number(text) > Number.MAX_SAFE_INTEGER && String(Number(text)) === text
		? 'rounded'
		: undefined;
}

function originOf(text: string | undefined): string | undefined {
	const origin = text === undefined || !/[.:]/.test(text) ? undefined : normaliseOrigin(/^https?:/i.test(text) ? text : `https://${text}`);
	return origin?.ok === true ? origin.origin : undefined;
}

/** The operation that an object names in its fields for it, or in its URLs, if exactly one. */
function operationOf(
	object: LooseObject,
	fields: readonly { readonly key: string; readonly value: LooseValue }[],
): FoundOperation | undefined {
	const texts = new Map(fields.map(({ key, value }) => [key.toLowerCase(), scalarOf(value)?.text ?? '']));
	const path = parseOperationPath(operationKey({ action: texts.get('action') ?? '', action2: texts.get('action2') ?? '' }));
	if (path !== undefined) {
		return { operation: findOperation(path) ?? path };
	}
	for (const text of texts.values()) {
		const named = text.length < 64 ? operationNamed(text) : undefined;
		if (named !== undefined) {
			return foundOperation({ operation: named });
		}
	}
	const urls = object.entries.flatMap(({ value }) => (value.kind === 'scalar' && value.quoted ? queriesIn(value.text) : []));
	const [first, ...others] = distinct(urls);
	return others.length === 0 ? first : undefined;
}

function distinct(urls: readonly QueryUrl[]): FoundOperation[] {
	const found: FoundOperation[] = [];
	for (const url of urls) {
		if (url.kind !== 'bad' && !found.some(({ operation, origin }) => sameOperation(operation, url.operation) && origin === url.origin)) {
			found.push(foundOperation(url));
		}
	}
	return found;
}

/** The query URLs and paths among the words of a string, without quotes and brackets around them, as in a line of text. */
function queriesIn(text: string): readonly QueryUrl[] {
	if (!text.includes('v1/')) {
		return [];
	}
	return text
		.split(/[\s"'<>\\,;|(){}[\]`]+|[^\x21-\x7e█]+/)
		.flatMap((word) => (word.includes('v1/') ? (readQueryUrl(word.replace(/[.:!?]+$/, '')) ?? []) : []));
}

/** The text in base64, as in an archive of HTTP traffic; empty if it is none. */
function decoded(base64: string): string {
	const isBase64 = base64.length % 4 === 0 && /^[A-Za-z0-9+/]*={0,2}$/.test(base64);
	return isBase64 ? new TextDecoder().decode(Uint8Array.from(atob(base64), (byte) => byte.charCodeAt(0))) : '';
}
