import { l10n } from 'vscode';
import { operationKey, type OperationKey, type OperationPath } from '../../core/operation';

let operationLabels: Readonly<Record<OperationKey, string>> | undefined;

/** Created at the first call: translations are not available while this file loads. */
function makeOperationLabels(): Readonly<Record<OperationKey, string>> {
	return {
		'videos/text2video': l10n.t('Text to Video'),
		'videos/image2video': l10n.t('Image to Video'),
		'videos/multi-image2video': l10n.t('Multiple Images to Video'),
		'videos/effects': l10n.t('Video Effects'),
		'videos/lip-sync': l10n.t('Lip Sync'),
		'videos/multi-elements': l10n.t('Multiple Elements'),
		'images/generations': l10n.t('Image Generation'),
		'images/kolors-virtual-try-on': l10n.t('Virtual Try-On'),
		'audio/text-to-audio': l10n.t('Text to Audio'),
		'audio/video-to-audio': l10n.t('Video to Audio'),
		'videos/omni-video': l10n.t('Omni Video'),
		'videos/video-extend': l10n.t('Video Extension'),
		'videos/advanced-lip-sync': l10n.t('Advanced Lip Sync'),
		'videos/avatar/image2video': l10n.t('Avatar'),
		'videos/motion-control': l10n.t('Motion Control'),
		'images/omni-image': l10n.t('Omni Image'),
		'images/multi-image2image': l10n.t('Multiple Images to Image'),
		'images/editing/expand': l10n.t('Image Expansion'),
		'audio/tts': l10n.t('Text to Speech'),
	};
}

/** "Text to Video"; the path of an operation that is not listed. */
export function operationLabel(operation: OperationPath): string {
	const labels: Readonly<Partial<Record<string, string>>> = (operationLabels ??= makeOperationLabels());
	const key = operationKey(operation);
	return labels[key] ?? key;
}
