/** Entry point of dist/track.js, loaded on the first use of the Track command. */
export { PasteReader } from './pasteReader';
export { trackFiles, trackSelection, trackTask } from './track/flow';
