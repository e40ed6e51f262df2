// Builds what is shipped (dist/), and what only the workshop needs (out/).
//   node esbuild.js            minified, as packed into the .vsix
//   node esbuild.js --dev      readable, with source maps (F5)
//   node esbuild.js --watch    --dev, and again on every change
//   node esbuild.js --tests    the test bundles in out/test
// @ts-check
const { existsSync, readdirSync } = require('node:fs');
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
 * node-fetch's Blob brings 60 KB of streams for runtimes that have none; Node has them.
 * @type {import('esbuild').Plugin}
 */
const withoutStreamsPolyfill = {
	name: 'without-streams-polyfill',
	setup(build) {
		build.onResolve({ filter: /^web-streams-polyfill/ }, ({ path: name }) => ({ path: name, namespace: 'empty' }));
		build.onLoad({ filter: /.*/, namespace: 'empty' }, () => ({ contents: '' }));
	},
};
/**
 * The oldest editor we support runs its extensions on Node 22.
 * @type {import('esbuild').BuildOptions}
 */
const node = { ...common, platform: 'node', format: 'cjs', target: 'node22', mainFields: ['module', 'main'], external: ['vscode'], plugins: [withoutStreamsPolyfill] };

/** @type {import('esbuild').BuildOptions[]} */
const shipped = [
	{ ...node, entryPoints: ['src/extension.ts'], outfile: 'dist/extension.js' },
	{
		...common,
		platform: 'browser',
		format: 'iife',
		target: 'chrome138',
		entryPoints: ['src/webview/result.ts', 'src/webview/result.css'],
		outdir: 'dist/webview',
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
 * The scripts of test/host are not bundled but used where they are: they look for things beside themselves.
 * @type {import('esbuild').Plugin}
 */
const hostScripts = {
	name: 'host-scripts',
	setup(build) {
		build.onResolve({ filter: /\/host\/[^/]+\.mjs$/ }, (script) => ({ path: path.resolve(script.resolveDir, script.path), external: true }));
	},
};

/** Every .ts file of a suite is an entry of its own: tests, and the child processes they start. */
const tests = () => [
	/** @type {import('esbuild').BuildOptions} */ ({
		...node,
		minify: false,
		sourcemap: 'inline',
		entryPoints: ['unit', 'processes', 'integration', 'e2e', 'page', 'bench'].flatMap(sources),
		outdir: 'out/test',
		outbase: 'test',
		external: ['vscode', 'mocha', 'playwright-core', 'axe-core', 'fast-check', 'esbuild', 'eslint'],
		plugins: [withoutStreamsPolyfill, hostScripts],
	}),
];

async function main() {
	const builds = flags.includes('--tests') ? tests() : shipped;
	if (!watch) {
		await Promise.all(builds.map((options) => esbuild.build(options)));
		return;
	}
	for (const options of builds) {
		// The two lines are what the problem matcher of .vscode/tasks.json waits for.
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

main().catch(() => process.exit(1));
