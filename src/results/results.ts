/** What the user interface loads when a result is first saved or asked for: the entry of dist/results.js. */
export { download } from './download';
export { linkState } from './linkState';
