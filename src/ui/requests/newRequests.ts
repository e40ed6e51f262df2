// Entry point of dist/newRequests.js, loaded when a request is created, an empty one is open, into which one may be pasted, or a line of one is
// pasted into Track.
export { readPastedRequest } from '../../requests/pastedRequest';
export { newRequest } from './newRequest';
export { registerRequestPaste } from './requestPaste';
