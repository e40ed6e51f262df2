// The import boundaries as lint errors: which layer of src/ may import what, which file may call which API of the editor, and what the
// suites of test/ share.
// Tested in test/unit/boundaries.test.ts.
// @ts-check

const layers = ['core', 'shared', 'api', 'store', 'results', 'requests', 'tracking', 'creation', 'simulator', 'ui', 'webview'];

/** What may precede a layer's name in a relative import: any path, including `./../store/x` and `../ui/../store/x`. */
const within = '^\\.{1,2}/(?:.*/)?';

/**
 * The rules of one layer.
 * @param {string} layer
 * @param {{ layers: string[], packages?: string[], node?: boolean, threads?: boolean, only?: Record<string, string[]>,
 *   calls?: { selector: string, message: string }[] }} may
 *   what the layer may import. `only`: of these layers, these modules only; `calls`: calls that are reserved for another file
 * @param {string} files the files that the rules apply to: the whole layer, or one file with more permissions
 * @returns {import('eslint').Linter.Config}
 */
function boundary(layer, may, files = `src/${layer}/**/*.ts`) {
	const forbidden = layers.filter((other) => other !== layer && !may.layers.includes(other) && !(may.only && other in may.only));
	/** @type {{ regex: string, message: string, allowTypeImports?: boolean }[]} */
	const patterns = [
		{ regex: `${within}(?:${forbidden.join('|')})/`, message: `src/${layer} may not import this layer.` },
		{ regex: `${within}extension$`, message: 'extension.ts is the entry point: nothing imports it.' },
		...Object.entries(may.only ?? {}).map(([other, modules]) => ({
			regex: `${within}${other}/(?!(?:${modules.join('|')})$)`,
			message: `Of src/${other}, src/${layer} may import only: ${modules.join(', ')}.`,
		})),
	];
	const allowed = [...(may.packages ?? []).map((name) => `${name}$`), ...(may.node ? ['node:'] : []), '\\.'];
	patterns.push({ regex: `^(?!${allowed.join('|')})`, message: `src/${layer} may not import this package.` });
	if (may.node) {
		patterns.push({ regex: '^node:sqlite$', allowTypeImports: true, message: 'SQLite is loaded on opening, in src/store/openFile.ts.' });
	}
	if (may.node && !may.threads) {
		patterns.push({ regex: '^node:worker_threads$', message: 'Threads belong to src/store/thread.ts and the *.worker.ts files.' });
	}
	return {
		files: [files],
		rules: {
			...importRules(patterns, [...(noOwnClock.has(layer) ? ownClock : []), ...(may.calls ?? [])]),
			...(noOwnClock.has(layer)
				? {
						'no-restricted-globals': [
							'error',
							'setTimeout',
							'setInterval',
							'setImmediate',
							'process',
							'Buffer',
							'console',
							'fetch',
							'performance',
							'crypto',
						],
					}
				: { 'no-restricted-globals': ['error', { name: 'fetch', message: 'api/http.ts is the only caller of fetch.' }] }),
		},
	};
}

/**
 * The rules that forbid imports, static and dynamic.
 * @param {{ regex: string, message: string, allowTypeImports?: boolean }[]} patterns of module names
 * @param {{ selector: string, message: string }[]} [more] further syntax that is forbidden
 * @returns {import('eslint').Linter.RulesRecord}
 */
function importRules(patterns, more = []) {
	const imports = patterns.map(({ regex, message }) => ({
		selector: `ImportExpression[source.value=/${regex.replaceAll('/', '\\/')}/]`,
		message,
	}));
	return {
		'@typescript-eslint/no-restricted-imports': ['error', { patterns }],
		'no-restricted-syntax': ['error', ...imports, ...more],
	};
}

/** In these layers the clock and randomness are injected. */
const noOwnClock = new Set(['core', 'requests', 'tracking', 'creation']);
const ownClock = [
	{ selector: "MemberExpression[object.name='Date'][property.name='now']", message: 'The clock is injected here.' },
	{ selector: "NewExpression[callee.name='Date'][arguments.length=0]", message: 'The clock is injected here.' },
	{ selector: "MemberExpression[object.name='Math'][property.name='random']", message: 'Randomness is injected here.' },
];

/** Each of these APIs of the editor has one caller. */
const onlyCallers = {
	'src/ui/commands/commandRegistry.ts': {
		selector: "MemberExpression[property.name='registerCommand']",
		message: 'commandRegistry.ts is the only caller of registerCommand.',
	},
	'src/ui/contextKeys.ts': {
		selector: "CallExpression[callee.property.name='executeCommand'][arguments.0.value='setContext']",
		message: 'contextKeys.ts is the only caller of setContext.',
	},
	'src/ui/settings.ts': {
		selector: "MemberExpression[property.name='getConfiguration']",
		message: 'settings.ts is the only caller of getConfiguration.',
	},
};
/**
 * The modules that `ui` uses beside the editor's: a temporary folder for a download, a nonce for a page's content policy, the files that a
 * request names, and threads for parsing long pastes and for reading images.
 */
