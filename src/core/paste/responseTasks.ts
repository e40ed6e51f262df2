import { omitUndefined } from '../omitUndefined';
import { isExternalIdForm, isKnownIdForm, isPlaceholder } from './idForm';
import type { LooseObject, LooseScalar, LooseValue } from './looseJson';
import { looseJson } from './looseJson';
import { findOperationByName, isTaskId, operationKey, parseOperationPath, sameOperation, type OperationPath } from '../operation';
import { readQueryUrl, type QueryUrl } from './queryUrl';

/** A task reference in a text, by its offset. `clear`: it cannot be anything else. */
export interface FoundReference {
	readonly id: string;
	readonly operation?: OperationPath;
	readonly origin?: string;
	readonly at: number;
	readonly sure: 'clear' | 'guess';
	/** How the line labels it, if at all: as a task's ID, or just as an ID. */
	readonly called?: 'task' | 'id';
}

/** An operation from a create request's URL, without an ID. */
export interface FoundOperation {
	readonly operation: OperationPath;
	readonly origin?: string;
}

/** The tasks found in one JSON document. */
export interface ResponseTasks {
	readonly references: FoundReference[];
	readonly operations: FoundOperation[];
	/** The value in the position of a task ID was not an ID. */
	readonly badId: boolean;
}

const idKeys = new Set(['taskid', 'id', 'status', 'taskstatus', 'action', 'action2', 'externaltaskid', 'externalid', 'videoid']);
/** Keys of results, parents and parts of a task: an `id` below them is not a task's. */
const partKeys = new Set([
	'taskresult',
	'taskinfo',
	'parentvideo',
	'parent',
	'videos',
	'images',
	'audios',
	'seriesimages',
	'outputs',
	'voices',
	'elements',
	'facedata',
	'billing',
]);
/** How deep strings within strings are read (a log record that quotes a response that quotes a response). */
const maxQuoting = 3;

/** Which scalars of a document `tasksOfResponse` needs: the argument for `looseJson`. */
export function wantedInResponse(key: string | undefined, source: string): boolean {
	return (key !== undefined && idKeys.has(plainKey(key))) || /v1|task/i.test(source);
}

/** Maps `task_id`, `taskId` and `task-id` to one key. */
function plainKey(key: string): string {
	if (key.length > 32) {
		return '';
	}
	return /^[a-z0-9]*$/.test(key) ? key : key.replace(/[_-]/g, '').toLowerCase();
}

/**
 * The tasks in a response of either era, a list of responses, a callback, or any JSON with those in it.
 * - an object's `task_id` counts, and then nothing inside that object: a wrapper's outer ID is the one to query
 * - otherwise the `id` of an object with a status (flat and new-standard tasks), unless it is a part of a task
 * - external IDs only if the whole document has no task ID
 * - the operation is the one that the task's object names (as `action`, as `action` and `action2`, in a URL), or that of the only URL
 *   beside the only task
 */
export function tasksOfResponse(value: LooseValue): ResponseTasks {
	const search = new ResponseSearch();
	search.visit(value, false, 0);
	return { references: search.tasks.length > 0 ? search.tasks : search.externals, operations: search.operations, badId: search.badId };
}

class ResponseSearch {
	readonly tasks: FoundReference[] = [];
	readonly externals: FoundReference[] = [];
	readonly operations: FoundOperation[] = [];
	badId = false;

	visit(value: LooseValue, isPart: boolean, quoting: number): void {
		switch (value.kind) {
			case 'array':
				for (const item of value.items) {
					this.visit(item, isPart, quoting);
				}
				return;
			case 'scalar':
				this.visitText(value, quoting);
				return;
			case 'object':
				this.visitObject(value, isPart, quoting);
		}
	}

	private visitText({ text, at, quoted }: LooseScalar, quoting: number): void {
		if (!quoted) {
			return;
		}
		const operations = new Map<string, FoundOperation>();
		for (const read of queriesIn(text)) {
			if (read.kind === 'query') {
				this.tasks.push({
					id: read.id,
					...foundOperation(read),
					at,
					sure: 'clear',
				});
			}
			if (read.kind === 'operation') {
				operations.set(operationKey(read.operation), foundOperation(read));
			}
		}
		for (const operation of operations.values()) {
			this.operations.push(operation);
		}
		if (quoting >= maxQuoting || !text.includes('{')) {
			return;
		}
		for (const document of looseJson(text, wantedInResponse)) {
			this.visit(shiftedBy(document.value, at), false, quoting + 1);
		}
	}

