import { l10n } from 'vscode';
import type { MediaFacts, TextFacts } from '../../../requests/fileFacts';
import { sizeText } from './facts';
import { fileRefusalText } from './files';

type KnownMedia = Extract<MediaFacts, { kind: 'image' | 'audio' }>;

/** "PNG 1024×1024"; without the pixels where the file does not say. */
function typeText(facts: KnownMedia): string {
	const type = facts.type.toUpperCase();
	return facts.kind === 'image' && facts.width !== undefined && facts.height !== undefined
		? `${type} ${facts.width}×${facts.height}`
		: type;
}

/** What stands for a file in a preview: `<PNG 1024×1024, 1.2 MB, sha256 0a1b2c3d…>`. */
export function mediaStandIn(path: string, facts: KnownMedia | undefined): string {
	return facts === undefined
		? l10n.t({ message: '<{0}: not read>', args: [path], comment: ['{0} is a path. It stands for a file in the preview of a request.'] })
		: `<${typeText(facts)}, ${sizeText(facts.size)}, sha256 ${facts.sha256.slice(0, 8)}…>`;
}

/** What is known about a file, for a hover. `path` as written. */
export function mediaFactsText(path: string, facts: MediaFacts): string {
	switch (facts.kind) {
		case 'image':
		case 'audio':
			return l10n.t({
				message: '{0}, {1}. It is sent as Base64.',
				args: [typeText(facts), sizeText(facts.size)],
				comment: ['{0} is the type of a file, such as “PNG 1024×1024”, {1} its size.'],
			});
		case 'other':
			return l10n.t({
				message: 'Neither an image nor audio, {0}.',
				args: [sizeText(facts.size)],
				comment: ['{0} is the size of a file.'],
			});
		case 'tooLarge':
			return l10n.t({
				message: 'Too large to be sent: {0}.',
				args: [sizeText(facts.size)],
				comment: ['{0} is the size of a file.'],
			});
		case 'refused':
			return fileRefusalText[facts.reason](path);
	}
}

/** Why the text of a file is not used, for a hover. `path` as written. */
export function textFactsText(path: string, facts: Exclude<TextFacts, { readonly kind: 'text' }>): string {
	switch (facts.kind) {
		case 'notText':
			return l10n.t('Only .txt and .md files are read as text.');
		case 'notUtf8':
			return l10n.t('The file is not UTF-8 text.');
		case 'tooLarge':
			return l10n.t({
				message: 'The file has {0}; at most 64 KB are read as text.',
				args: [sizeText(facts.size)],
				comment: ['{0} is the size of a file.'],
			});
		case 'refused':
			return fileRefusalText[facts.reason](path);
	}
}
