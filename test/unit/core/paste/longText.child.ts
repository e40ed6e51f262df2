// Reads long texts, and sends how many tasks each names, or what was thrown.
import { readPastedText } from '../../../../src/core/paste/pastedText';

const size = 5_000_000;
const response = { data: { task_id: '853300000000000000', task_status: 'succeed', task_result: { videos: [{ id: 'a'.repeat(size) }] } } };
const texts = ['a'.repeat(size), JSON.stringify(response)];

process.send?.(
	texts.map((text) => {
		try {
			return readPastedText(text).references.length;
		} catch (error) {
			return String(error);
		}
	}),
);
