import { templateParts, varName } from './expressionSyntax';
import { expressionsIn, expressionsOf } from './expressions';
import { ProblemList, replacementFix } from './formProblem';
import type { JsonNode, JsonObject, JsonProperty, JsonString, TextRange } from './jsonNode';
import { readOperation } from './operationText';
import { characterOffsets, readJson } from './readJson';
import { mostCharacters, type ParsedRequestFile, type RequestFile } from './requestFile';
import { placeholderNames, savePlaceholders, type SavePlaceholder } from './savePattern';
import { mostSimilar } from './similar';

/** The format's own version. */
const version = 1;
const mostRepeats = 20;
/** More are a mistake or an attack; the depth of vars that use vars is limited by it. */
const mostVars = 200;

const knownProperties: ReadonlySet<string> = new Set(['$schema', 'version', 'name', 'operation', 'body', 'vars', 'repeat', 'save']);
/** Words of chains, which cannot be run yet. */
const chainWords: ReadonlySet<string> = new Set(['steps', 'matrix', 'pause', 'after', 'limit']);

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
		if (root !== undefined) {
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
		this.#checkKeys(this.#root);
		const chained = expressionsOf(file).some(({ expression }) => expression.kind === 'invalid' && expression.reason === 'chain');
		return { ...file, isChain: this.#isChain || chained };
	}

	/** The value of a property, if it is of a kind. */
	#ofKind<K extends JsonNode['kind']>(name: string, kind: K): Extract<JsonNode, { kind: K }> | undefined {
		const value = this.#properties.get(name)?.value;
		if (value !== undefined && value.kind !== kind) {
			this.#problems.add('wrong-type', value, { property: name, expected: kind, found: value.kind });
			return undefined;
		}
		return value as Extract<JsonNode, { kind: K }> | undefined;
	}

	#checkNames(): void {
		this.#isChain = this.#root.properties.some(({ key }) => chainWords.has(key));
		for (const { key, keyRange } of this.#root.properties) {
			if (this.#problems.isFull) {
				return;
			}
			if (chainWords.has(key)) {
				this.#problems.add('chain-word', keyRange, { found: key });
			} else if (!knownProperties.has(key) && key !== '__proto__') {
				const likely = mostSimilar(key, knownProperties);
				this.#problems.add(
					'unknown-property',
					keyRange,
					{ property: key, ...(likely === undefined ? {} : { likely }) },
					likely === undefined || this.#properties.has(likely) ? [] : [replacementFix(keyRange, likely, JSON.stringify(likely))],
				);
			}
		}
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
			this.#refuseExpressions(node);
		}
		return node;
	}

	#refuseExpressions(node: JsonString): void {
		for (const { range } of expressionsIn(this.#text, node)) {
			this.#problems.add('expression-misplaced', range);
		}
	}

	/** An expression in a key would be sent as it is. */
	#checkKeys(node: JsonNode): void {
		const values = node.kind === 'array' ? node.items : node.kind === 'object' ? node.properties.map(({ value }) => value) : [];
		if (node.kind === 'object') {
			for (const { key, keyRange } of node.properties) {
				if (key.includes('${{') && templateParts(key).some(({ kind }) => kind === 'expression')) {
					this.#problems.add('expression-misplaced', keyRange);
				}
			}
		}
		for (const value of values) {
			this.#checkKeys(value);
		}
	}

	#operation(): RequestFile['operation'] {
		const node = this.#ofKind('operation', 'string');
		if (node === undefined) {
			if (!this.#properties.has('operation') && !this.#properties.has('steps')) {
				this.#problems.add('operation-missing', this.#start());
			}
			return undefined;
		}
		if (node.value.includes('${{')) {
			this.#refuseExpressions(node);
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
		if (!this.#properties.has('body') && !this.#properties.has('steps')) {
			this.#problems.add('body-missing', this.#start());
		}
		return this.#ofKind('body', 'object');
	}

	/** The opening brace, for what is missing. */
	#start(): TextRange {
		return { start: this.#root.start, end: this.#root.start + 1 };
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
		if (node === undefined || node.value.includes('${{')) {
			return node;
		}
		const names = vars.map(({ key }) => key);
		const offset = characterOffsets(this.#text, node);
		const placeholders = savePlaceholders(node.value);
		this.#isChain ||= placeholders.some(({ kind }) => kind === 'chain');
		for (const placeholder of placeholders) {
			if (this.#problems.isFull) {
				break;
			}
			this.#checkPlaceholder(placeholder, { start: offset(placeholder.start), end: offset(placeholder.end) }, names);
		}
		if (/[/\\]/.test(node.value)) {
			this.#problems.add('save-separator', node);
		}
		return node;
	}

	#checkPlaceholder({ kind, argument }: SavePlaceholder, range: TextRange, varNames: readonly string[]): void {
		switch (kind) {
			case 'chain':
				this.#problems.add('chain-word', range, { found: argument });
				break;
			case 'vars':
				if (!varNames.includes(argument)) {
					this.#addUnknown('var-unknown', range, { name: argument }, mostSimilar(argument, varNames), 'vars.');
				}
				break;
			case 'unknown':
			case 'unterminated': {
				const likely = varNames.includes(argument) ? argument : undefined;
				this.#addUnknown(
					'save-placeholder',
					range,
					{ found: argument },
					likely ?? mostSimilar(argument, placeholderNames) ?? (placeholderNames.includes(argument) ? argument : undefined),
					likely === undefined ? '' : 'vars.',
				);
				break;
			}
			case 'file':
			case 'take':
			case 'date':
				break;
		}
	}

	#addUnknown(
		code: 'var-unknown' | 'save-placeholder',
		range: TextRange,
		facts: Readonly<Record<string, string>>,
		likely: string | undefined,
		prefix: string,
	): void {
		this.#problems.add(
			code,
			range,
			{ ...facts, ...(likely === undefined ? {} : { likely }) },
			likely === undefined ? [] : [replacementFix(range, `{${prefix}${likely}}`, `{${prefix}${likely}}`)],
		);
	}
}
