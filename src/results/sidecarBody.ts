import { createHash } from 'node:crypto';
import type { BodyPart, MediaPart } from '../creation/creation';

/** A longer body (UTF-16 units) is not read: it would not fit into a sidecar anyway, apart from files that somebody typed as Base64. */
const longestBody = 2_000_000;
/** From this length on (UTF-16 units), a text of Base64 characters alone is a file that somebody typed: longer than any prompt. */
const shortestFile = 3_000;

/** What a sidecar has of a request's body. */
export interface SidecarBody {
	/** JSON, indented by tabs; the order and the numbers as they were sent. */
	readonly text: string;
	/** The task whose result the request uses, if the body names it. */
	readonly parentTaskId?: string;
	/** The same of a video. */
	readonly parentVideoId?: string;
}

/**
 * The body of a request as it stands in a sidecar: a file as `{ "sha256": …, "size": … }`, a link without query and credentials, which may be
 * secret. Not parsed and printed again, because numbers may have more digits than JavaScript keeps.
 * @returns undefined if it is too long
 */
export function sidecarBody(parts: readonly BodyPart[]): SidecarBody | undefined {
	const files: MediaPart[] = [];
	let text = '';
	for (const part of parts) {
		// No JSON text contains this control character as it is.
		text += typeof part === 'string' ? part : `\0${files.push(part) - 1}\0`;
		if (text.length > longestBody) {
			return undefined;
		}
	}
	return printed(text, files);
}

/** The tokens of JSON. */
const token = /"[^"\\]*(?:\\.[^"\\]*)*"|[{}[\],:]|[^\s{}[\],:"]+/gs;

function printed(json: string, files: readonly MediaPart[]): SidecarBody {
	const tokens = json.match(token) ?? [];
	const ids = new Map<string, string>();
	let text = '';
	let depth = 0;
	const line = (): string => `\n${'\t'.repeat(depth)}`;
	for (const [index, one] of tokens.entries()) {
		const [previous, next] = [tokens[index - 1], tokens[index + 1]];
		if (one === '{' || one === '[') {
			depth++;
			text += next === '}' || next === ']' ? one : one + line();
		} else if (one === '}' || one === ']') {
			depth--;
			text += previous === '{' || previous === '[' ? one : line() + one;
		} else if (one === ',') {
			text += one + line();
		} else if (one === ':') {
			text += ': ';
		} else if (one.startsWith('"') && next !== ':') {
			const value = valueOf(one, files);
			const key = previous === ':' ? tokens[index - 2] : undefined;
			if (typeof value === 'string' && (key === '"task_id"' || key === '"video_id"')) {
				ids.set(key, ids.get(key) ?? value);
			}
			text += typeof value === 'string' ? JSON.stringify(value) : `{ "sha256": "${value.sha256}", "size": ${value.size} }`;
		} else {
			text += one;
		}
	}
	const [parentTaskId, parentVideoId] = [ids.get('"task_id"'), ids.get('"video_id"')];
	return { text, ...(parentTaskId !== undefined && { parentTaskId }), ...(parentVideoId !== undefined && { parentVideoId }) };
}

/** What stands in a sidecar for a text of a body. */
function valueOf(json: string, files: readonly MediaPart[]): string | MediaPart {
	const [, file] = json.split('\0');
	if (file !== undefined) {
		return files[Number(file)] ?? '';
	}
	let value: unknown;
	try {
		value = JSON.parse(json);
	} catch {
		return '';
	}
	return typeof value === 'string' ? (typedFile(value) ?? withoutQuery(value)) : '';
}

function typedFile(text: string): MediaPart | undefined {
	const base64 = text.startsWith('data:') ? text.slice(text.indexOf(',') + 1) : text;
	if (base64.length < shortestFile || /[^A-Za-z0-9+/_=\r\n-]/.test(base64)) {
		return undefined;
	}
	const bytes = Buffer.from(base64, 'base64');
	return { sha256: createHash('sha256').update(bytes).digest('hex'), size: bytes.length };
}

/** Of a text that is one link: the link without what may let somebody in. */
function withoutQuery(text: string): string {
	if (!/^\s*https?:\/\/\S+\s*$/i.test(text)) {
		return text;
	}
	const url = URL.parse(text.trim());
	return url === null ? '' : `${url.origin}${url.pathname}`;
}
