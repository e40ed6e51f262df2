/** The entry of dist/results.js, which the user interface loads when a result is first saved or its link checked. */
export { copyResult, describeFile } from './copyResult';
export { download } from './download';
export { linkState } from './linkState';
export { saveInto } from './saveInto';
