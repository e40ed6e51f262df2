import { l10n } from 'vscode';
import type { BodyCode, Facts } from '../../../requests/rules/bodyRules';
import { fact } from './facts';

/** Sentences of problems with the fields of a body and their types. */
export const fieldProblems = {
	'operation-unchecked': (facts) =>
		l10n.t({
			message: 'The body of {0} is not checked and its price is unknown: this operation is not in the list of known ones.',
			args: [fact(facts, 'operation')],
			comment: ['{0} is an operation such as videos/text2video.'],
		}),
	'operation-misspelled': (facts) =>
		l10n.t({
			message: 'The operation {0} is not known. Did you mean {1}?',
			args: [fact(facts, 'operation'), fact(facts, 'likely')],
			comment: ['{0} is an operation such as videos/text2video.', '{1} is an operation such as videos/text2video.'],
		}),
	'operation-retiring': (facts) =>
		l10n.t({
			message: 'Kling no longer documents {0} and may refuse it.',
			args: [fact(facts, 'operation')],
			comment: ['{0} is an operation such as videos/text2video.'],
		}),
	'model-retiring': (facts) =>
		l10n.t({
			message: 'Kling is switching off {0}. Choose a newer "model_name".',
			args: [fact(facts, 'model')],
			comment: ['{0} is the name of a model.'],
		}),
	'external-id-repeated': (facts) =>
		l10n.t({
			message: 'All {0} takes would have this ID, and Kling refuses an ID that exists already. Add {1} to it.',
			args: [fact(facts, 'count'), '${{ run.take }}'],
			comment: ['{0} is a number above 1.', '{1} is an expression that is written into the file.'],
		}),
	'callback-url': (facts) =>
		l10n.t({
			message: 'Kling sends every status of this task, with the links of its results, to {0}. The extension needs no callback.',
			args: [fact(facts, 'host')],
			comment: ['{0} is a host name.'],
		}),
	'callback-private': (facts) =>
		l10n.t({
			message: 'Kling cannot reach {0}: this address is known only on this computer or in its network.',
			args: [fact(facts, 'host')],
			comment: ['{0} is a host name.'],
		}),
	'callback-invalid': () => l10n.t('The callback is not a valid https:// or http:// address.'),
	'secret-in-body': (facts) =>
		l10n.t({
			message:
				'"{0}" looks like an API key, which does not belong in a file. Remove it: the extension sends the key from the secret storage.',
			args: [fact(facts, 'field')],
			comment: ['{0} is the name of a field of a request.'],
		}),
	'field-missing': (facts) =>
		l10n.t({
			message: '"{0}" is missing. Kling refuses the request without it.',
			args: [fact(facts, 'field')],
			comment: ['{0} is the name of a field of a request.'],
		}),
	'field-empty': (facts) =>
		l10n.t({
			message: '"{0}" is empty. Kling refuses the request without a value.',
			args: [fact(facts, 'field')],
			comment: ['{0} is the name of a field of a request.'],
		}),
	'field-unknown': (facts) =>
		facts['likely'] === ''
			? l10n.t({
					message: '{1} has no field "{0}". It is sent, but most likely ignored.',
					args: [fact(facts, 'field'), fact(facts, 'operation')],
					comment: ['{0} is the name of a field of a request.', '{1} is an operation such as videos/text2video.'],
				})
			: l10n.t({
					message: '{1} has no field "{0}". Did you mean "{2}"?',
					args: [fact(facts, 'field'), fact(facts, 'operation'), fact(facts, 'likely')],
					comment: [
						'{0} is the name of a field of a request.',
						'{1} is an operation such as videos/text2video.',
						'{2} is the name of a field of a request.',
					],
				}),
	'body-of-new-api': (facts) =>
		l10n.t({
			message:
				'This is a body of Kling’s newer API, which {0} does not take. Write the fields of {0}, such as "prompt", directly into the body.',
			args: [fact(facts, 'operation')],
			comment: ['{0} is an operation such as videos/text2video.'],
		}),
	'field-misspelled': (facts) =>
		l10n.t({
			message: '{1} has no field "{0}". Did you mean "{2}", which is missing?',
			args: [fact(facts, 'field'), fact(facts, 'operation'), fact(facts, 'likely')],
			comment: [
				'{0} is the name of a field of a request.',
				'{1} is an operation such as videos/text2video.',
				'{2} is the name of a field of a request.',
			],
		}),
	'field-of-other': (facts) =>
		l10n.t({
			message: '{1} has no field "{0}", but {2} has. Here it is most likely ignored.',
			args: [fact(facts, 'field'), fact(facts, 'operation'), fact(facts, 'other')],
			comment: [
				'{0} is the name of a field of a request.',
				'{1} is an operation such as videos/text2video.',
				'{2} is another operation such as videos/image2video.',
			],
		}),
	'field-without-seed': () => l10n.t('Kling takes no seed. Use "repeat" to get several different results.'),
	'field-misplaced': (facts) =>
		l10n.t({
			message: '"{0}" has no effect here. It belongs in "{1}".',
			args: [fact(facts, 'field'), fact(facts, 'owner')],
			comment: ['{0} is the name of a field of a request.', '{1} is the name of an object in the file.'],
		}),
	'fields-nested': (facts) =>
		l10n.t({
			message: '{1} has no "{0}". Write its fields directly into the body.',
			args: [fact(facts, 'field'), fact(facts, 'operation')],
			comment: ['{0} is the name of a field of a request.', '{1} is an operation such as videos/text2video.'],
		}),
	'model-field': () => l10n.t('Kling ignores "model" and uses its default model. Use "model_name".'),
	'model-field-ignored': () => l10n.t('Kling ignores "model": only "model_name" counts.'),
	'any-of-missing': (facts) =>
		l10n.t({
			message: 'At least one of these fields must be there: {0}.',
			args: [fact(facts, 'fields')],
			comment: ['{0} is a list of names of fields.'],
		}),
	'one-of-missing': (facts) =>
		l10n.t({
			message: 'One of these fields must be there: {0}.',
			args: [fact(facts, 'fields')],
			comment: ['{0} is a list of names of fields.'],
		}),
	'one-of-several': (facts) =>
		l10n.t({
			message: 'Only one of these fields may be there: {0}.',
			args: [fact(facts, 'fields')],
			comment: ['{0} is a list of names of fields.'],
		}),
	'fields-exclude': (facts) =>
		l10n.t({
			message: '"{0}" cannot be used together with "{1}". Remove one of them.',
			args: [fact(facts, 'field'), fact(facts, 'other')],
			comment: ['{0} is the name of a field of a request.', '{1} is the name of another field.'],
		}),
	'field-needs': (facts) =>
		l10n.t({
			message: '"{0}" has no effect without "{1}".',
			args: [fact(facts, 'field'), fact(facts, 'other')],
			comment: ['{0} is the name of a field of a request.', '{1} is the name of another field.'],
		}),
	'model-lacks-field': (facts) =>
		l10n.t({
			message: '{1} has no "{0}". These models have it: {2}.',
			args: [fact(facts, 'field'), fact(facts, 'model'), fact(facts, 'models')],
			comment: ['{0} is the name of a field of a request.', '{1} is the name of a model.', '{2} is a list of names of models.'],
		}),
	'number-for-string': (facts) =>
		l10n.t({
			message: '"{0}" must be a string, in quotes: "{1}".',
			args: [fact(facts, 'field'), fact(facts, 'value')],
			comment: ['{0} is the name of a field of a request.', '{1} is a number.'],
		}),
	'string-for-number': (facts) =>
		l10n.t({
			message: '"{0}" must be a number, without quotes.',
			args: [fact(facts, 'field')],
			comment: ['{0} is the name of a field of a request.'],
		}),
	'boolean-for-string': (facts) =>
		facts['values'] === ''
			? l10n.t({
					message: '"{0}" must be a string, in quotes.',
					args: [fact(facts, 'field')],
					comment: ['{0} is the name of a field of a request.'],
				})
			: l10n.t({
					message: '"{0}" must be a string, one of: {1}.',
					args: [fact(facts, 'field'), fact(facts, 'values')],
					comment: ['{0} is the name of a field of a request.', '{1} is a list of possible values.'],
				}),
	'string-for-boolean': (facts) =>
		l10n.t({
			message: '"{0}" must be true or false, without quotes.',
			args: [fact(facts, 'field')],
			comment: ['{0} is the name of a field of a request.'],
		}),
	'array-missing': (facts) =>
		l10n.t({
			message: '"{0}" must be an array. Put the value in square brackets.',
			args: [fact(facts, 'field')],
			comment: ['{0} is the name of a field of a request.'],
		}),
	'watermark-boolean': (facts) =>
		l10n.t({
			message: '"{0}" must be an object. Write {1}.',
			args: [fact(facts, 'field'), '{ "enabled": true }'],
			comment: ['{0} is the name of a field of a request.', '{1} is a part of the file.'],
		}),
	'type-wrong': (facts) => typeSentence(facts),
	'not-integer': (facts) =>
		l10n.t({
			message: '"{0}" must be a whole number, written without a decimal point.',
			args: [fact(facts, 'field')],
			comment: ['{0} is the name of a field of a request.'],
		}),
	'number-rounded': (facts) =>
		l10n.t({
			message: '{1} looks rounded: a program has replaced the last digits of this long number by zeros. Copy the ID again, as a string.',
			args: [fact(facts, 'field'), fact(facts, 'value')],
			comment: ['{0} is the name of a field of a request.', '{1} is a long number.'],
		}),
	'null-value': (facts) =>
		l10n.t({
			message: '"{0}" is sent as null. Remove it to use the default.',
			args: [fact(facts, 'field')],
			comment: ['{0} is the name of a field of a request.'],
		}),
	'empty-value': (facts) =>
		l10n.t({
			message: '"{0}" is empty. Remove it to use the default.',
			args: [fact(facts, 'field')],
			comment: ['{0} is the name of a field of a request.'],
		}),
} as const satisfies Readonly<Partial<Record<BodyCode, (facts: Facts) => string>>>;

/** What type a field must have. */
function typeSentence(facts: Facts): string {
	switch (facts['wanted']) {
		case 'number':
			return l10n.t({
				message: '"{0}" must be a number.',
				args: [fact(facts, 'field')],
				comment: ['{0} is the name of a field of a request.'],
			});
		case 'integer':
			return l10n.t({
				message: '"{0}" must be a whole number.',
				args: [fact(facts, 'field')],
				comment: ['{0} is the name of a field of a request.'],
			});
		case 'boolean':
			return l10n.t({
				message: '"{0}" must be true or false.',
				args: [fact(facts, 'field')],
				comment: ['{0} is the name of a field of a request.'],
			});
		case 'object':
			return l10n.t({
				message: '"{0}" must be an object in braces.',
				args: [fact(facts, 'field')],
				comment: ['{0} is the name of a field of a request.'],
			});
		case 'array':
			return l10n.t({
				message: '"{0}" must be an array in square brackets.',
				args: [fact(facts, 'field')],
				comment: ['{0} is the name of a field of a request.'],
			});
		default:
			return l10n.t({
				message: '"{0}" must be a string in quotes.',
				args: [fact(facts, 'field')],
				comment: ['{0} is the name of a field of a request.'],
			});
	}
}
