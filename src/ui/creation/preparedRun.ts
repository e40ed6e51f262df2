import type { Uri } from 'vscode';
import { omitUndefined } from '../../core/omitUndefined';
import { operationKey, type OperationPath } from '../../core/operation';
import type { OriginOperation, Task } from '../../core/task';
import type { CreationPrice } from '../../creation/creation';
import { planOrder } from '../../creation/planning';
import type { PlanOrder } from '../../creation/ports/creationStore';
import { priceClass, valueOf, wordOf } from '../../requests/priceClass';
import { estimatePrice, totalPrice, type Price } from '../../requests/price';
import { resolveRequest } from '../../requests/resolve';
import type { ResolvedObject } from '../../requests/resolvedValue';
import { mediaIn, readMedia } from '../requests/mediaForSending';
import type { CheckedRequest } from '../requests/requestDocuments';
import { requestName } from '../requests/requestDocument';
import { taskName } from '../requests/requestTargets';
import { dateOf } from '../requests/runValues';
import { workspaceFiles } from '../requests/workspaceFiles';
import { copyProblemText } from '../text/creation/run';
import { notAllReadText, notSentText, takeName } from '../text/requests/editor';
import { mediaProblemText } from '../text/requests/files';
import { UserError } from '../userError';
import { hmacSha256 } from './digests';
import { usableResult } from './existingResult';
import { keepOfTake } from './keepOfTake';
import { requestUnit } from './requestUnit';
import type { RunHost } from './runHost';
import type { RunTerms } from './runTerms';

/** A file that is read for a request. */
export interface ReadFile {
	/** As written in the request. */
	readonly path: string;
	/** Bytes. */
	readonly size: number;
}

/** A request as it will be sent, whatever becomes of its files meanwhile. */
export interface PreparedRun {
	readonly document: Uri;
	/** Of its file. */
	readonly name: string;
	readonly operation: OriginOperation;
	readonly terms: RunTerms;
	readonly model: string | undefined;
	readonly mode: string | undefined;
	/** As written: `5`. */
	readonly duration: string | undefined;
	/** The take that comes next; another window may be quicker. */
	readonly firstTake: number;
	readonly files: readonly ReadFile[];
	/** A task that the same request made, with a result that is still there. */
	readonly existing: Task | undefined;
	/** Whether an earlier run of the same request may have been charged, and its task is not known. */
	readonly mayBeCharged: boolean;
	/** @param at ms since 1970 @param dailyLimit US dollars */
	readonly order: (at: number, dailyLimit: number | undefined) => PlanOrder;
}

export interface PrepareParts {
	readonly host: RunHost;
	/** See `RequestSession`. */
	readonly learnedUnits: (origin: string, priceClass: string) => readonly number[];
	readonly now: () => number;
	readonly signal: AbortSignal;
}

/**
 * Reads all that a request sends, and keeps copies of its files: price, preview and POST use the copies.
 * @param checked without errors
 * @throws UserError why it cannot be sent; the signal's reason when it is aborted
 */