const nodeImporters = {
	'src/ui/commands/pasteReader.ts': ['node:worker_threads'],
	'src/ui/commands/paste.worker.ts': ['node:worker_threads'],
	'src/ui/saveResult.ts': ['node:fs/promises', 'node:os', 'node:path'],
	'src/ui/result/loadPage.ts': ['node:crypto'],
	'src/ui/creation/digests.ts': ['node:crypto'],
	'src/ui/creation/keepOfTake.ts': ['node:path'],
	'src/ui/keeping/chooseFolder.ts': ['node:os'],
	'src/ui/keeping/keepFolder.ts': ['node:path'],
	'src/ui/keeping/keepPlan.ts': ['node:os'],
	'src/ui/keeping/saveToVirtualFolder.ts': ['node:fs/promises', 'node:os', 'node:path'],
	'src/ui/keeping/reveal.ts': ['node:path'],
	'src/ui/commands/taskList/exportTasks.ts': ['node:os'],
	'src/ui/requests/localFiles.ts': ['node:fs', 'node:fs/promises', 'node:path'],
	'src/ui/requests/media.worker.ts': ['node:worker_threads'],
};

/**
 * The boundary of `ui`: the whole layer, or one file with more permissions.
 * @param {string} [file]
 * @returns {import('eslint').Linter.Config}
 */
function uiBoundary(file) {
	const packages = ['vscode', ...Object.entries(nodeImporters).flatMap(([importer, modules]) => (importer === file ? modules : []))];
	const calls = Object.entries(onlyCallers).flatMap(([caller, rule]) => (caller === file ? [] : [rule]));
	return boundary('ui', { layers: ['core', 'tracking', 'creation', 'requests', 'results', 'shared'], packages, calls }, file);
}

/** The suites of test/. */
const suites = ['unit', 'processes', 'integration', 'e2e', 'page', 'bench'];
/** What starts an editor or a browser, and the tests of that. */
const hostImporters = ['test/e2e', 'test/page', 'test/unit/host'];

/**
 * The boundary of a suite, of what suites share, or of a folder in a suite with more permissions: whatever two suites need is in
 * `test/support`, which needs no suite.
 * @param {string} folder
 * @returns {import('eslint').Linter.Config}
 */
function testBoundary(folder) {
	const others = suites.filter((suite) => suite !== folder.split('/')[1]);
	const patterns = [
		{ regex: `${within}(?:${others.join('|')})/`, message: 'Suites share only what is in test/support.' },
		...(hostImporters.includes(folder)
			? []
			: [{ regex: `${within}host/`, message: `Only these import test/host: ${hostImporters.join(', ')}.` }]),
	];
	return { files: [`${folder}/**/*.ts`], rules: importRules(patterns) };
}

/** Of the engine, the layers below it import what they implement. */
const portsOf = { tracking: ['ports/\\w+'], creation: ['ports/\\w+', 'creation'] };

/** @type {import('eslint').Linter.Config[]} */
export const boundaries = [
	boundary('core', { layers: [] }),
	boundary('shared', { layers: ['core'], packages: ['valibot'] }),
	boundary('api', { layers: ['core'], packages: ['valibot'], node: true, only: portsOf }),
	boundary('store', { layers: ['core'], node: true, only: portsOf }),
	...['src/store/thread.ts', 'src/store/*.worker.ts'].map((file) =>
		boundary('store', { layers: ['core'], node: true, threads: true, only: portsOf }, file),
	),
	boundary('results', {
		layers: ['core'],
		packages: ['valibot'],
		node: true,
		only: { ...portsOf, api: ['http'], tracking: ['ports/\\w+', 'lease'] },
	}),
	...['boundedThread', 'digestThread', 'digest.worker', 'facts.worker']
		.map((name) => `src/results/${name}.ts`)
		.map((file) => boundary('results', { layers: ['core'], node: true, threads: true, only: portsOf }, file)),
	boundary('results', { layers: ['core'], packages: ['image-size'], node: true }, 'src/results/imagePixels.ts'),
	boundary('results', { layers: ['core'], packages: ['mediabunny'], node: true }, 'src/results/fileFacts.ts'),
	boundary('requests', { layers: ['core'], packages: ['jsonc-parser', 'valibot'] }),
	boundary('tracking', { layers: ['core', 'creation'] }),
	boundary('creation', {
		layers: ['core', 'requests'],
		only: { tracking: ['ports/\\w+', 'dueLoop', 'lease', 'loadedOnUse', 'rateLimitHint', 'requestSlots', 'engineHost'] },
	}),
	boundary('simulator', { layers: ['core'], node: true, only: { requests: ['bodySchemas'] } }),
	uiBoundary(),
	...Object.keys({ ...onlyCallers, ...nodeImporters }).map((file) => uiBoundary(file)),
	boundary('webview', { layers: ['core', 'shared'] }),
	boundary('api', { layers: ['core'], packages: ['node-fetch'], node: true }, 'src/api/http.ts'),
	// The page's policy lets it request kept files, and nothing else.
	{ files: ['src/webview/keptFile.ts'], rules: { 'no-restricted-globals': 'off' } },
	{
		files: ['src/simulator/**/*.ts'],
		ignores: ['src/simulator/cli.ts'],
		rules: { 'no-restricted-globals': ['error', 'process', 'console'] },
	},
	...['test/support', ...suites.map((suite) => `test/${suite}`), 'test/unit/host'].map(testBoundary),
];
