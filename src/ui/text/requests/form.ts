import { env, l10n } from 'vscode';
import { placeholderForms } from '../../../core/fileNamePattern';
import type { FormCode } from '../../../requests/formProblem';
import type { FileRefusal } from '../../../requests/ports/workspaceFiles';
import type { RequestProblem } from '../../../requests/problem';
import { shown } from '../../../core/shown';
import { sentences } from '../sentences';
import { fileRefusalText } from './files';

type Facts = RequestProblem['facts'];

/** A fact for a sentence; it may come from a file of somebody else. */
function fact(facts: Facts, name: string): string {
	return shown(String(facts[name] ?? ''));
}

function count(facts: Facts, name: string): string {
	return Number(facts[name] ?? 0).toLocaleString(env.language);
}

/** "Did you mean “x”?" */
function didYouMean(facts: Facts): string | undefined {
	return facts['likely'] === undefined
		? undefined
		: l10n.t({ message: 'Did you mean “{0}”?', args: [fact(facts, 'likely')], comment: ['{0} is a word of the request file.'] });
}

/** The sentence for a variable that uses nothing but itself. */
function ownCircle(facts: Facts): string | undefined {
	const [first, second, ...more] = fact(facts, 'circle').split(' → ');
	return first === undefined || first !== second || more.length > 0
		? undefined
		: l10n.t({ message: '“{0}” uses itself. Give it a value of its own.', args: [first], comment: ['{0} is such as “vars.a”.'] });
}

