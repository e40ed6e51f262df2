import { chainWords } from './chainWords';
import { checkExpressionsOfFile, refuseExpressions } from './expressionChecks';
import { varName } from '../core/varName';
import { expressionsOf } from './expressions';
import { reportSecrets } from './fileSecrets';
import { ProblemList, replacementFix } from './formProblem';
import type { JsonNode, JsonObject, JsonProperty, JsonString, TextRange } from './jsonNode';
import { readOperation } from './operationText';
import type { Fix } from './problem';
import { readJson } from './readJson';
import { mostCharacters, type ParsedRequestFile, type RequestFile } from './requestFile';
import { insertProperty } from './rules/edits';
import { checkSavePattern } from './savePattern';
import { mostSimilar } from './similar';

/** The format's own version. */
const version = 1;
const mostRepeats = 20;
/** A longer number is not meant as a text. */
const longestNumber = 100;
/** More are a mistake or an attack; the depth of vars that use vars is limited by it. */
const mostVars = 200;

const knownProperties: ReadonlySet<string> = new Set(['$schema', 'version', 'name', 'operation', 'body', 'vars', 'repeat', 'save']);

const nothing: TextRange = { start: 0, end: 0 };

/**
 * Reads a request file. Never throws, whatever the text; takes time in proportion to it. Every value of the model and every problem has a
 * range within the text. The body is not checked here (see validateRequest), nor are its expressions (see resolveRequest).
 */
export function parseRequestFile(text: string): ParsedRequestFile {
	const problems = new ProblemList();
	if (text.length > mostCharacters) {
		problems.add('text-too-long', nothing, { most: mostCharacters });
		return { file: emptyFile(text), problems: problems.sorted() };
	}
	const root = readJson(text, problems);
	if (root?.kind !== 'object') {
		// In a text that is no JSON, the first value is none of the request.
		if (root !== undefined && !problems.has('syntax')) {
			problems.add('root-type', root, { found: root.kind });
		} else if (problems.isEmpty) {
			// White space and comments.
			problems.add('text-empty', nothing);
		}
		return { file: emptyFile(text), problems: problems.sorted() };
	}
	const reader = new FileReader(text, root, problems);
	return { file: reader.read(), problems: problems.sorted() };
}

function emptyFile(text: string): RequestFile {
	return {
		text,
		root: undefined,
		name: undefined,
		operation: undefined,
		body: undefined,
		vars: [],
		repeat: { count: 1, node: undefined },
		save: undefined,
		isChain: false,
	};
}

class FileReader {
	readonly #text: string;
	readonly #root: JsonObject;
	readonly #problems: ProblemList;
	readonly #properties: ReadonlyMap<string, JsonProperty>;
	#isChain = false;
	/** Unknown properties that are probably a missing one. */
	readonly #meant = new Map<JsonProperty, string>();

	constructor(text: string, root: JsonObject, problems: ProblemList) {
		this.#text = text;
		this.#root = root;
		this.#problems = problems;
		this.#properties = new Map(root.properties.map((property) => [property.key, property]));
	}

	read(): RequestFile {
		this.#checkNames();
		this.#ofKind('$schema', 'string');
		this.#checkVersion();
		const vars = this.#vars();
		const file = {
			text: this.#text,
			root: this.#root,
			name: this.#plainString('name'),
			operation: this.#operation(),
			body: this.#body(),
			vars,
			repeat: this.#repeat(),
			save: this.#save(vars),
			isChain: false,
		};
		checkExpressionsOfFile(file, this.#root, this.#problems);
		const chained = expressionsOf(file).some(({ expression }) => expression.kind === 'invalid' && expression.reason === 'chain');
		return { ...file, isChain: this.#isChain || chained };
	}

	/** The value of a property, if it is of a kind. */
	#ofKind<K extends JsonNode['kind']>(name: string, kind: K): Extract<JsonNode, { kind: K }> | undefined {
		const value = this.#properties.get(name)?.value;
		if (value !== undefined && value.kind !== kind) {
			const meant = inOtherQuotes(value, kind);
			this.#problems.add(
				'wrong-type',
				value,
				{ property: name, expected: kind, found: value.kind },
				meant === undefined ? [] : [replacementFix(value, meant, meant)],
			);
			return undefined;
		}
		return value as Extract<JsonNode, { kind: K }> | undefined;
	}

	#checkNames(): void {
		const secrets = reportSecrets(this.#text, this.#root, this.#problems);
		this.#isChain = this.#root.properties.some(({ key }) => chainWords.has(key));
		// A response, a graph, a body without operation: none of its properties is the mistake.
		const isOther = this.#root.properties.every(({ key }) => !knownProperties.has(key) && !chainWords.has(key) && !isLikeNeeded(key));
		for (const property of this.#root.properties) {
			const { key, keyRange } = property;
			if (this.#problems.isFull) {
				return;
			}
			if (chainWords.has(key)) {
				this.#problems.add('chain-word', keyRange, { found: key });
			} else if (!knownProperties.has(key) && key !== '__proto__' && !secrets.has(property) && !isOther) {
				this.#checkUnknown(property);
			}
		}
	}

