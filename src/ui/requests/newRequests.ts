// Entry point of dist/newRequests.js, loaded when a request is created or an empty one is open, into which one may be pasted.
export { newRequest } from './newRequest';
export { registerRequestPaste } from './requestPaste';