/** What is wrong with the form of a request file, with its expressions, and with the files that they name. */
export const formProblemText: Readonly<Record<FormCode, (facts: Facts) => string>> = {
	'text-too-long': (facts) =>
		l10n.t({
			message:
				'This file has more than {0} characters and is not analyzed. Put images and audio into files of their own, and name them with file().',
			args: [count(facts, 'most')],
			comment: ['{0} is a number. file() is code.'],
		}),
	'text-empty': () => l10n.t('This request file is empty. Run “Kling: New Request…”, or paste a request or a curl command here.'),
	'nesting-too-deep': (facts) =>
		l10n.t({
			message: 'Objects and lists are nested more than {0} levels deep here, so the file is not analyzed.',
			args: [count(facts, 'most')],
			comment: ['{0} is a number.'],
		}),
	syntax: syntaxText,
	'duplicate-key': (facts) =>
		l10n.t({
			message: '“{0}” stands twice in this object, and only one of the two could count. Delete one.',
			args: [fact(facts, 'key')],
			comment: ['{0} is the name of a property.'],
		}),
	'proto-key': () => l10n.t('A property must not be called “__proto__”: programs read it in different ways. Delete it.'),
	'number-not-finite': (facts) =>
		l10n.t({
			message: 'The number {0} is too large: programs read it as infinite.',
			args: [fact(facts, 'number')],
			comment: ['{0} is a number such as 1e999.'],
		}),
	'lone-surrogate': () => l10n.t('This text contains half of a character, which cannot be sent. Type the character again.'),

	'root-type': () =>
		l10n.t({
			message: 'A request file is an object with “operation” and “body”: {0}.',
			args: ['{ "operation": "videos/text2video", "body": { … } }'],
			comment: ['{0} is an example in JSON.'],
		}),
	'wrong-type': (facts) =>
		l10n.t({
			message: '“{0}” must be {1}, not {2}.',
			args: [fact(facts, 'property'), typeText(facts['expected']), typeText(facts['found'])],
			comment: ['{0} is the name of a property; {1} and {2} are “a text”, “a number”, “a list”…'],
		}),
	'unknown-property': (facts) =>
		sentences(
			l10n.t({
				message: 'A request file has no property “{0}”; it is ignored. What Kling is to get belongs into “body”.',
				args: [fact(facts, 'property')],
				comment: ['“body” is the name of a property.'],
			}),
			didYouMean(facts),
		),
	'secret-in-file': (facts) =>
		l10n.t({
			message:
				'“{0}” looks like an API key, which does not belong in a file. Remove it: the extension sends the key from the secret storage.',
			args: [fact(facts, 'property')],
			comment: ['{0} is the name of a property of a request file.'],
		}),
	'version-unknown': (facts) =>
		l10n.t({
			message: 'Version {0} of the format is not known, only {1} is. Update the extension, or set “version” to {1}.',
			args: [fact(facts, 'found'), fact(facts, 'known')],
			comment: ['{0} and {1} are numbers.'],
		}),
	'operation-missing': () => l10n.t('“operation” is missing: which task to create, for example "videos/text2video".'),
	'operation-malformed': (facts) =>
		sentences(
			l10n.t({
				message: '“{0}” is no operation. Write the path after /kling/v1/, with two or three parts, such as videos/text2video.',
				args: [fact(facts, 'operation')],
				comment: ['{0} was typed by the person.'],
			}),
			didYouMean(facts),
		),
	'operation-refused': (facts) =>
		l10n.t({
			message:
				'“{0}” is not sent from a request file: it would delete something or change the account. Choose an operation that creates a task.',
			args: [fact(facts, 'operation')],
			comment: ['{0} is the path of an operation.'],
		}),
	'body-missing': () =>
		l10n.t({
			message: '“body” is missing: the object that Kling gets, for example {0}.',
			args: ['{ "prompt": "…" }'],
			comment: ['{0} is an example in JSON.'],
		}),
	'repeat-range': (facts) =>
		l10n.t({
			message: '“repeat” must be a whole number from 1 to {0}: how many tasks this request creates.',
			args: [count(facts, 'most')],
			comment: ['{0} is a number.'],
		}),
	'vars-too-many': (facts) =>
		l10n.t({
			message: '“vars” can have {0} entries at most. This one and those after it are ignored.',
			args: [count(facts, 'most')],
			comment: ['{0} is a number; “vars” is the name of a property.'],
		}),
	'var-name': (facts) =>
		l10n.t({
			message: '“{0}” cannot be the name of a variable. Use letters, digits, _ and -, beginning with a letter, and 64 characters at most.',
			args: [fact(facts, 'name')],
			comment: ['{0} was typed by the person.'],
		}),
	'var-type': (facts) =>
		l10n.t({
			message: 'The variable “{0}” must be a text, a number, true, false or null. Write objects and lists into “body”.',
			args: [fact(facts, 'name')],
			comment: ['true, false and null are code.'],
		}),
	'save-placeholder': (facts) =>
		sentences(
			l10n.t({
				message: '“{0}” is no placeholder of a file name. There are {1}.',
				args: [fact(facts, 'found'), placeholderForms.join(', ')],
				comment: ['{1} is a list of placeholders.'],
			}),
			didYouMean(facts),
		),
	'save-separator': () => l10n.t('“save” names a file, not a folder: slashes and backslashes become hyphens.'),
	'chain-word': (facts) =>
		l10n.t({
			message: 'Chains are not supported yet: this file cannot be run while it uses “{0}”.',
			args: [fact(facts, 'found')],
			comment: ['A chain is several requests in one file, each of which uses results of others.'],
		}),

	'expression-misplaced': () =>
		l10n.t('Expressions are replaced only in texts of “body” and “vars”. Here, it would stay as it is. Write the value itself.'),
	'expression-lookalike': (facts) =>
		l10n.t({
			message: 'This is no expression and is sent as it is. Write {0} for its value.',
			args: [fact(facts, 'meant')],
			comment: ['{0} is code, such as ${{ vars.x }}.'],
		}),
	'expression-unterminated': () =>
		l10n.t({
			message: 'This expression has no end. Close it with {0}, or write {1} if this is ordinary text.',
			args: ['}}', '$${{'],
			comment: ['{0} and {1} are code.'],
		}),
	'expression-empty': () =>
		l10n.t({
			message: 'This expression is empty. Write for example {0}.',
			args: ["${{ vars.x }}, ${{ file('./image.png') }}"],
			comment: ['{0} has examples of code.'],
		}),
	'expression-quotes': () =>
		l10n.t({
			message: 'A path stands in single quotes, for example {0}.',
			args: ["${{ file('./image.png') }}"],
			comment: ['{0} is code.'],
		}),
	'expression-function': (facts) =>
		sentences(
			l10n.t({
				message: 'There is no function “{0}”. A request can use file() and text().',
				args: [fact(facts, 'found')],
				comment: ['file() and text() are code.'],
			}),
			didYouMean(facts),
		),
	'expression-secret': () =>
		l10n.t(
			'A request cannot read environment variables, secrets or settings: it contains all that is sent. Write the value here or into “vars”.',
		),
	'expression-run': (facts) =>
		sentences(
			l10n.t({
				message: 'There is no “run.{0}”, only run.take and run.date.',
				args: [fact(facts, 'found')],
				comment: ['run.take and run.date are code.'],
			}),
			didYouMean(facts),
		),
	'expression-root': (facts) =>
		sentences(
			l10n.t({
				message: 'An expression cannot use “{0}”. It can use {1}.',
				args: [fact(facts, 'found'), 'vars.x, run.take, run.date, file(), text()'],
				comment: ['{1} is a list of code.'],
			}),
			didYouMean(facts),
		),
	'expression-syntax': (facts) =>
		l10n.t({
			message: '“{0}” is no expression. An expression is one of {1}; there are no operators.',
			args: [fact(facts, 'found'), "vars.x, run.take, run.date, file('./image.png'), text('./text.md')"],
			comment: ['{1} is a list of code.'],
		}),
	'var-unknown': (facts) =>
		facts['likely'] === undefined
			? l10n.t({
					message: '“vars” has no “{0}”. Add it there.',
					args: [fact(facts, 'name')],
					comment: ['“vars” is the name of a property.'],
				})
			: sentences(
					l10n.t({ message: '“vars” has no “{0}”.', args: [fact(facts, 'name')], comment: ['“vars” is the name of a property.'] }),
					didYouMean(facts),
				),
	'var-cycle': (facts) =>
		ownCircle(facts) ??
		l10n.t({
			message: 'These variables use each other in a circle: {0}. Give one of them a value of its own.',
			args: [fact(facts, 'circle')],
			comment: ['{0} is such as “vars.a → vars.b → vars.a”.'],
		}),
	'null-embedded': () =>
		l10n.t('This value is null, which has no text. Give the variable a text, or let the expression stand alone in its quotes.'),
	'file-embedded': () => l10n.t('A file cannot stand within a text. Let the expression stand alone in its quotes.'),
	'expansion-too-long': (facts) =>
		l10n.t({
			message: 'With its variables and texts replaced, this request has more than {0} characters. Shorten it.',
			args: [count(facts, 'most')],
			comment: ['{0} is a number.'],
		}),

	'file-refused': refusalText,
	'file-untrusted': refusalText,
	'file-not-media': (facts) =>
		l10n.t({
			message: '“{0}” is neither an image nor audio, whatever its name says. For a text, use text().',
			args: [fact(facts, 'path')],
			comment: ['{0} is a path of a file; text() is code.'],
		}),
	'file-too-large': (facts) =>
		l10n.t({
			message: '“{0}” is too large to be sent ({1} MB). Use a smaller version of it, or a link.',
			args: [fact(facts, 'path'), Math.ceil(Number(facts['size'] ?? 0) / 1_000_000).toLocaleString(env.language)],
			comment: ['{0} is a path of a file, {1} a number.'],
		}),
	'text-refused': refusalText,
	'text-untrusted': refusalText,
	'text-not-text': (facts) =>
		l10n.t({
			message: '“{0}” is not read: text() reads files that end in .txt or .md. For an image or audio, use file().',
			args: [fact(facts, 'path')],
			comment: ['{0} is a path of a file; text() and file() are code.'],
		}),
	'text-not-utf8': (facts) =>
		l10n.t({
			message: '“{0}” is not UTF-8 text. Save it with the encoding UTF-8.',
			args: [fact(facts, 'path')],
			comment: ['{0} is a path of a file.'],
		}),
	'text-file-too-large': (facts) =>
		l10n.t({
			message: '“{0}” has more than 64 KiB. Kling takes far shorter texts: shorten it.',
			args: [fact(facts, 'path')],
			comment: ['{0} is a path of a file.'],
		}),
};