	#checkUnknown(property: JsonProperty): void {
		const { key, keyRange } = property;
		const likely = mostSimilar(key, knownProperties);
		const isFree = likely !== undefined && !this.#properties.has(likely) && ![...this.#meant.values()].includes(likely);
		if (isFree && (likely === 'operation' || likely === 'body')) {
			this.#meant.set(property, likely); // It is missing: one problem, not two.
			return;
		}
		this.#problems.add(
			'unknown-property',
			keyRange,
			{ property: key, ...(likely === undefined ? {} : { likely }) },
			isFree ? [replacementFix(keyRange, likely, JSON.stringify(likely))] : [],
		);
	}

	#checkVersion(): void {
		const node = this.#ofKind('version', 'number');
		if (node !== undefined && Number(node.text) !== version) {
			this.#problems.add('version-unknown', node, { found: node.text, known: version });
		}
	}

	/** A string in which expressions have no meaning. */
	#plainString(name: string): JsonString | undefined {
		const node = this.#ofKind(name, 'string');
		if (node !== undefined) {
			refuseExpressions(this.#text, node, this.#problems);
		}
		return node;
	}

	#operation(): RequestFile['operation'] {
		const node = this.#ofKind('operation', 'string');
		if (node === undefined) {
			if (this.#isMissing('operation')) {
				this.#missing('operation', '"videos/text2video"');
			}
			return undefined;
		}
		if (node.value.includes('${{')) {
			refuseExpressions(this.#text, node, this.#problems);
			return undefined;
		}
		const reading = readOperation(node.value);
		switch (reading.kind) {
			case 'path':
				return { path: reading.path, node };
			case 'refused':
				this.#problems.add('operation-refused', node, { operation: node.value });
				return undefined;
			case 'malformed':
				this.#problems.add(
					'operation-malformed',
					node,
					{ operation: node.value, ...(reading.likely === undefined ? {} : { likely: reading.likely }) },
					reading.likely === undefined ? [] : [replacementFix(node, reading.likely, JSON.stringify(reading.likely))],
				);
				return undefined;
		}
	}

	#body(): JsonObject | undefined {
		if (this.#isMissing('body')) {
			this.#missing('body', '{}');
		}
		return this.#ofKind('body', 'object');
	}

	/** In a text with syntax errors, what seems to be missing may only not have been read. */
	#isMissing(name: string): boolean {
		return !this.#properties.has(name) && !this.#properties.has('steps') && !this.#problems.has('syntax');
	}

	/** At the property that is probably meant, otherwise at the opening brace. */
	#missing(name: 'operation' | 'body', value: string): void {
		const code = `${name}-missing` as const;
		const [meant] = [...this.#meant].find(([, likely]) => likely === name) ?? [];
		const { start } = this.#root;
		if (meant === undefined) {
			this.#problems.add(code, { start, end: start + 1 }, {}, this.#insertion(name, value));
		} else {
			this.#problems.add(code, meant.keyRange, {}, [replacementFix(meant.keyRange, name, JSON.stringify(name))]);
		}
	}

	/** Adds a property: the operation at the beginning, others at the end. */
	#insertion(name: string, value: string): readonly Fix[] {
		const { start, properties } = this.#root;
		const [first] = properties;
		const edits =
			name === 'operation' && first !== undefined
				? [{ range: { start: start + 1, end: start + 1 }, text: `${spaceBefore(this.#text, first.start)}"${name}": ${value},` }]
				: insertProperty(this.#text, this.#root, properties.at(-1), name, value);
		return [{ kind: 'add', facts: { property: name }, edits }];
	}

	#vars(): readonly JsonProperty[] {
		const properties = this.#ofKind('vars', 'object')?.properties ?? [];
		if (properties.length > mostVars) {
			const node = properties[mostVars];
			this.#problems.add('vars-too-many', node?.keyRange ?? nothing, { most: mostVars });
		}
		return properties.slice(0, mostVars).filter(({ key, keyRange, value }) => {
			if (!varName.test(key)) {
				this.#problems.add('var-name', keyRange, { name: key });
				return false;
			}
			if (value.kind === 'object' || value.kind === 'array') {
				this.#problems.add('var-type', value, { name: key, found: value.kind });
				return false;
			}
			return true;
		});
	}

	#repeat(): RequestFile['repeat'] {
		const node = this.#ofKind('repeat', 'number');
		const count = Number(node?.text ?? 1);
		if (node === undefined || (Number.isInteger(count) && count >= 1 && count <= mostRepeats)) {
			return { count, node };
		}
		this.#problems.add('repeat-range', node, { found: node.text, most: mostRepeats });
		return { count: 1, node: undefined };
	}

	#save(vars: readonly JsonProperty[]): JsonString | undefined {
		const node = this.#plainString('save');
		if (node !== undefined && !node.value.includes('${{')) {
			const names = vars.map(({ key }) => key);
			this.#isChain = checkSavePattern(this.#text, node, names, this.#problems) || this.#isChain;
		}
		return node;
	}
}

/** Whether a property is probably `operation` or `body`. */
function isLikeNeeded(key: string): boolean {
	return mostSimilar(key, ['operation', 'body']) !== undefined;
}

/** `3` for `"3"` where a number is expected, and the other way round. */
function inOtherQuotes(node: JsonNode, expected: JsonNode['kind']): string | undefined {
	if (expected === 'number' && node.kind === 'string' && /^\d{1,9}$/.test(node.value)) {
		return String(Number(node.value));
	}
	return expected === 'string' && node.kind === 'number' && node.text.length <= longestNumber ? JSON.stringify(node.text) : undefined;
}

/** The line break and the indentation before a property; a space if it stands on the line of another. */
function spaceBefore(text: string, position: number): string {
	return /\r?\n[ \t]*$/.exec(text.slice(Math.max(0, position - 200), position))?.[0] ?? ' ';
}
