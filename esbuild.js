// Builds the shipped bundles (dist/), and those for tests and tools (out/).
//   node esbuild.js            minified, as packed into the .vsix
//   node esbuild.js --dev      readable, with source maps (F5)
//   node esbuild.js --watch    --dev, rebuilding on every change
//   node esbuild.js --tests    the test bundles in out/test
// @ts-check
const { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } = require('node:fs');
const { readFile } = require('node:fs/promises');
const path = require('node:path');
const esbuild = require('esbuild');

const flags = process.argv.slice(2);
const unknown = flags.filter((flag) => !['--dev', '--watch', '--tests'].includes(flag));
if (unknown.length > 0) {
	console.error(`Unknown option: ${unknown.join(', ')}. Use --dev, --watch or --tests.`);
	process.exit(2);
}
const watch = flags.includes('--watch');
const dev = watch || flags.includes('--dev');

/** @type {import('esbuild').BuildOptions} */
const common = { bundle: true, sourcemap: dev, minify: !dev, legalComments: 'none', logLevel: 'warning' };
/**
 * Replacements for node-fetch's polyfills, 70 KB: Node has streams and blobs, and no form is sent or read.
 * @type {Record<string, string>}
 */
const standIns = {
	'fetch-blob': 'export default Blob;',
	'fetch-blob/from.js': '',
	'formdata-polyfill/esm.min.js': 'export const { FormData } = globalThis; export const formDataToBlob = undefined;',
	'./utils/multipart-parser.js': '',
};
/** @type {import('esbuild').Plugin} */
const withoutPolyfills = {
	name: 'without-polyfills',
	setup(build) {
		build.onResolve({ filter: /^(?:fetch-blob|formdata-polyfill|\.\/utils\/multipart-parser\.js$)/ }, ({ path: name, importer }) =>
			/[\\/]node-fetch[\\/]/.test(importer) && standIns[name] !== undefined
				? { path: name, namespace: 'stand-in', sideEffects: false }
				: undefined,
		);
		build.onLoad({ filter: /.*/, namespace: 'stand-in' }, ({ path: name }) => ({ contents: standIns[name] }));
	},
};
/**
 * esbuild turns `import * as vscode` into a copy of the whole namespace in each module: half of the load time. A plain `require` gives
 * every module the editor's own object. Any other way to import it stops the build.
 * @type {import('esbuild').Plugin}
 */
const requiredVscode = {
	name: 'required-vscode',
	setup(build) {
		build.onLoad({ filter: /[\\/](?:src|test)[\\/].*\.ts$/ }, async ({ path: file }) => ({
			loader: 'ts',
			contents: (await readFile(file, 'utf8')).replace(
				/^import (?:\* as )?(vscode|\{[^}]*\}) from 'vscode';$/m,
				"const $1 = require('vscode');",
			),
		}));
		build.onResolve({ filter: /^vscode$/ }, ({ kind }) =>
			kind === 'require-call'
				? { path: 'vscode', external: true }
				: { errors: [{ text: "Write `import * as vscode from 'vscode';` or name what is imported: see requiredVscode in esbuild.js" }] },
		);
	},
};
/**
 * The bundles that are loaded on use, beside dist/extension.js: rarely needed code is neither read nor compiled when the editor starts.
 * Bundles share no state and no classes; only data passes between them.
 * @type {Record<string, string>}
 */
const loadedOnUse = {
	'src/api/check.ts': 'check.js',
	'src/api/create.ts': 'create.js',
	'src/creation/creationLoop.ts': 'creation.js',
	'src/results/downloadLoop.ts': 'keep.js',
	'src/results/results.ts': 'results.js',
	'src/simulator/demo.ts': 'simulator.js',
	'src/store/listQueries.ts': 'listQueries.js',
	'src/store/creationFiles.ts': 'creationFiles.js',
	'src/store/creationJournal.ts': 'creationJournal.js',
	'src/store/creationReads.ts': 'creationReads.js',
	'src/store/downloadQueue.ts': 'downloadQueue.js',
	'src/store/downloadReads.ts': 'downloadReads.js',
	'src/store/posters.ts': 'posters.js',
	'src/store/importTasks.ts': 'import.js',
	'src/store/recovery/recovery.ts': 'recovery.js',
	'src/store/search.ts': 'search.js',
	'src/tracking/demoRun.ts': 'demo.js',
	'src/tracking/listChecker.ts': 'listChecker.js',
	'src/tracking/operationFinder.ts': 'operationFinder.js',
	'src/ui/apiKey/keyFlows.ts': 'key.js',
	'src/ui/creation/runRequest.ts': 'run.js',
	'src/ui/commands/operationPicker.ts': 'operations.js',
	'src/ui/commands/findTask.ts': 'find.js',
	'src/ui/commands/taskLists.ts': 'lists.js',
	'src/ui/commands/resultCommands.ts': 'resultCommands.js',
	'src/ui/commands/taskCommands.ts': 'taskCommands.js',
	'src/ui/commands/track.ts': 'track.js',
	'src/ui/continueWith/continueWith.ts': 'continueWith.js',
	'src/ui/creation/creationCommands.ts': 'creationCommands.js',
	'src/ui/editor/idProviders.ts': 'editor.js',
	'src/ui/keptFiles/keptFileCommands.ts': 'keptFiles.js',
	'src/ui/exportResults.ts': 'export.js',
	'src/ui/notifications.ts': 'notify.js',
	'src/ui/keeping/keepPlan.ts': 'keepPlan.js',
	'src/ui/keeping/keeping.ts': 'keeping.js',
	'src/ui/requests/newRequests.ts': 'newRequests.js',
	'src/ui/requests/requestSupport.ts': 'requests.js',
	'src/ui/result/resultPanel.ts': 'panels.js',
	'src/ui/saveResult.ts': 'save.js',
	'src/ui/sidecars/trackDropped.ts': 'sidecars.js',
	'src/ui/tree/taskTreeProvider.ts': 'list.js',
};
/**
 * The bundles that run in worker threads.
 * @type {Record<string, string>}
 */