/** What a quick fix does. */
export const formFixText: Readonly<Record<'replace' | 'add' | 'remove', (facts: Facts) => string>> = {
	replace: (facts) => l10n.t({ message: 'Change to “{0}”', args: [fact(facts, 'text')], comment: ['{0} is the new text.'] }),
	remove: (facts) => l10n.t({ message: 'Remove “{0}”', args: [fact(facts, 'property')], comment: ['{0} is the name of a property.'] }),
	add: (facts) => l10n.t({ message: 'Add “{0}”', args: [fact(facts, 'property')], comment: ['{0} is the name of a property.'] }),
};

function refusalText(facts: Facts): string {
	const reason = String(facts['reason'] ?? 'untrusted');
	const text = isRefusal(reason) ? fileRefusalText[reason] : fileRefusalText.unreadable;
	return text(fact(facts, 'path'));
}

function isRefusal(reason: string): reason is FileRefusal {
	return Object.hasOwn(fileRefusalText, reason);
}

/** "a text", for "must be a text, not a number". */
function typeText(type: Facts[string] | undefined): string {
	switch (type) {
		case 'object':
			return l10n.t({ message: 'an object', comment: ['In “must be an object, not a text”.'] });
		case 'array':
			return l10n.t({ message: 'a list', comment: ['In “must be an object, not a list”.'] });
		case 'string':
			return l10n.t({ message: 'a text', comment: ['In “must be a text, not a number”.'] });
		case 'number':
			return l10n.t({ message: 'a number', comment: ['In “must be a number, not a text”.'] });
		case 'boolean':
			return l10n.t({ message: 'true or false', comment: ['In “must be a text, not true or false”. They are code.'] });
		default:
			return 'null';
	}
}

