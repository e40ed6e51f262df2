/** What the user interface loads when tasks are first tracked: the entry of dist/track.js. */
export { PasteReader } from './pasteReader';
export { trackTask } from './track/flow';
