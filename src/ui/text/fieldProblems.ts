import { l10n } from 'vscode';

/** What is wrong with a field of a file that was read, without a full stop. @param field its name as the file has it */
export const fieldProblems = {
	missing: (field: string) => l10n.t({ message: '“{0}” is missing', args: [field], comment: ['{0} is the name of a field.'] }),
	invalid: (field: string) => l10n.t({ message: '“{0}” is not valid', args: [field], comment: ['{0} is the name of a field.'] }),
} as const;
