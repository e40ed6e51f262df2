// Typed lint, and the import boundaries between the layers of src/ as errors.
// @ts-check
import { defineConfig } from 'eslint/config';
import tseslint from 'typescript-eslint';
import { boundaries } from './eslint/boundaries.mjs';

export default defineConfig(
	{ ignores: ['**/node_modules/**', 'dist/**', 'out/**', '.vscode-test/**', 'test/{host,host-floor}/stubs/**'] },
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
			// mocha's describe and it return promises that need no handling, and a test may print what it measured.
			'@typescript-eslint/no-floating-promises': [
				'error',
				{ allowForKnownSafeCalls: ['describe', 'it', 'before', 'after', 'beforeEach', 'afterEach'] },
			],
			'no-console': 'off',
		},
	},
	{ files: ['src/simulator/cli.ts'], rules: { 'no-console': 'off' } },
	...boundaries,
);
