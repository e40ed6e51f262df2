// Typed lint, and the walls between the rooms of src/ (which room may import what) as errors.
// @ts-check
import { defineConfig } from 'eslint/config';
import tseslint from 'typescript-eslint';

const rooms = ['core', 'shared', 'api', 'store', 'results', 'tracking', 'simulator', 'ui', 'webview'];

/** Where a room's name may stand in a relative import: behind any way to it, `./../store/x` and `../ui/../store/x` too. */
const within = '^\\.{1,2}/(?:.*/)?';

/**
 * The rules of one room.
 * @param {string} room
 * @param {{ rooms: string[], packages?: string[], node?: boolean, only?: Record<string, string[]>, doors?: { selector: string, message: string }[] }} may
 *   `only`: of these rooms, these modules alone; `doors`: what only another file may call
 * @param {string} files where the rules hold: the whole room, or the one door of it that may do more
 */
function wall(room, may, files = `src/${room}/**/*.ts`) {
	const forbidden = rooms.filter((other) => other !== room && !may.rooms.includes(other) && !(may.only && other in may.only));
	const patterns = [
		{ regex: `${within}(?:${forbidden.join('|')})/`, message: `src/${room} may not import this room.` },
		{ regex: `${within}extension$`, message: 'extension.ts is the root: nothing imports it.' },
		...Object.entries(may.only ?? {}).map(([other, modules]) => ({
			regex: `${within}${other}/(?!(?:${modules.join('|')})$)`,
			message: `Of src/${other}, src/${room} may import only: ${modules.join(', ')}.`,
		})),
	];
	const allowed = [...(may.packages ?? []).map((name) => `${name}$`), ...(may.node ? ['node:'] : []), '\\.'];
	patterns.push({ regex: `^(?!${allowed.join('|')})`, message: `src/${room} may not import this package.` });
	if (may.node)
		patterns.push({ regex: '^node:sqlite$', allowTypeImports: true, message: 'SQLite is loaded on opening, in src/store/openFile.ts.' });
	return {
		files: [files],
		rules: {
			'@typescript-eslint/no-restricted-imports': ['error', { patterns }],
			'no-restricted-syntax': [
				'error',
				...patterns.map(({ regex, message }) => ({
					selector: `ImportExpression[source.value=/${regex.replaceAll('/', '\\/')}/]`,
					message,
				})),
				...(noOwnClock.has(room) ? ownClock : []),
				...(may.doors ?? []),
			],
			...(noOwnClock.has(room)
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
				: { 'no-restricted-globals': ['error', { name: 'fetch', message: 'api/http.ts is the one door to the network.' }] }),
		},
	};
}

/** In these rooms time and chance come in as arguments. */
const noOwnClock = new Set(['core', 'tracking']);
const ownClock = [
	{ selector: "MemberExpression[object.name='Date'][property.name='now']", message: 'Time is an argument here.' },
	{ selector: "NewExpression[callee.name='Date'][arguments.length=0]", message: 'Time is an argument here.' },
	{ selector: "MemberExpression[object.name='Math'][property.name='random']", message: 'Chance is an argument here.' },
];

/** Of each facility of the editor there is one caller. */
const doors = {
	'src/ui/commands/commandRegistry.ts': {
		selector: "MemberExpression[property.name='registerCommand']",
		message: 'commandRegistry.ts is the one door for commands.',
	},
	'src/ui/contextKeys.ts': {
		selector: "CallExpression[callee.property.name='executeCommand'][arguments.0.value='setContext']",
		message: 'contextKeys.ts is the one door for context keys.',
	},
	'src/ui/settings.ts': {
		selector: "MemberExpression[property.name='getConfiguration']",
		message: 'settings.ts is the one door for settings.',
	},
};
/** What `ui` needs of Node: an own temporary folder for a download, a random text for a page's content policy, and a thread for what takes long to read. */
const nodeDoors = {
	'src/ui/commands/pasteReader.ts': ['node:worker_threads'],
	'src/ui/commands/paste.worker.ts': ['node:worker_threads'],
	'src/ui/saveResult.ts': ['node:fs/promises', 'node:os', 'node:path'],
	'src/ui/result/taskPanel.ts': ['node:crypto'],
};

