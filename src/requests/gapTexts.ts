/** Texts that stand where a person is to write, in requests that are begun for them. A request that still has one is not sent. */
export const gapTexts = {
	anything: 'Describe it here',
	event: 'Describe what happens',
	image: 'Describe the image',
	sound: 'Describe what is heard',
	music: 'Describe the music',
	speech: 'What the person says',
	deletion: 'Delete … from <<<video_1>>>',
} as const;

const all: readonly string[] = Object.values(gapTexts);

/** The text of a gap with which a value ends, if it was not replaced: references such as `<<<image_1>>>` may stand before it. */
export function openGap(value: string): string | undefined {
	return all.find((gap) => value.trimEnd().endsWith(gap));
}
