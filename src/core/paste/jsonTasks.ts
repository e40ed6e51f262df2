// The tasks in a JSON document of any shape, found by the names of its fields (fieldRole.ts) and by the form of the values.
import { omitUndefined } from '../omitUndefined';
import { fieldRole } from './fieldRole';
import { isExternalIdForm, isKnownIdForm, isPlaceholder, isUuid } from './idForm';
import { isLogRecord, isOtherOwner, nameOfKey, pairOf } from './jsonKeys';
import { decoded, isResponseId, JsonFields, operationsOf, queriesIn, suspicionOf } from './jsonFields';
import type { LooseObject, LooseScalar, LooseValue } from './looseJson';
import { cleanName, cleanPrompt } from './names';
import { originNamed } from './queryUrl';
import { foundOperation, type FoundOperation, type FoundReference } from './reference';

/** The tasks found in one document. */
export interface JsonTasks {
	readonly references: FoundReference[];
	readonly operations: FoundOperation[];
	/** Prompts and external IDs without a task of their own, as names. */
	readonly names: string[];
	/** Prompts without a task of their own. */
	readonly prompts: string[];
	/** Why the value in the position of a task ID was not one. */
	readonly problem?: 'badId' | 'cutId';
}

/** Reads a string as a text of its own: a log's message, a response that is quoted. */
export type ReadText = (text: string, quoting: number) => Omit<JsonTasks, 'problem'>;

/** How deep strings within strings are read (a log record that quotes a response that quotes a response). */
const maxQuoting = 3;
/** What a string must contain to be read as a text. */
const mayNameTask = /\d{10}|task|[\w-]{22}|v1|prompt/i;

/** What stands above a value. */
interface Above {
	/** It is part of a task: an `id` there is not a task's. */
	readonly isPart: boolean;
	/** It is the input of a task: a task's ID there is that of an earlier one. */
	readonly isInput: boolean;
	/** Its key says that it is a task, or a list of them. */
	readonly isTask: boolean;
	readonly quoting: number;
	readonly operation?: FoundOperation;
	readonly origin?: string;
	/** The key above, as a name. */
	readonly name?: string;
	readonly prompt?: string;
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
	search.visit(value, undefined, { isPart: false, isInput: false, isTask: false, quoting });
	const certain = search.tasks.filter(({ called }) => called !== 'id');
	const tasks = certain.some(({ sure }) => sure === 'clear') ? certain : search.tasks;
	return {
		references: tasks.length > 0 ? tasks : search.externals,
		operations: search.operations,
		names: search.names,
		prompts: search.prompts,
		...omitUndefined({ problem: search.problem }),
	};
}

class JsonSearch {
	/** Those under an unknown name are `called` an ID: they count only if the document has no certain ones. */
	readonly tasks: FoundReference[] = [];
	readonly externals: FoundReference[] = [];
	readonly operations: FoundOperation[] = [];
	/** Prompts and external IDs, as names. */
	readonly names: string[] = [];
	readonly prompts: string[] = [];
	problem: JsonTasks['problem'];
	readonly #readText: ReadText;

	constructor(readText: ReadText) {
		this.#readText = readText;
	}

	/** @param isListed whether it is an item of an array, whose key is no name */
	visit(value: LooseValue, key: string | undefined, above: Above, isListed = false): void {
		switch (value.kind) {
			case 'array':
				for (const item of value.items) {
					this.visit(item, key, above, true);
				}
				return;
			case 'scalar':
				this.#visitScalar(value, key, above);
				return;
			case 'object':
				this.#visitObject(value, key, isListed, above);
		}
	}

