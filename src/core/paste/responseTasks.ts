import { omitUndefined } from '../omitUndefined';
import { isExternalIdForm, isKnownIdForm, isPlaceholder } from './idForm';
import type { LooseObject, LooseScalar, LooseValue } from './looseJson';
import { looseJson } from './looseJson';
import { findOperationByName, isTaskId, operationKey, parseOperationPath, sameOperation, type OperationPath } from '../operation';
import { readQueryUrl, type QueryUrl } from './queryUrl';

/** A task reference somewhere in a text, by its offset. `clear`: it can be nothing else. */
export interface FoundReference {
	readonly id: string;
	readonly operation?: OperationPath;
	readonly origin?: string;
	readonly at: number;
	readonly sure: 'clear' | 'guess';
	/** What the line calls it, if anything: a task's id, or just an id. */
	readonly called?: 'task' | 'id';
}

/** An operation that a create request's URL names, without an id. */
export interface FoundOperation {
	readonly operation: OperationPath;
	readonly origin?: string;
}

/** What one JSON document says of tasks. */
export interface ResponseTasks {
	readonly references: FoundReference[];
	readonly operations: FoundOperation[];
	/** Something stood where a task id belongs and was none. */
	readonly badId: boolean;
}

const idKeys = new Set(['taskid', 'id', 'status', 'taskstatus', 'action', 'action2', 'externaltaskid', 'externalid', 'videoid']);
/** Under these stand results, parents and parts of a task, whose `id` is not a task's. */
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
/** Strings within strings (a log record that quotes an answer that quotes an answer): no deeper than this. */
const maxQuoting = 3;

/** Which scalars of a document `tasksOfResponse` needs: the argument for `looseJson`. */
export function wantedInResponse(key: string | undefined, source: string): boolean {
	return (key !== undefined && idKeys.has(plainKey(key))) || /v1|task/i.test(source);
}

/** `task_id`, `taskId` and `task-id` are one key. */
function plainKey(key: string): string {
	if (key.length > 32) {
		return '';
	}
	return /^[a-z0-9]*$/.test(key) ? key : key.replace(/[_-]/g, '').toLowerCase();
}

/**
 * The tasks in an answer of either era, a list of answers, a callback, or any JSON with those in it.
 * - an object's `task_id` counts, and then nothing inside that object: a wrapper's outer id is the one to query
 * - else the `id` of an object with a status (flat and new-standard tasks), unless it is a part of a task
 * - external ids only when the whole document has no task id
 * - the operation is taken where the task's object names one (as `action`, as `action` and `action2`, in a URL), or the only URL
 *   beside an only task does
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
			// A request that uses a task's video names both: the task is another request's parent as likely as what is meant.
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
		// A record of one exchange: the request's URL names the operation, the answer the task.
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

/** A scalar with something in it: `null` and `""` are the same as missing. */
function scalarOf(value: LooseValue | undefined): LooseScalar | undefined {
	return value?.kind === 'scalar' && value.text !== '' && (value.quoted || !/^(?:null|none|undefined)$/i.test(value.text))
		? value
		: undefined;
}

/** An id as answers have them: a whole number or a string; words alone are placeholders of documentation (`string`). */
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

/** What the words of a string say that can be a query's URL or path: quotes and brackets around one are no part of it, as in a line of text. */
function queriesIn(text: string): readonly QueryUrl[] {
	if (!text.includes('v1/')) {
		return [];
	}
	return text.split(/[\s"'<>\\]+/).flatMap((word) => (word.includes('v1/') ? (readQueryUrl(word) ?? []) : []));
}

/** The operation alone of what a URL says. */
export function foundOperation({ operation, origin }: FoundOperation): FoundOperation {
	return { operation, ...omitUndefined({ origin }) };
}

/** A value read from inside a string stands, for the reader of the text, where the string does. */
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
