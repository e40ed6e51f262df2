/** The entry of dist/keeping.js, loaded when something is to be kept or said about it. */
export { showKeepNotice } from './keepNotice';