/**
 * The wall of `ui`: whole, or around one file that is a door.
 * @param {string} [file]
 */
function uiWall(file) {
	const packages = ['vscode', ...Object.entries(nodeDoors).flatMap(([door, modules]) => (door === file ? modules : []))];
	const others = Object.entries(doors).flatMap(([door, rule]) => (door === file ? [] : [rule]));
	return wall('ui', { rooms: ['core', 'tracking', 'results', 'shared'], packages, doors: others }, file);
}

export default defineConfig(
	{ ignores: ['**/node_modules/**', 'dist/**', 'out/**', '.vscode-test/**', 'test/host/stubs/**'] },
	{ linterOptions: { reportUnusedDisableDirectives: 'error' } },
	{
		files: ['**/*.ts'],
		extends: [tseslint.configs.strictTypeChecked, tseslint.configs.stylisticTypeChecked],
		languageOptions: {
			parserOptions: {
				project: ['./tsconfig.json', './src/webview/tsconfig.json', './test/page/tsconfig.json'],
				tsconfigRootDir: import.meta.dirname,
			},
		},
		rules: {
			'@typescript-eslint/consistent-type-imports': 'error',
			'@typescript-eslint/explicit-module-boundary-types': 'error',
			'@typescript-eslint/switch-exhaustiveness-check': ['error', { considerDefaultExhaustiveForUnions: true }],
			'@typescript-eslint/restrict-template-expressions': ['error', { allowNumber: true }],
			// A log line or a callback that returns void is clearer as an expression.
			'@typescript-eslint/no-confusing-void-expression': ['error', { ignoreArrowShorthand: true }],
			'@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_' }],
			curly: ['error', 'all'],
			eqeqeq: 'error',
			'no-console': 'error',
			'no-eval': 'error',
			'no-restricted-properties': [
				'error',
				{
					object: 'URL',
					property: 'canParse',
					message: 'Once it is compiled, Node misreads Latin-1 in it (https://bücher.example). Use URL.parse.',
				},
			],
			'no-restricted-exports': [
				'error',
				{ restrictDefaultExports: { direct: true, named: true, defaultFrom: true, namedFrom: true, namespaceFrom: true } },
			],
		},
	},
	{
		files: ['test/**/*.ts'],
		rules: {
			// mocha's describe and it return promises of nobody's concern, and a test may print what it measured.
			'@typescript-eslint/no-floating-promises': [
				'error',
				{ allowForKnownSafeCalls: ['describe', 'it', 'before', 'after', 'beforeEach', 'afterEach'] },
			],
			'no-console': 'off',
		},
	},
	{ files: ['src/simulator/cli.ts'], rules: { 'no-console': 'off' } },
	wall('core', { rooms: [] }),
	wall('shared', { rooms: ['core'], packages: ['valibot'] }),
	wall('api', { rooms: ['core'], packages: ['valibot'], node: true, only: { tracking: ['ports/\\w+'] } }),
	wall('store', { rooms: ['core'], node: true, only: { tracking: ['ports/\\w+'] } }),
	wall('results', { rooms: ['core'], node: true, only: { api: ['http'] } }),
	wall('tracking', { rooms: ['core'] }),
	wall('simulator', { rooms: ['core'], node: true }),
	uiWall(),
	...Object.keys({ ...doors, ...nodeDoors }).map((file) => uiWall(file)),
	wall('webview', { rooms: ['core', 'shared'] }),
	wall('api', { rooms: ['core'], packages: ['node-fetch'], node: true }, 'src/api/http.ts'),
	{
		files: ['src/simulator/**/*.ts'],
		ignores: ['src/simulator/cli.ts'],
		rules: { 'no-restricted-globals': ['error', 'process', 'console'] },
	},
);
