import * as vscode from 'vscode';
import type { Creation } from '../../creation/creation';
import type { CommandId } from '../commands/commandIds';
import { creationNode } from '../creationNode';
import { commandRemedy, type Say } from '../message';
import { settledText } from '../text/creation/outcomes';
import { creationLabel } from '../text/creation/rows';
import type { Remedy } from '../userError';
import { actionsOf, creationNeedsPerson, type CreationAction } from './creationActions';

/** The buttons of a message for what can be done, in the order of the row's actions; the others are in the row's menu. */
const buttons: Partial<Readonly<Record<CreationAction, { readonly label: () => string; readonly command: CommandId }>>> = {
	trackFound: { label: () => vscode.l10n.t('Track That Task'), command: 'kling.trackFoundTask' },
	enterId: { label: () => vscode.l10n.t('I Have the ID…'), command: 'kling.enterTaskId' },
	sendAgain: { label: () => vscode.l10n.t('Send Again'), command: 'kling.sendAgain' },
	confirm: { label: () => vscode.l10n.t('Send…'), command: 'kling.confirmCreation' },
};

/** Shows a message about a creation that needs a person now. Of one that was accepted its row says enough. */
export async function notifySettled(creation: Creation, say: Say): Promise<void> {
	if (!creationNeedsPerson(creation)) {
		return;
	}
	const isRejected = creation.state === 'rejected';
	await say(isRejected ? 'error' : 'warning', settledText(creation, creationLabel(creation)), remediesOf(creation));
}

function remediesOf(creation: Creation): readonly Remedy[] {
	const node = creationNode(creation.id);
	const own = actionsOf(creation).flatMap((action): Remedy[] => {
		const button = buttons[action];
		return button === undefined ? [] : [commandRemedy(button.label(), button.command, node)];
	});
	const { reason, operation } = creation;
	return [
		...(reason?.error?.kind === 'auth' || reason?.kind === 'noKey'
			? [commandRemedy(vscode.l10n.t('Set API Key'), 'kling.setApiKey', operation.origin)]
			: []),
		...own.slice(0, 2),
		...(reason?.kind === 'exists' ? [commandRemedy(vscode.l10n.t('Generate Again'), 'kling.runAgain', node)] : []),
		commandRemedy(vscode.l10n.t('Show Request'), 'kling.showRequest', node),
	];
}
