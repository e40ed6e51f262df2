// Fetches a result into a partial file: fetch <url> <part, JSON>. Sends what it records, how much is on its way to the disk, and the outcome.
import type { PartialFile } from '../../../src/core/download';
import { fetchFile } from '../../../src/results/fetchFile';

const [url = '', part = ''] = process.argv.slice(2);
void fetchFile({
	url,
	taskOrigin: new URL(url).origin,
	signal: new AbortController().signal,
	part: JSON.parse(part) as PartialFile,
	onStart: (current) => {
		process.send?.(current);
		return Promise.resolve();
	},
}).then((outcome) => {
	process.send?.(outcome);
	process.disconnect();
});