const threads = {
	'src/ui/commands/paste.worker.ts': 'paste.js',
	'src/results/digest.worker.ts': 'digest.js',
	'src/results/facts.worker.ts': 'facts.js',
	'src/ui/requests/media.worker.ts': 'media.js',
	'src/store/store.worker.ts': 'store.js',
};
/**
 * `import('./simulator/demo')` loads dist/simulator.js. `require` of a source does the same without waiting.
 * @type {import('esbuild').Plugin}
 */
const bundlesLoadedOnUse = {
	name: 'bundles-loaded-on-use',
	setup(build) {
		build.onResolve({ filter: /^\.{1,2}\// }, ({ path: name, resolveDir, kind }) => {
			if (kind !== 'dynamic-import' && kind !== 'require-call') return undefined;
			const bundle = loadedOnUse[path.relative(__dirname, `${path.resolve(resolveDir, name)}.ts`).replaceAll('\\', '/')];
			return bundle === undefined ? undefined : { path: `./${bundle}`, external: true };
		});
	},
};
/**
 * The sentences of the table of bodies, 11 KB, are for the schema alone: other bundles have the table without them. A test makes sure that no
 * other code reads them.
 * @type {import('esbuild').Plugin}
 */
const withoutSentences = {
	name: 'without-sentences',
	setup(build) {
		build.onLoad({ filter: /[\\/]src[\\/]requests[\\/]bodySchemas[\\/]\w+\.ts$/ }, async ({ path: file }) => ({
			loader: 'ts',
			contents: (await readFile(file, 'utf8')).replace(/\bdoc:\s+(?:'[^'\n]*'|"[^"\n]*"|`[^`]*`),?/g, ''),
		}));
	},
};
const plugins = [withoutPolyfills, requiredVscode];
/**
 * The oldest supported editor runs its extensions on Node 22.
 * @type {import('esbuild').BuildOptions}
 */
const node = {
	...common,
	platform: 'node',
	format: 'cjs',
	target: 'node22',
	mainFields: ['module', 'main'],
	plugins,
};

/**
 * Runs the bundle, which exports `requestJsonSchema`, and writes what that returns in its place.
 * @type {import('esbuild').Plugin}
 */
const writtenSchema = {
	name: 'written-schema',
	setup(build) {
		build.initialOptions.write = false;
		build.onEnd((result) => {
			const [bundle] = result.outputFiles ?? [];
			if (bundle === undefined) return;
			/** @type {{ exports: { requestJsonSchema?: () => object } }} */
			const script = { exports: {} };
			try {
				new Function('module', bundle.text)(script);
			} catch (error) {
				// What is thrown here is not printed by esbuild.
				console.error(error);
				throw error;
			}
			const contents = Buffer.from(JSON.stringify(script.exports.requestJsonSchema?.()));
			replaceFile({ ...bundle, contents });
			result.outputFiles = [];
			for (const output of Object.values(result.metafile?.outputs ?? {})) output.bytes = contents.length;
		});
	},
};

/** @type {import('esbuild').BuildOptions[]} */
const shipped = [
	...Object.entries({ 'src/extension.ts': 'extension.js', ...loadedOnUse, ...threads }).map(
		([entry, bundle]) =>
			/** @type {import('esbuild').BuildOptions} */ ({
				...node,
				entryPoints: [entry],
				outfile: `dist/${bundle}`,
				plugins: [withoutSentences, ...plugins, bundlesLoadedOnUse],
				// With `require`, as the editor itself loads extension.js.
				supported: { 'dynamic-import': false },
			}),
	),
	{
		...common,
		platform: 'browser',
		format: 'iife',
		target: 'chrome138',
		entryPoints: ['src/webview/result.ts', 'src/webview/result.css'],
		outdir: 'dist/webview',
	},
	{
		...node,
		sourcemap: false,
		entryPoints: ['src/requests/jsonSchema.ts'],
		outfile: 'dist/request.schema.json',
		plugins: [...plugins, writtenSchema],
	},
	{ ...node, entryPoints: ['src/simulator/cli.ts'], outfile: 'out/simulator.js' },
];

/**
 * @param {string} suite a folder of test/
 * @returns {string[]} its TypeScript files
 */
function sources(suite) {
	if (!existsSync(`test/${suite}`)) return [];
	return readdirSync(`test/${suite}`, { recursive: true, encoding: 'utf8' })
		.filter((file) => file.endsWith('.ts') && !file.endsWith('.d.ts'))
		.map((file) => `test/${suite}/${file}`);
}

/**
 * The scripts of test/host are not bundled but loaded in place: they find files relative to themselves.
 * @type {import('esbuild').Plugin}
 */
const hostScripts = {
	name: 'host-scripts',
	setup(build) {
		build.onResolve({ filter: /\/host\/[^/]+\.mjs$/ }, (script) => ({
			path: path.resolve(script.resolveDir, script.path),
			external: true,
		}));
	},
};

/** Every .ts file of a suite and of what they share is an entry point: the tests, and the child processes that they start. */
const tests = () => [
	/** @type {import('esbuild').BuildOptions} */ ({
		...node,
		minify: false,
		sourcemap: 'inline',
		// Functions that no test uses stay in, so that the coverage counts them.
		treeShaking: false,
		entryPoints: ['support', 'unit', 'processes', 'integration', 'e2e', 'page', 'bench'].flatMap(sources),
		outdir: 'out/test',
		outbase: 'test',
		external: ['mocha', 'playwright-core', 'axe-core', 'fast-check', 'esbuild', 'eslint', 'typescript'],
		plugins: [...plugins, hostScripts],
	}),
];

/** The size limit of extension.js, which is read and compiled when the editor starts. */
const mostBytesAtStart = 196_300;
/** The size limit of each other file in dist/. */
const mostBytes = 250_000;

async function main() {
	const builds = flags.includes('--tests') ? tests() : shipped;
	if (!watch) {
		const results = await Promise.all(builds.map((options) => esbuild.build({ ...options, metafile: true, write: false })));
		for (const { outputFiles } of results) outputFiles.forEach(replaceFile);
		if (builds !== shipped)
			removeOthers('out/test', new Set(results.flatMap(({ outputFiles }) => outputFiles.map(({ path: file }) => file))));
		if (builds === shipped && !dev) judge(results.flatMap(({ metafile }) => Object.entries(metafile.outputs)));
		return;
	}
	for (const options of builds) {
		// The problem matcher in .vscode/tasks.json waits for these two lines.
		const report = {
			name: 'report',
			/** @param {import('esbuild').PluginBuild} build */
			setup(build) {
				build.onStart(() => console.log('[watch] build started'));
				build.onEnd(() => console.log('[watch] build finished'));
			},
		};
		const context = await esbuild.context({ ...options, plugins: [...(options.plugins ?? []), report] });
		await context.watch();
	}
}

/**
 * Writes a bundle that differs from the one there, whole or not at all: a window or a test that runs may load it meanwhile.
 * @param {import('esbuild').OutputFile} bundle
 */
function replaceFile({ path: file, contents }) {
	if (existsSync(file) && readFileSync(file).equals(contents)) return;
	mkdirSync(path.dirname(file), { recursive: true });
	const part = `${file}.${process.pid}.part`;
	writeFileSync(part, contents);
	renameSync(part, file);
}

/**
 * Removes the bundles of sources that are gone: all that are found are run.
 * @param {string} folder
 * @param {Set<string>} written absolute paths
 */
function removeOthers(folder, written) {
	for (const name of readdirSync(folder, { recursive: true, encoding: 'utf8' })) {
		const file = path.resolve(folder, name);
		if (name.endsWith('.js') && !written.has(file)) rmSync(file);
	}
}

/**
 * Fails if a bundle is too large or would not be packed, or if the third-party notices differ from the bundled packages.
 * @param {[file: string, output: import('esbuild').Metafile['outputs'][string]][]} outputs
 */
function judge(outputs) {
	const packed = outputs.filter(([file]) => file.startsWith('dist/'));
	for (const [file, { bytes }] of packed) {
		const most = file === 'dist/extension.js' ? mostBytesAtStart : mostBytes;
		if (bytes > most) throw new Error(`${file} has ${bytes} bytes, more than the limit of ${most}: check what was added`);
	}
	const taken = readFileSync('.vscodeignore', 'utf8').split('\n');
	const left = packed.map(([file]) => file).filter((file) => !taken.includes(`!${file}`));
	if (left.length > 0) throw new Error(`.vscodeignore leaves ${left.join(', ')} out of the .vsix`);
	const held = packed.flatMap(([, { inputs }]) =>
		Object.keys(inputs).flatMap((input) => /(?:^|\/)node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(input)?.[1] ?? []),
	);
	const named = [...readFileSync('THIRD_PARTY_NOTICES.md', 'utf8').matchAll(/^## (\S+) /gm)].map(([, name]) => name);
	const [bundled, noticed] = [held, named].map((names) => [...new Set(names)].sort().join(', '));
	if (bundled !== noticed) throw new Error(`THIRD_PARTY_NOTICES.md names ${noticed}, but the bundles contain ${bundled}`);
}

main().catch((error) => {
	// esbuild has already printed the errors in the code.
	if (!('errors' in error)) console.error(error.message);
	process.exit(1);
});
