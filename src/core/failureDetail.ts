/**
 * What exactly a failure's reason objects to, where its words say that.
 * - `imagePixels`, `imageRatio`, `fileSize`, `fileFormat`: an image or another file that was sent
 * - `noPerson`: no face or person where the operation needs one
 * - `promptLength`: the prompt or another text
 * - `length`: the seconds of a video or sound
 * - `model`: the model, or what it can do
 * - `link`: a link that Kling could not load
 */
const failureDetails = [
	'noPerson',
	'imageRatio',
	'imagePixels',
	'fileSize',
	'fileFormat',
	'promptLength',
	'length',
	'link',
	'model',
] as const;
export type FailureDetail = (typeof failureDetails)[number];

/**
 * The words of each; the first match counts, so that "the resolution or aspect ratio" is about the ratio too, for which the remedy names
 * both. Sources: reasons that Kling returned in `task_status_msg`, its text of error code 1201, and the limits in its API reference.
 */
const words: Readonly<Record<FailureDetail, RegExp>> = {
	noPerson: /\bno (?:human|person|face|people)\b|\b(?:human|person|face)\b.{0,30}\bnot (?:detected|found|recogni[sz]ed)\b|人脸|没有人/i,
	imageRatio: /aspect[ _]?ratio|宽高比|比例/i,
	imagePixels: /\bpixels?\b|\bresolution\b|\bimage\b.{0,20}\b(?:width|height|dimensions?)\b|分辨率|像素/i,
	fileSize: /\bfile\b.{0,20}\b(?:too (?:large|big)|size)\b|\bimage size\b|\bexceeds?\b.{0,20}\b\d+ ?MB\b|文件过大|图片过大/i,
	fileFormat: /\b(?:file|image|audio|video)\b.{0,20}\bformat\b|\bformat\b.{0,20}\b(?:file|image|audio|video)\b|\bbase64\b|格式/i,
	promptLength: /\b(?:prompt|text)\b.{0,30}\b(?:too long|length|exceeds?|characters)\b|提示词.{0,10}长/i,
	length: /\b(?:duration|seconds?)\b|时长/i,
	link: /\b(?:url|link)\b|链接/i,
	model: /\bmodel\b|模型/i,
};

/** What the reason of a failure, in the API's words, objects to. */
export function failureDetail(reason: string | undefined): FailureDetail | undefined {
	return failureDetails.find((detail) => words[detail].test(reason ?? ''));
}
