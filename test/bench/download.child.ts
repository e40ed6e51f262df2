// Our download in its own process: download <url> <target>.
import { download } from '../../src/results/download';

const [url = '', target = ''] = process.argv.slice(2);
void download({ url, target, taskOrigin: new URL(url).origin, signal: new AbortController().signal }).then((outcome) => {
	if (!outcome.ok) {
		throw new Error(JSON.stringify(outcome.problem));
	}
	process.exit(0);
});