	private visitObject(object: LooseObject, isPart: boolean, quoting: number): void {
		const fields = new Map(object.entries.map(({ key, value }) => [plainKey(key), value]));
		const taskId = scalarOf(fields.get('taskid'));
		const hasStatus = [fields.get('taskstatus'), fields.get('status')].some(
			(status) => status?.kind === 'scalar' && status.quoted && !/^\d*$/.test(status.text),
		);
		if (taskId !== undefined) {
			if (!isResponseId(taskId)) {
				this.badId ||= !isPlaceholder(taskId.text);
				return;
			}
			// A request that uses a task's video names both: the task may be another request's parent rather than the one that is meant.
			const isInput = !hasStatus && fields.has('videoid');
			this.tasks.push({
				id: taskId.text,
				...(isInput ? {} : operationOf(object, fields)),
				at: taskId.at,
				sure: isInput ? 'guess' : 'clear',
			});
			return;
		}
		const id = hasStatus && !isPart ? scalarOf(fields.get('id')) : undefined;
		if (id !== undefined && isKnownIdForm(id.text)) {
			this.tasks.push({ id: id.text, ...operationOf(object, fields), at: id.at, sure: 'clear' });
			return;
		}
		const tasksBefore = this.tasks.length;
		const operationsBefore = this.operations.length;
		for (const { key, value } of object.entries) {
			const name = plainKey(key);
			if (name === 'externaltaskid' || name === 'externalid') {
				this.addExternal(scalarOf(value));
			} else if (value.kind !== 'scalar' || !idKeys.has(name)) {
				this.visit(value, isPart || partKeys.has(name), quoting);
			}
		}
		if (id !== undefined && this.tasks.length === tasksBefore && isResponseId(id) && isExternalIdForm(id.text)) {
			this.tasks.push({ id: id.text, ...operationOf(object, fields), at: id.at, sure: 'guess' });
		}
		// A record of one exchange: the request's URL names the operation, the response the task.
		const only = this.tasks.length === tasksBefore + 1 ? this.tasks[tasksBefore] : undefined;
		const operation = this.operations.length === operationsBefore + 1 ? this.operations[operationsBefore] : undefined;
		if (only?.operation === undefined && only?.sure === 'clear' && operation !== undefined) {
			this.tasks[tasksBefore] = { ...only, ...operation };
		}
	}

	private addExternal(id: LooseScalar | undefined): void {
		if (id !== undefined && isResponseId(id)) {
			this.externals.push({ id: id.text, at: id.at, sure: 'guess' });
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

/** The operation that a task object itself names, if exactly one. */
function operationOf(object: LooseObject, fields: ReadonlyMap<string, LooseValue>): FoundOperation | Record<string, never> {
	const action = scalarOf(fields.get('action'))?.text ?? '';
	const action2 = scalarOf(fields.get('action2'))?.text;
	const path = action2 === undefined ? undefined : parseOperationPath(operationKey({ action, action2 }));
	if (path !== undefined) {
		return { operation: path };
	}
	const listed = findOperationByName(action);
	if (listed !== undefined) {
		return { operation: listed };
	}
	const urls = object.entries.flatMap(({ value }) => {
		const read = value.kind === 'scalar' && value.quoted ? queriesIn(value.text) : [];
		return read.flatMap((query) => (query.kind === 'bad' ? [] : [foundOperation(query)]));
	});
	const [first, ...others] = urls;
	return first !== undefined && others.every((other) => sameOperation(other.operation, first.operation)) ? first : {};
}

/** The query URLs and paths among the words of a string, without quotes and brackets around them, as in a line of text. */
function queriesIn(text: string): readonly QueryUrl[] {
	if (!text.includes('v1/')) {
		return [];
	}
	return text.split(/[\s"'<>\\]+/).flatMap((word) => (word.includes('v1/') ? (readQueryUrl(word) ?? []) : []));
}

/** Reduces a URL's content to the operation. */
export function foundOperation({ operation, origin }: FoundOperation): FoundOperation {
	return { operation, ...omitUndefined({ origin }) };
}

/** Moves a value that was read from inside a string to the offset of that string. */
function shiftedBy(value: LooseValue, at: number): LooseValue {
	switch (value.kind) {
		case 'scalar':
			return { ...value, at };
		case 'array':
			return { ...value, at, items: value.items.map((item) => shiftedBy(item, at)) };
		case 'object':
			return { ...value, at, entries: value.entries.map((entry) => ({ key: entry.key, value: shiftedBy(entry.value, at) })) };
	}
}
