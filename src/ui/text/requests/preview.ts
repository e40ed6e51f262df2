import { l10n } from 'vscode';

/** The first line of a preview. */
export function previewTitle(name: string): string {
	return l10n.t({
		message: 'Preview of {0}: exactly what would be sent. Nothing is sent from here.',
		args: [name],
		comment: ['{0} is a file name.'],
	});
}

/** Precedes the errors of a request. */
export function notSendable(): string {
	return l10n.t('It cannot be sent like this:');
}

/** Stands for the base URL. */
export function invalidBaseUrl(): string {
	return l10n.t({ message: '<the base URL in the settings is not valid>', comment: ['Stands for a URL.'] });
}

/** Stands for the API key. */
export function keyStandIn(): string {
	return l10n.t({ message: '<your API key>', comment: ['Stands for an API key.'] });
}

/** Stands for the ID that is added to a body without one. */
export function idStandIn(): string {
	return l10n.t({ message: '<an ID of its own is added when it is sent>', comment: ['Stands for an ID.'] });
}

/** All takes have the same body. @param hasOwnIds except for the ID that is added to it */
export function equalTakes(count: number, hasOwnIds: boolean): string {
	if (hasOwnIds) {
		return l10n.t({
			message: 'It is sent {0} times, each time with another external_task_id.',
			args: [count],
			comment: ['{0} is a number above 1.'],
		});
	}
	return l10n.t({ message: 'It is sent {0} times.', args: [count], comment: ['{0} is a number above 1.'] });
}

/** The takes have different bodies, which follow as a list. */
export function differentTakes(count: number): string {
	return l10n.t({
		message: 'It is sent {0} times, each time with one of these bodies:',
		args: [count],
		comment: ['{0} is a number above 1.'],
	});
}

/** The others would be too long. */
export function firstBodies(count: number): string {
	return l10n.t({
		message: 'The bodies are so long that only the first are shown: {0}.',
		args: [count],
		comment: ['{0} is a number.'],
	});
}

/** The document of a preview whose request was closed. */
export function noRequest(): string {
	return l10n.t('The request of this preview is not open any more.');
}
