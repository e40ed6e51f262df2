// How people and programs call operations and models.
import { operationKey, operations, type Operation } from '../operation';

/** Short and other names, without signs; the catalogue's own are known besides. */
const shortNames: Readonly<Record<string, string>> = {
	'videos/text2video': 't2v txt2vid text2vid txt2video texttovideo text2video texttovid ttv 文生视频 文生影片',
	'videos/image2video': 'i2v img2vid imagetovid img2video image2vid image2video imagetovideo imgtovideo itv 图生视频 圖生影片',
	'videos/multi-image2video': 'multii2v multiimage2video multiimagetovideo multiimg2video 多图生视频 多图参考生视频',
	'videos/video-extend': 'extend extendvideo videoextend videoextension extension 视频延长 视频续写 延长',
	'videos/lip-sync': 'lipsync lipsyncing 对口型 口型同步',
	'videos/advanced-lip-sync': 'advancedlipsync',
	'videos/effects': 'effect effects videoeffects videoeffect 特效 视频特效',
	'videos/multi-elements': 'multielements elements',
	'videos/omni-video': 'omnivideo omni',
	'videos/avatar/image2video': 'avatar digitalhuman talkingphoto 数字人',
	'videos/motion-control': 'motioncontrol motion 动作控制',
	'images/generations':
		'generations imagegeneration imagegenerations generateimage t2i txt2img text2image text2img texttoimage 文生图 图像生成 图片生成',
	'images/omni-image': 'omniimage',
	'images/multi-image2image': 'multiimage2image multiimagetoimage 多图生图',
	'images/editing/expand': 'expand expandimage imageexpand outpaint outpainting 扩图',
	'images/kolors-virtual-try-on': 'tryon vton virtualtryon kolorstryon kolorsvirtualtryon 虚拟试穿 虚拟试衣 试衣',
	'audio/text-to-audio': 't2a text2audio texttoaudio txt2audio sfx soundeffects 文生音效 文生音频',
	'audio/video-to-audio': 'v2a video2audio videotoaudio vid2audio 视频生音效 视频配音',
	'audio/tts': 'tts texttospeech text2speech 语音合成',
};

/** By their names in lower case without signs, by short and other names, and by their paths. */
const byName: ReadonlyMap<string, Operation> = new Map([
	...Object.entries(shortNames).flatMap(([key, names]) =>
		names.split(' ').flatMap((name) => operations.filter((one) => operationKey(one) === key).map((one) => [name, one] as const)),
	),
	...operations.flatMap((one) => [[compact(one.action2), one] as const, [operationKey(one), one] as const]),
]);

function compact(name: string): string {
	return name.toLowerCase().replace(/[\s_\-.:]+/g, '');
}

/**
 * The catalogue's entry that a name, an alias or a path means, however it is spelled: `i2v`, `Image-to-Video`, `kling_text2video`,
 * `videos/effects`.
 */
export function operationNamed(name: string): Operation | undefined {
	if (name.length < 3 || name.length > 48) {
		return undefined;
	}
	if (name.includes('/')) {
		return byName.get(name.trim().toLowerCase());
	}
	const key = compact(name);
	return byName.get(key) ?? (key.startsWith('kling') ? byName.get(key.replace(/^kling(?:ai)?/, '')) : undefined);
}

/** Whether a word names a model or a mode (`kling-v2-6`, `kling_v1.6`, `pro`) and so is neither an operation nor an ID. */
export function isModelName(word: string): boolean {
	return /^(?:kling[-_ ]?(?:ai[-_ ]?)?(?:video|image|audio)?[-_ ]?(?:v|o)?\d[\w.-]{0,24}|kling|kolors(?:-v\d[\w.-]*)?|v\d(?:[.-]\d){0,2}(?:-\w{1,12})?|std|pro|master|turbo|standard|professional)$/i.test(
		word,
	);
}
