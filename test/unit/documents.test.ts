// What the documents say about the code, held against the code.
import assert from 'node:assert/strict';
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import path from 'node:path';
import manifest from '../../package.json';
import nls from '../../package.nls.json';
import { declaredNames } from '../support/declaredNames';

const documents = ['README.md', 'CONTRIBUTING.md', 'CHANGELOG.md', ...readdirSync('docs').map((name) => `docs/${name}`)];
/** What is said of the code as it is; the changelog is about the code as it was. */
const current = documents.filter((file) => file !== 'CHANGELOG.md');
const read = (file: string): string => readFileSync(file, 'utf8');
/** Generated files, which a fresh clone does not have. */
const isGenerated = (name: string): boolean => /^(?:dist|out)\//.test(name);

/** What stands in backticks in a text. */
function quoted(text: string): readonly string[] {
	return [...text.matchAll(/`([^`\n]+)`/g)].map(([, code]) => code ?? '');
}

/** The path of a file that a document names relative to the project or to src; undefined if there is none. */
function fileNamed(name: string): string | undefined {
	return [name, path.join('src', name)].find((file) => existsSync(file));
}

describe('the documents', () => {
	it('name files and folders that exist', () => {
		const named = current.flatMap((file) =>
			quoted(read(file))
				.filter(
					(code) => /^[\w.-]+(?:\/[\w.-]+)+$/.test(code) && (/\.(?:ts|mjs|js|json|css|png)$/.test(code) || fileNamed(path.dirname(code))),
				)
				.map((code) => `${file}: ${code}`),
		);
		assert.ok(named.length > 60, `${named.length} were found`);
		assert.deepEqual(
			named.filter((line) => {
				const name = line.slice(line.indexOf(' ') + 1);
				return !isGenerated(name) && fileNamed(name) === undefined;
			}),
			[],
		);
	});

	it('link to files and headings that exist', () => {
		const broken = documents.flatMap((file) =>
			[...read(file).matchAll(/\]\((?!https?:)([^)#]*)(?:#([^)]+))?\)/g)].flatMap(([link, name, heading]) => {
				const target = name === '' ? file : path.join(path.dirname(file), name ?? '');
				if (!existsSync(target)) {
					return [`${file}: ${link}`];
				}
				const anchors = [...read(target).matchAll(/^#+ (.+)$/gm)].map(([, title]) =>
					(title ?? '')
						.toLowerCase()
						.replace(/[^\w -]/g, '')
						.replaceAll(' ', '-'),
				);
				return heading === undefined || anchors.includes(heading) ? [] : [`${file}: ${link}`];
			}),
		);
		assert.deepEqual(broken, []);
	});

	it('name scripts that package.json has', () => {
		const named = current.flatMap((file) => [...read(file).matchAll(/npm run ([\w:-]+)/g)].map(([, script]) => script ?? ''));
		assert.ok(named.length > 10);
		assert.deepEqual(
			named.filter((script) => !(script in manifest.scripts)),
			[],
		);
	});

	it('name commands as the Command Palette does', () => {
		const titles = manifest.contributes.commands.map((command) => {
			const title = Object.entries(nls).find(([key]) => command.title === `%${key}%`)?.[1];
			return 'category' in command ? `${command.category}: ${title}` : title;
		});
		const named = current.flatMap((file) => [...read(file).matchAll(/\*\*(Kling: [^*]+|Track Kling task)\*\*/g)].map(([, title]) => title));
		assert.ok(named.length > 3);
		assert.deepEqual(
			named.filter((title) => !titles.includes(title)),
			[],
		);
	});
});

describe('docs/architecture.md', () => {
	it('names, on each step of a way, what the files of that step declare, and something of each file', () => {
		const steps = [...read('docs/architecture.md').matchAll(/^\| \d+\. [^|]+ \| ([^|]+) \| ([^|]+) \|$/gm)];
		assert.ok(steps.length > 20);
		const wrong = steps.flatMap(([, files = '', names = '']) => {
			const named = quoted(names);
			const declared = quoted(files).map((file) => ({ file, names: declaredNames(path.join('src', file)) }));
			return [
				...named.filter((name) => !declared.some((of) => of.names.includes(name))),
				...declared.filter((of) => !named.some((name) => of.names.includes(name))).map(({ file }) => file),
			];
		});
		assert.deepEqual(wrong, []);
	});

	it('has every layer', () => {
		const rows = [...read('docs/architecture.md').matchAll(/^\| `(\w+)` \|/gm)].map(([, layer]) => layer);
		assert.deepEqual(
			rows.sort(),
			readdirSync('src').filter((name) => statSync(path.join('src', name)).isDirectory()),
		);
	});
});

describe('README.md', () => {
	it('has every setting, with its default and its range', () => {
		const rows = [...read('README.md').matchAll(/^\| `(kling\.[\w.]+)` \| `([^`]+)` \| (.+) \|$/gm)];
		assert.deepEqual(
			Object.fromEntries(rows.map(([, name, value]) => [name, value])),
			Object.fromEntries(
				Object.entries(manifest.contributes.configuration.properties).map(([name, setting]) => [name, String(setting.default) || '""']),
			),
		);
		const text = (name: string): string => rows.find(([, row]) => row === name)?.[3] ?? '';
		for (const [name, setting] of Object.entries(manifest.contributes.configuration.properties)) {
			if ('minimum' in setting) {
				assert.match(text(name), new RegExp(`\\(${setting.minimum} to ${setting.maximum}\\)`), name);
			}
			if ('enum' in setting) {
				assert.deepEqual(quoted(text(name)), setting.enum, name);
			}
		}
	});

	it('asks for the oldest VS Code that the manifest allows', () => {
		assert.equal(/VS Code (\d+\.\d+) or newer/.exec(read('README.md'))?.[1], /^\^(\d+\.\d+)\.0$/.exec(manifest.engines.vscode)?.[1]);
	});

	it('has at most 80 lines and 7,000 characters, its pictures 150 KB and those of the walkthrough 100 KB', () => {
		const text = read('README.md');
		assert.ok(text.trimEnd().split('\n').length <= 80);
		assert.ok(text.length <= 7_000, `${text.length} characters`);
		for (const name of readdirSync('media/readme')) {
			assert.ok(statSync(`media/readme/${name}`).size <= 150_000, name);
		}
		for (const name of readdirSync('media/walkthrough')) {
			assert.ok(statSync(`media/walkthrough/${name}`).size <= 100_000, name);
		}
	});
});