/** What the JSON parser found. `error` is a name of jsonc-parser's. */
function syntaxText({ error }: Facts): string {
	switch (error) {
		case 'CommaExpected':
			return l10n.t('A comma is missing before this.');
		case 'ColonExpected':
			return l10n.t('A colon is missing after the name of this property.');
		case 'PropertyNameExpected':
			return l10n.t('The name of a property is expected here, in double quotes.');
		case 'ValueExpected':
			return l10n.t('A value is missing here.');
		case 'CloseBraceExpected':
			return l10n.t({ message: 'A closing brace {0} is missing.', args: ['}'], comment: ['{0} is the brace.'] });
		case 'CloseBracketExpected':
			return l10n.t('A closing bracket ] is missing.');
		case 'EndOfFileExpected':
			return l10n.t('The request ends before this. Delete what follows it: there is one request in a file.');
		case 'UnexpectedEndOfComment':
			return l10n.t('This comment has no end. Close it with */.');
		case 'UnexpectedEndOfString':
			return l10n.t('This text has no closing quote. Write a line break in it as \\n.');
		case 'UnexpectedEndOfNumber':
		case 'InvalidNumberFormat':
			return l10n.t('This number is not complete.');
		case 'InvalidUnicode':
		case 'InvalidEscapeCharacter':
			return l10n.t('A backslash is followed by something that has no meaning in JSON. Write \\\\ for a backslash.');
		case 'InvalidCharacter':
			return l10n.t('This text contains a control character. Write a tab as \\t.');
		default:
			return l10n.t('This is not JSON. Texts and names stand in double quotes.');
	}
}
