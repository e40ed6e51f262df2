/** The entry of dist/results.js, which the user interface loads when a result is first saved or its link checked. */
export { download } from './download';
export { linkState } from './linkState';
