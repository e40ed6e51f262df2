import type { Fix, RequestProblem } from '../../../requests/problem';
import { shown } from '../../../core/shown';
import { bodyFixSentences, bodySentences } from './body';
import { formFixText, formProblemText } from './form';

type Facts = RequestProblem['facts'];
/** A table of sentences by code or kind. */
type Sentences = Readonly<Record<string, (facts: Facts) => string>>;

/** What is wrong, and what to do, in whole sentences. */
export function problemText({ code, facts }: RequestProblem): string {
	return sentenceOf([formProblemText, bodySentences], code, facts);
}

/** What a fix does: the title of a quick fix. */
export function fixText({ kind, facts }: Fix): string {
	return sentenceOf([formFixText, bodyFixSentences], kind, facts);
}

/** Facts come from the file, whoever wrote it. The name itself is for a code without a sentence, of which the types allow none. */
function sentenceOf(tables: readonly Sentences[], name: string, facts: Facts): string {
	return shown(tables.find((table) => Object.hasOwn(table, name))?.[name]?.(facts) ?? name);
}
