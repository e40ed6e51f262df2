// How tests read a link to its end.
import type { LinkProblem } from '../../../src/core/linkProblem';
import type { MediaFormat } from '../../../src/core/mediaFormat';
import { readLink, type LinkQuestion, type OpenedResult } from '../../../src/results/reading';
import { streamProblem } from '../../../src/results/streamProblem';

/** What came of a link: the body from `start` on and what was said of it, or the problem and how many bytes came before it. */
export type Read =
	| {
			readonly format: MediaFormat;
			readonly start: number;
			readonly body: string;
			readonly total?: number;
			readonly validator?: string;
			/** If there is one. */
			readonly digests?: OpenedResult['digests'];
	  }
	| { readonly problem: LinkProblem; readonly received: number };

/** Reads a link to its end, as whoever keeps a result does. Bodies are Latin-1. */
export async function readAll(question: LinkQuestion): Promise<Read> {
	const reading = await readLink(question);
	if (!reading.ok) {
		return { problem: reading.problem, received: 0 };
	}
	const { chunks, close, format, start, total, validator, digests } = reading.result;
	const parts: Uint8Array[] = [];
	try {
		for await (const chunk of chunks) {
			parts.push(chunk);
		}
	} catch (error) {
		const received = Buffer.concat(parts).length;
		const problem = streamProblem(error, start + received, total);
		if (problem === undefined) {
			throw error;
		}
		return { problem, received };
	} finally {
		close();
	}
	return {
		format,
		start,
		body: Buffer.concat(parts).toString('latin1'),
		...(total !== undefined && { total }),
		...(validator !== undefined && { validator }),
		...(digests.length > 0 && { digests }),
	};
}
