import { l10n } from 'vscode';
import { operationKey, type OperationKey, type OperationPath } from '../../core/operation';

let operationLabels: Readonly<Record<OperationKey, string>> | undefined;

/** Created at the first call: translations are not available while this file loads. */
function makeOperationLabels(): Readonly<Record<OperationKey, string>> {
	return {
		'videos/text2video': l10n.t('Text to video'),
		'videos/image2video': l10n.t('Image to video'),
		'videos/multi-image2video': l10n.t('Multiple images to video'),
		'videos/effects': l10n.t('Video effects'),
		'videos/lip-sync': l10n.t('Lip sync'),
		'videos/multi-elements': l10n.t('Multiple elements'),
		'images/generations': l10n.t('Image generation'),
		'images/kolors-virtual-try-on': l10n.t('Virtual try-on'),
		'audio/text-to-audio': l10n.t('Text to audio'),
		'audio/video-to-audio': l10n.t('Video to audio'),
		'videos/omni-video': l10n.t('Omni video'),
		'videos/video-extend': l10n.t('Video extension'),
		'videos/advanced-lip-sync': l10n.t('Advanced lip sync'),
		'videos/avatar/image2video': l10n.t('Avatar'),
		'videos/motion-control': l10n.t('Motion control'),
		'images/omni-image': l10n.t('Omni image'),
		'images/multi-image2image': l10n.t('Multiple images to image'),
		'images/editing/expand': l10n.t('Image expansion'),
		'audio/tts': l10n.t('Text to speech'),
	};
}

/** "Text to video"; the path of an operation that is not listed. */
export function operationLabel(operation: OperationPath): string {
	const labels: Readonly<Partial<Record<string, string>>> = (operationLabels ??= makeOperationLabels());
	const key = operationKey(operation);
	return labels[key] ?? key;
}