export async function prepareRun(checked: CheckedRequest, origin: string, parts: PrepareParts): Promise<PreparedRun> {
	const { document, parsed, facts } = checked;
	const { host } = parts;
	const unit = requestUnit(checked, origin);
	if (unit === undefined) {
		// Without errors, nothing else keeps it from being known.
		throw new UserError(notSentText(requestName(document.uri), notAllReadText()));
	}
	const { path, key } = unit;
	await copyMedia(unit.body, checked, parts);
	const installation = await host.installation.id();
	parts.signal.throwIfAborted();

	const now = parts.now();
	const date = dateOf(now);
	const bodyOf = (take: number): ResolvedObject => resolveRequest(parsed.file, facts, { take, date }).body ?? unit.body;
	const { count } = parsed.file.repeat;
	const firstTake = host.creations.highestTake(origin, key) + 1;
	const bodies = Array.from({ length: count }, (_, index) => bodyOf(firstTake + index));
	const [body = unit.body] = bodies;
	const priceOf = fixedPrices(path, (alike) => parts.learnedUnits(origin, alike));
	const price = totalPrice(bodies.map(priceOf));
	const files = readFiles(unit.body, checked);
	const title = taskName(checked);
	const kept = {
		file: parsed.file,
		facts,
		name: requestName(document.uri).replace(/\.kling\.json$/, ''),
		path: document.uri.scheme === 'file' ? document.uri.fsPath : undefined,
	};
	const operation: OriginOperation = { origin, action: path.action, action2: path.action2 };
	return {
		document: document.uri,
		name: requestName(document.uri),
		operation,
		terms: {
			origin,
			operation: operationKey(path),
			count,
			price,
			files: files.map((file) => file.path),
			callbackHost: callbackHost(body),
		},
		model: wordOf(path, body, 'model_name'),
		mode: wordOf(path, body, 'mode'),
		duration: wordOf(path, body, 'duration'),
		firstTake,
		files,
		existing: usableResult(host.creations.tasksOf(origin, key), now),
		mayBeCharged: host.creations
			.listed()
			.some((earlier) => earlier.state === 'uncertain' && earlier.unitKey === key && earlier.operation.origin === origin),
		order: (at, dailyLimit) => {
			const plan = host.keepPlan(document.uri);
			return planOrder(
				{
					operation,
					unitKey: key,
					count,
					now: at,
					bodyOf,
					source: { text: parsed.file.text, ...(document.isUntitled ? {} : { uri: document.uri.toString() }) },
					...(title === undefined ? {} : { nameOf: (take) => (count === 1 && take === 1 ? title : takeName(title, take)) }),
					...(plan === undefined ? {} : { keepOf: (take) => keepOfTake(plan, kept, { take, date }) }),
					...omitUndefined({ estimate: estimateOfTake(price), dailyLimit }),
				},
				{ installation, hmac: hmacSha256, newId: host.newId },
			);
		},
	};
}

/** Copies that are not needed are kept for so long (ms): another window may be about to need them. */
const keptMs = 60 * 60_000;

/** @throws UserError why the files cannot be sent */
async function copyMedia(body: ResolvedObject, { document }: CheckedRequest, { host, now, signal }: PrepareParts): Promise<void> {
	if (mediaIn(body).length > 0) {
		// Frees what was sent or not confirmed. A disk that refuses that refuses the copies, too, which is shown.
		await host.media.sweep(host.creations.neededMedia(), now() - keptMs).catch(() => undefined);
	}
	const problem = await readMedia(body, workspaceFiles(document.uri), (bytes, sha256) => host.media.put(bytes, sha256), signal);
	if (problem !== undefined) {
		const reason = 'kind' in problem ? copyProblemText(problem) : mediaProblemText(problem);
		throw new UserError(notSentText(requestName(document.uri), reason));
	}
}

/** What is sent as it is, then what is read as text. */
function readFiles(body: ResolvedObject, { facts }: CheckedRequest): readonly ReadFile[] {
	const media = mediaIn(body).map(({ path, facts: found }) => ({ path, size: found?.size ?? 0 }));
	const texts = [...facts.texts].flatMap(([path, found]) => (found.kind === 'text' ? [{ path, size: Buffer.byteLength(found.text) }] : []));
	return [...new Map([...media, ...texts].map((file) => [file.path, file])).values()];
}

/** Who gets the results too. */
function callbackHost(body: ResolvedObject): string | undefined {
	const value = valueOf(body, 'callback_url');
	return value?.kind === 'string' && value.value !== '' ? (URL.parse(value.value)?.host ?? value.value) : undefined;
}

/** What is reserved for each take; nothing where the length of a video decides the price. */
function estimateOfTake(price: Price): CreationPrice | undefined {
	return price.kind === 'known'
		? { unitKind: price.unitKind, units: price.units / price.tasks, dollars: price.dollars / price.tasks }
		: undefined;
}

/** What was learned of prices when the person pressed Run; it may change until the request is planned. */
function fixedPrices(path: OperationPath, learn: (priceClass: string) => readonly number[]): (body: ResolvedObject) => Price {
	const learned = new Map<string, readonly number[]>();
	return (body: ResolvedObject): Price => {
		const alike = priceClass(path, body);
		if (alike === undefined) {
			return estimatePrice(path, body, []);
		}
		const figures = learned.get(alike) ?? learn(alike);
		learned.set(alike, figures);
		return estimatePrice(path, body, figures);
	};
}