	/** A scalar that is not the ID of its object. */
	#visitScalar(scalar: LooseScalar, key: string | undefined, above: Above): void {
		const { text, quoted, at } = scalar;
		const role = key === undefined ? undefined : fieldRole(key);
		const isKnown = isKnownIdForm(text);
		if (role === 'task' || (isKnown && (role === 'job' || above.isTask))) {
			if (isResponseId(scalar)) {
				// Other programs' tasks have UUIDs too: an ID of Kling's own form below it is the one.
				this.#add(scalar, above, nameOfKey(key), 'clear', isUuid(text) ? 'id' : undefined);
			}
			return;
		}
		if (role === 'prompt' || role === 'external') {
			addAll(this.names, [cleanName(text)]);
		}
		if (role === 'prompt') {
			addAll(this.prompts, [cleanPrompt(text)]);
		}
		const urls = quoted ? queriesIn(text) : [];
		for (const url of urls) {
			if (url.kind === 'query') {
				this.tasks.push({ id: url.id, ...foundOperation(url), ...called(above), at, sure: 'clear' });
			}
		}
		addAll(this.operations, operationsOf(urls));
		// The plural is a list of anything's IDs.
		if (role !== undefined && !(role === 'id' && /ids$/i.test(key ?? ''))) {
			return;
		}
		if (isKnown && isResponseId(scalar)) {
			if (!above.isPart) {
				const name = nameOfKey(key) ?? above.name;
				const facts = omitUndefined({ name, prompt: above.prompt, suspect: suspicionOf(scalar) });
				this.tasks.push({ id: text, ...above.operation, ...facts, at, sure: 'guess', called: 'id' });
			}
		} else if (urls.length === 0 && quoted && mayNameTask.test(text)) {
			this.#visitQuoted(text, at, above);
		}
	}

	/** A string that is a text of its own. */
	#visitQuoted(text: string, at: number, above: Above): void {
		if (above.quoting >= maxQuoting) {
			return;
		}
		const found = this.#readText(text, above.quoting + 1);
		for (const reference of found.references) {
			if (!above.isPart || reference.sure === 'clear') {
				this.tasks.push({ ...above.operation, ...called(above), ...reference, at });
			}
		}
		addAll(this.operations, found.operations);
		addAll(this.names, found.names);
		addAll(this.prompts, found.prompts);
	}

	#visitObject(object: LooseObject, key: string | undefined, isListed: boolean, above: Above): void {
		const pair = pairOf(object);
		if (pair !== undefined) {
			this.#visitScalar(pair.value, pair.key, above);
			return;
		}
		const fields = new JsonFields(object);
		const here = within(above, isListed ? undefined : key, fields, isLogRecord(object));
		const before = {
			tasks: this.tasks.length,
			operations: this.operations.length,
			names: this.names.length,
			prompts: this.prompts.length,
		};
		if (this.#takeOwnId(object, fields, here, { ...above, isOwned: isOtherOwner(key) })) {
			return;
		}
		const isEncoded = object.entries.some(
			({ key: name, value }) => name === 'encoding' && value.kind === 'scalar' && value.text === 'base64',
		);
		for (const { key: name, value } of object.entries) {
			if (isKnownIdForm(name) && !above.isPart) {
				this.#addKey(name, value, here, above.isTask);
			}
			const role = fieldRole(name);
			if (value.kind !== 'scalar') {
				const isTask = role === 'task' || role === 'job' || (above.isTask && value.kind === 'array');
				const isInput = here.isInput || /^(?:inputs?|parent(?:_?video)?|reference)$/i.test(name);
				this.visit(value, name, { ...here, isTask, isInput, isPart: here.isPart || role === 'parts' });
			} else if (isEncoded && name === 'text') {
				this.#visitQuoted(decoded(value.text), value.at, here);
			} else if (role !== 'id') {
				// A map of names to IDs: its key is the name.
				this.#visitScalar(value, name, above.isTask ? { ...here, isTask: true } : here);
				this.#addExternal(role === 'external' ? value : undefined, here);
			}
		}
		if (!above.isPart && this.tasks.length === before.tasks) {
			this.#guessOwnId(fields, here, above.isTask);
		}
		// A record of one exchange: the request's URL and prompt are those of the task in the response.
		const only = this.tasks.length === before.tasks + 1 ? this.tasks[before.tasks] : undefined;
		if (only?.sure === 'clear') {
			const operation = this.operations.length === before.operations + 1 ? this.operations[before.operations] : undefined;
			const name = only.name ?? this.names[before.names];
			const prompt = only.prompt ?? this.prompts[before.prompts];
			this.tasks[before.tasks] = { ...only, ...(only.operation === undefined && operation), ...omitUndefined({ name, prompt }) };
		}
	}

	/** Adds the task whose ID is a field of this object; false if it has none. */
	#takeOwnId(
		object: LooseObject,
		fields: JsonFields,
		here: Above,
		{ isPart, isInput: isBelowInput, isTask, isOwned }: Above & { readonly isOwned: boolean },
	): boolean {
		const tasks = fields.scalars('task');
		const jobs = fields.scalars('job').filter(({ text }) => isKnownIdForm(text) || isUuid(text));
		const taskId = tasks.find(isResponseId) ?? tasks[0] ?? jobs[0];
		if (taskId === undefined) {
			const [id] = !isPart && !isOwned && (fields.hasTaskStatus() || isTask) ? fields.scalars('id') : [];
			if (id === undefined || !isKnownIdForm(id.text)) {
				return false;
			}
			this.#add(id, here);
		} else if (isBelowInput) {
			// An earlier task's: only if the document has no other.
			if (isKnownIdForm(taskId.text)) {
				this.#add(taskId, omitUndefined({ ...here, operation: undefined }), undefined, 'guess', 'id');
			}
		} else if (isResponseId(taskId)) {
			if (isUuid(taskId.text) && tasks.length > 0) {
				return false;
			}
			// A request that uses a task's video names both: the task may be another request's parent rather than the one that is meant.
			const isInput = !fields.hasStatus() && object.entries.some(({ key }) => /^video_?ids?$/i.test(key));
			this.#add(
				taskId,
				isInput ? omitUndefined({ ...here, operation: undefined }) : here,
				undefined,
				isInput || (isUuid(taskId.text) && tasks.length === 0) ? 'guess' : 'clear',
			);
		} else if (isKnownIdForm(taskId.text.trim())) {
			this.#add({ ...taskId, text: taskId.text.trim() }, here);
		} else if (mayNameTask.test(taskId.text) && /[\s:/,]/.test(taskId.text)) {
			const before = this.tasks.length;
			this.#visitQuoted(taskId.text, taskId.at, here);
			return this.tasks.length > before;
		} else if (!isPlaceholder(taskId.text)) {
			this.problem ??= /\*\*|\.{2}(?!\/)|…|█|•/.test(taskId.text) ? 'cutId' : 'badId';
		}
		return true;
	}

	/** Adds the task that this object may be: it has an ID, and a status or what else a task has. */
	#guessOwnId(fields: JsonFields, here: Above, isTask: boolean): void {
		const [id] = fields.scalars('id');
		if (id === undefined || !isResponseId(id)) {
			return;
		}
		const mayBe = fields.has('operation') || fields.has('prompt') || fields.has('name');
		if (isKnownIdForm(id.text) ? mayBe : (fields.hasStatus() || isTask) && isExternalIdForm(id.text)) {
			this.#add(id, here, undefined, 'guess');
		}
	}

	#add(
		id: LooseScalar,
		{ operation, origin, prompt, name: above }: Above,
		name = above,
		sure: 'clear' | 'guess' = 'clear',
		called?: 'id',
	): void {
		const suspect = suspicionOf(id);
		this.tasks.push({
			id: id.text,
			...omitUndefined({ origin }),
			...operation,
			...omitUndefined({ name, prompt, suspect, called }),
			at: id.at,
			sure: suspect === undefined ? sure : 'guess',
		});
	}

	/** A key that is an ID, in a map of IDs to what they are. */
	#addKey(id: string, value: LooseValue, { operation }: Above, isTask: boolean): void {
		const name = value.kind === 'object' ? new JsonFields(value).text('name') : value.kind === 'scalar' ? value.text : '';
		const sure = isTask ? 'clear' : 'guess';
		this.tasks.push({
			id,
			...operation,
			...omitUndefined({ name: cleanName(name) }),
			at: value.at,
			sure,
			...(!isTask && { called: 'id' }),
		});
	}

	#addExternal(id: LooseScalar | undefined, { operation }: Above): void {
		if (id !== undefined && isResponseId(id)) {
			this.externals.push({ id: id.text, ...operation, at: id.at, sure: 'guess' });
		}
	}
}

/** What stands above the values of an object, with what its own fields say. */
function within(above: Above, key: string | undefined, fields: JsonFields, isLog: boolean): Above {
	const name =
		cleanName(isLog ? '' : fields.text('name')) ??
		cleanName(fields.text('external')) ??
		nameOfKey(key) ??
		cleanName(fields.text('prompt')) ??
		above.name;
	return {
		isPart: above.isPart,
		isInput: above.isInput,
		isTask: false,
		quoting: above.quoting,
		...omitUndefined({
			operation: fields.operation() ?? above.operation,
			origin: originNamed(fields.text('origin')) ?? above.origin,
			name,
			prompt: cleanPrompt(fields.text('prompt')) ?? above.prompt,
		}),
	};
}

/** What stands above a value as that of a task. */
function called({ name, prompt }: Above): Pick<FoundReference, 'name' | 'prompt'> {
	return omitUndefined({ name, prompt });
}

/** Adds those that are not undefined. Not by spreading: a document may have millions. */
function addAll<T>(target: T[], items: readonly (T | undefined)[]): void {
	for (const item of items) {
		if (item !== undefined) {
			target.push(item);
		}
	}
}
