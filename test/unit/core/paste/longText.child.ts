// Reads long texts, and sends how many tasks each names, or whether it is a request, or what was thrown.
import { readPastedText } from '../../../../src/core/paste/pastedText';
import { readPastedRequest } from '../../../../src/requests/pastedRequest';

const size = 5_000_000;
const response = { data: { task_id: '853300000000000000', task_status: 'succeed', task_result: { videos: [{ id: 'a'.repeat(size) }] } } };
const words = 'eyJhbGciOi'.repeat((size - 100) / 10);
const reads: readonly (() => unknown)[] = [
	() => readPastedText(words).references.length,
	() => readPastedText(JSON.stringify(response)).references.length,
	() => readPastedRequest(JSON.stringify({ image: words, prompt: 'A hill' })) !== undefined,
];

process.send?.(
	reads.map((read) => {
		try {
			return read();
		} catch (error) {
			return String(error);
		}
	}),
);
