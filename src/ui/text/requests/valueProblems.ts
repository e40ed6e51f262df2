import { l10n } from 'vscode';
import type { BodyCode, Facts } from '../../../requests/rules/bodyRules';
import { fact, sizeText } from './facts';

/** Sentences of problems with the values of a body. */
export const valueProblems = {
	'space-around': (facts) =>
		l10n.t({
			message: 'The white space around the value of "{0}" is sent too, and Kling refuses it.',
			args: [fact(facts, 'field')],
			comment: ['{0} is the name of a field of a request.'],
		}),
	placeholder: (facts) =>
		l10n.t({
			message: '"{0}" still has the placeholder {1}. Replace it with the real value.',
			args: [fact(facts, 'field'), fact(facts, 'value')],
			comment: ['{0} is the name of a field of a request.', '{1} is a text of the file.'],
		}),
	'text-placeholder': (facts) =>
		l10n.t({
			message: '"{0}" still has the placeholder “{1}”. Write what you want there, or remove the field.',
			args: [fact(facts, 'field'), fact(facts, 'value')],
			comment: ['{0} is the name of a field of a request.', '{1} is a text of the file.'],
		}),
	'value-not-offered': (facts) =>
		l10n.t({
			message: '"{1}" is not a value of "{0}". Use one of: {2}.',
			args: [fact(facts, 'field'), fact(facts, 'value'), fact(facts, 'values')],
			comment: ['{0} is the name of a field of a request.', '{1} is a text of the file.', '{2} is a list of possible values.'],
		}),
	'value-unknown': (facts) =>
		facts['likely'] === ''
			? l10n.t({
					message: '"{1}" is not a known value of "{0}". Known ones: {2}.',
					args: [fact(facts, 'field'), fact(facts, 'value'), fact(facts, 'values')],
					comment: ['{0} is the name of a field of a request.', '{1} is a text of the file.', '{2} is a list of possible values.'],
				})
			: l10n.t({
					message: '"{1}" is not a known value of "{0}". Did you mean "{2}"?',
					args: [fact(facts, 'field'), fact(facts, 'value'), fact(facts, 'likely')],
					comment: ['{0} is the name of a field of a request.', '{1} is a text of the file.', '{2} is another value.'],
				}),
	'value-disputed': (facts) =>
		l10n.t({
			message: '{2} documents "{1}" for "{0}", but Kling does not.',
			args: [fact(facts, 'field'), fact(facts, 'value'), fact(facts, 'by')],
			comment: ['{0} is the name of a field of a request.', '{1} is a text of the file.', '{2} is the name of a page of documentation.'],
		}),
	'value-narrower-elsewhere': (facts) =>
		l10n.t({
			message: 'Kling documents "{1}" for "{0}", but {2} documents only: {3}.',
			args: [fact(facts, 'field'), fact(facts, 'value'), fact(facts, 'by'), fact(facts, 'values')],
			comment: [
				'{0} is the name of a field of a request.',
				'{1} is a text of the file.',
				'{2} is the name of a page of documentation.',
				'{3} is a list of possible values.',
			],
		}),
	'number-out-of-range': (facts) =>
		facts['max'] === ''
			? l10n.t({
					message: '"{0}" is {1}, but must be at least {2}.',
					args: [fact(facts, 'field'), fact(facts, 'value'), fact(facts, 'min')],
					comment: ['{0} is the name of a field of a request.', '{1} is a number.', '{2} is a number.'],
				})
			: l10n.t({
					message: '"{0}" is {1}, but must be from {2} to {3}.',
					args: [fact(facts, 'field'), fact(facts, 'value'), fact(facts, 'min'), fact(facts, 'max')],
					comment: ['{0} is the name of a field of a request.', '{1} is a number.', '{2} is a number.', '{3} is a number.'],
				}),
	'value-too-long': (facts) =>
		l10n.t({
			message: '"{0}" has {1} characters. Kling documents at most {2}.',
			args: [fact(facts, 'field'), fact(facts, 'length'), fact(facts, 'most')],
			comment: ['{0} is the name of a field of a request.', '{1} is a number.', '{2} is a number.'],
		}),
	'value-too-long-disputed': (facts) =>
		l10n.t({
			message: '"{0}" has {1} characters. Kling documents at most {2}, but {3} documents at most {4}.',
			args: [fact(facts, 'field'), fact(facts, 'length'), fact(facts, 'usual'), fact(facts, 'by'), fact(facts, 'most')],
			comment: [
				'{0} is the name of a field of a request.',
				'{1} is a number.',
				'{2} is a number.',
				'{3} is the name of a page of documentation.',
				'{4} is a number.',
			],
		}),
	'items-too-many': (facts) =>
		l10n.t({
			message: '"{0}" has {1} entries, but Kling documents at most {2}.',
			args: [fact(facts, 'field'), fact(facts, 'count'), fact(facts, 'most')],
			comment: ['{0} is the name of a field of a request.', '{1} is a number.', '{2} is a number.'],
		}),
	'items-too-few': (facts) =>
		l10n.t({
			message: '"{0}" needs at least {2} entries, but has {1}.',
			args: [fact(facts, 'field'), fact(facts, 'count'), fact(facts, 'least')],
			comment: ['{0} is the name of a field of a request.', '{1} is a number.', '{2} is a number.'],
		}),
	'media-data-prefix': () => l10n.t('Kling takes Base64 without a prefix. Remove everything up to the comma.'),
	'media-bare-path': () =>
		l10n.t({
			message: 'Kling does not read this path. Write {0} to send the file.',
			args: ["${{ file('./image.png') }}"],
			comment: ['{0} is an expression that is written into the file.'],
		}),
	'media-invalid': (facts) =>
		l10n.t({
			message: '"{0}" is neither a link nor the Base64 of a file.',
			args: [fact(facts, 'field')],
			comment: ['{0} is the name of a field of a request.'],
		}),
	'base64-url-safe': (facts) =>
		l10n.t({
			message: '"{0}" is Base64 for URLs, with - and _. Kling takes standard Base64, with + and /.',
			args: [fact(facts, 'field')],
			comment: ['{0} is the name of a field of a request.'],
		}),
	'base64-line-breaks': (facts) =>
		l10n.t({
			message: 'The Base64 of "{0}" has line breaks, which may be refused. Remove them.',
			args: [fact(facts, 'field')],
			comment: ['{0} is the name of a field of a request.'],
		}),
	'media-takes-no-link': (facts) =>
		l10n.t({
			message: '"{0}" takes no link, only the Base64 of a file. Write {1} to send one.',
			args: [fact(facts, 'field'), "${{ file('./sound.mp3') }}"],
			comment: ['{0} is the name of a field of a request.', '{1} is an expression that is written into the file.'],
		}),
	'link-for-file': (facts) => noUpload(facts),
	'link-for-path': (facts) => noUpload(facts),
	'link-for-base64': (facts) => noUpload(facts),
	'link-invalid': (facts) =>
		l10n.t({
			message: '"{0}" is not a valid link. Links begin with https://.',
			args: [fact(facts, 'field')],
			comment: ['{0} is the name of a field of a request.'],
		}),
	'link-scheme': (facts) =>
		l10n.t({
			message: 'Kling cannot fetch "{0}" with {1}. Use a link that begins with https://.',
			args: [fact(facts, 'field'), fact(facts, 'scheme')],
			comment: ['{0} is the name of a field of a request.', '{1} is a scheme of links such as ftp.'],
		}),
	'link-private': (facts) =>
		l10n.t({
			message: 'Kling cannot fetch from {0}: this address is known only on this computer or in its network.',
			args: [fact(facts, 'host')],
			comment: ['{0} is a host name.'],
		}),
	'link-in-id': (facts) =>
		l10n.t({
			message: '"{0}" takes the ID of a result, not a link.',
			args: [fact(facts, 'field')],
			comment: ['{0} is the name of a field of a request.'],
		}),
	'file-elsewhere': (facts) =>
		l10n.t({
			message: '"{0}" does not take a file. Use {1} for the text of a file.',
			args: [fact(facts, 'field'), "${{ text('./prompt.md') }}"],
			comment: ['{0} is the name of a field of a request.', '{1} is an expression that is written into the file.'],
		}),
	'media-too-large': (facts) =>
		l10n.t({
			message: '"{0}" has {1}. Kling takes at most {2}.',
			args: [fact(facts, 'field'), sizeText(facts['size']), sizeText(facts['most'])],
			comment: ['{0} is the name of a field of a request.', '{1} is a size such as 12.4 MB.', '{2} is a size such as 10 MB.'],
		}),
	'media-too-small': (facts) =>
		l10n.t({
			message: 'The image has {0} × {1} pixels. Kling documents at least {2} for the shorter side.',
			args: [fact(facts, 'width'), fact(facts, 'height'), fact(facts, 'least')],
			comment: ['{0} is a number.', '{1} is a number.', '{2} is a number.'],
		}),
	'media-ratio': (facts) =>
		l10n.t({
			message: 'The image has {0} × {1} pixels. Kling documents a ratio of sides of at most {2} : 1.',
			args: [fact(facts, 'width'), fact(facts, 'height'), fact(facts, 'most')],
			comment: ['{0} is a number.', '{1} is a number.', '{2} is a number such as 2.5.'],
		}),
	'media-kind': (facts) =>
		facts['wanted'] === 'image'
			? l10n.t({
					message: '"{0}" takes an image, but the file is {1}.',
					args: [fact(facts, 'field'), fact(facts, 'found')],
					comment: ['{0} is the name of a field of a request.', '{1} is a kind of file such as mp3.'],
				})
			: l10n.t({
					message: '"{0}" takes a sound, but the file is {1}.',
					args: [fact(facts, 'field'), fact(facts, 'found')],
					comment: ['{0} is the name of a field of a request.', '{1} is a kind of file such as png.'],
				}),
	'link-type': (facts) =>
		l10n.t({
			message: 'The link of "{0}" ends like that of a {1} file. Kling documents: {2}.',
			args: [fact(facts, 'field'), fact(facts, 'found'), fact(facts, 'types')],
			comment: ['{0} is the name of a field of a request.', '{1} is a kind of file such as webp.', '{2} is a list of kinds of files.'],
		}),
	'media-type': (facts) =>
		l10n.t({
			message: '"{0}" is a {1} file. Kling documents: {2}.',
			args: [fact(facts, 'field'), fact(facts, 'found'), fact(facts, 'types')],
			comment: ['{0} is the name of a field of a request.', '{1} is a kind of file such as webp.', '{2} is a list of kinds of files.'],
		}),
	'media-total': (facts) =>
		l10n.t({
			message: 'The media of this request have {0} as Base64. More than {1} may be refused.',
			args: [sizeText(facts['size']), sizeText(facts['most'])],
			comment: ['{0} is a size such as 48 MB.', '{1} is a size such as 40 MB.'],
		}),
} as const satisfies Readonly<Partial<Record<BodyCode, (facts: Facts) => string>>>;

/** Why a file, its path or its Base64 cannot stand in a field that takes a link or an ID. */
function noUpload(facts: Facts): string {
	return facts['media'] === 'video'
		? l10n.t({
				message: '"{0}" cannot take a file: Kling takes videos by URL or ID only; there is no upload endpoint.',
				args: [fact(facts, 'field')],
				comment: ['{0} is the name of a field of a request.'],
			})
		: l10n.t({
				message: '"{0}" cannot take a file: it takes only a link that begins with https://.',
				args: [fact(facts, 'field')],
				comment: ['{0} is the name of a field of a request.'],
			});
}
