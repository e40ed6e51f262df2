// Names many partial files alike, when it is sent a message: place <folder> <number of this process> <count>. Sends the paths.
import { createHash } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { placeFile } from '../../../src/results/placeFile';

const [folder = '', owner = '', count = ''] = process.argv.slice(2);

async function main(): Promise<readonly string[]> {
	const paths: string[] = [];
	for (let index = 0; index < Number(count); index++) {
		const content = `result ${index} of ${owner}`;
		const part = join(folder, `${owner}-${index}.part`);
		await writeFile(part, content);
		const digest = { size: content.length, sha256: createHash('sha256').update(content).digest('hex') };
		paths.push((await placeFile(part, { folder, base: 'cat', format: 'png' }, digest)).path);
	}
	return paths;
}

process.once('message', () => {
	void main().then((paths) => {
		process.send?.(paths);
		process.disconnect();
	});
});
process.send?.('ready');
