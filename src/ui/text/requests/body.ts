import { l10n } from 'vscode';
import type { BodyCode, BodyFixKind, Facts } from '../../../requests/rules/bodyRules';
import { fact } from './facts';
import { fieldProblems } from './fieldProblems';
import { operationProblems } from './operationProblems';
import { valueProblems } from './valueProblems';

/** What is wrong with a body, as whole sentences that name the remedy. */
export const bodySentences: Readonly<Record<BodyCode, (facts: Facts) => string>> = {
	...fieldProblems,
	...valueProblems,
	...operationProblems,
};

/** What a fix of a body does. */
export const bodyFixSentences: Readonly<Record<BodyFixKind, (facts: Facts) => string>> = {
	replaceValue: (facts) => l10n.t({ message: 'Change to {0}', args: [fact(facts, 'value')], comment: ['{0} is a value of the file.'] }),
	renameField: (facts) =>
		l10n.t({ message: 'Rename to "{0}"', args: [fact(facts, 'field')], comment: ['{0} is the name of a field of a request.'] }),
	addField: (facts) =>
		l10n.t({ message: 'Add "{0}"', args: [fact(facts, 'field')], comment: ['{0} is the name of a field of a request.'] }),
	removeField: (facts) =>
		l10n.t({ message: 'Remove "{0}"', args: [fact(facts, 'field')], comment: ['{0} is the name of a field of a request.'] }),
	removeDataPrefix: () => l10n.t('Remove the Prefix before the Base64'),
	useFile: (facts) => l10n.t({ message: 'Change to {0}', args: [fact(facts, 'value')], comment: ['{0} is a value of the file.'] }),
	wrapInArray: () => l10n.t('Put in Square Brackets'),
	wrapInObject: (facts) =>
		l10n.t({ message: 'Put in an Object as "{0}"', args: [fact(facts, 'field')], comment: ['{0} is the name of a field of a request.'] }),
	trim: () => l10n.t('Remove the White Space'),
	addTake: () =>
		l10n.t({ message: 'Add {0}', args: ['${{ run.take }}'], comment: ['{0} is an expression that is written into the file.'] }),
};
