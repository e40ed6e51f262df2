import { linkSignals } from '../core/abort';
import { Disposables } from '../core/disposables';
import { downloadKey, type Download, type DownloadId } from '../core/download';
import { nextDownloadStep, withRecord, type DownloadEvent, type DownloadStep } from '../core/nextDownloadStep';
import { omitUndefined } from '../core/omitUndefined';
import { linkExpiry } from '../core/resultLink';
import { isFinished, type Task } from '../core/task';
import { keepAlive, leaseMs } from '../tracking/lease';
import type { DownloadClaim, DownloadLoop, DownloadLoopParts } from '../tracking/ports/downloads';
import { DownloadAttempt } from './downloadAttempt';
import { removePart } from './partFile';

/** A download that this window works on. */
interface Job {
	readonly stop: AbortController;
	readonly done: Promise<void>;
}

/** Abort reasons. */
const closing = new Error('The window is closing');
const claimLost = new Error('The claim was lost');
const cancelled = new Error('A person has cancelled it');

/**
 * Downloads the results that this window has claimed. A window that is killed at any time leaves a row from which another one continues:
 * the partial file is recorded before it is created, its content before it gets its name, and the sidecar is written before the row is
 * `kept`.
 */
export class ResultDownloadLoop implements DownloadLoop {
	readonly #parts: DownloadLoopParts;
	readonly #digestProgram: string;
	readonly #jobs = new Map<string, Job>();
	readonly #closing = new AbortController();

	/** @param digestProgram see `FileQuestion` */
	constructor(parts: DownloadLoopParts, digestProgram: string) {
		this.#parts = parts;
		this.#digestProgram = digestProgram;
	}

	async claimDue(): Promise<number> {
		const { downloads, clock, newId } = this.#parts;
		if (this.#closing.signal.aborted) {
			return 0;
		}
		const now = clock.now();
		const claims = await downloads.claimDue(now, now + leaseMs, newId);
		for (const claim of claims) {
			this.#start(claim);
		}
		return claims.length;
	}

	async discard(downloads: readonly Download[]): Promise<void> {
		await Promise.all(
			downloads.map(async (download) => {
				const job = this.#jobs.get(downloadKey(download));
				job?.stop.abort(cancelled);
				await job?.done;
				await this.#removeUnused(download, download.part?.path);
			}),
		);
	}

	async close(): Promise<void> {
		this.dispose();
		await Promise.all([...this.#jobs.values()].map(({ done }) => done));
	}

	dispose(): void {
		this.#closing.abort(closing);
	}

	#start(claim: DownloadClaim): void {
		const key = downloadKey(claim.download);
		const stop = new AbortController();
		const job: Job = {
			stop,
			done: this.#run(claim, stop).finally(() => {
				if (this.#jobs.get(key) === job) {
					this.#jobs.delete(key);
				}
			}),
		};
		this.#jobs.set(key, job);
	}

	/** Works on a download with its claim kept alive. Never rejects. */
	async #run(claim: DownloadClaim, stop: AbortController): Promise<void> {
		const { downloads, clock, log, onProgress } = this.#parts;
		const attempt = new DownloadAttempt(this.#parts, this.#digestProgram, claim, () => stop.abort(claimLost));
		const own = new Disposables();
		own.own(linkSignals(stop, [this.#closing.signal]));
		own.own(
			keepAlive(clock, log, async () => {
				const isKept = await downloads.renew(claim, clock.now() + leaseMs, attempt.received);
				if (!isKept) {
					stop.abort(claimLost);
				}
				return isKept;
			}),
		);
		try {
			await this.#download(claim, attempt, stop.signal);
		} catch (error) {
			await this.#leave(claim, attempt, stop.signal, error);
		} finally {
			own.dispose();
			onProgress(claim.download, undefined);
		}
	}

	async #download(claim: DownloadClaim, attempt: DownloadAttempt, signal: AbortSignal): Promise<void> {
		let { download } = claim;
		for (;;) {
			const task = this.#parts.task(download.task);
			if (task === undefined) {
				// Untracked, or its file cannot be read at the moment.
				await this.#parts.downloads.release(claim);
				return;
			}
			let step = this.#next(download, await attempt.make(download, task, signal));
			if (step.kind === 'refresh') {
				download = withRecord(download, step.record);
				step = this.#next(download, await this.#refresh(task, download, step.problem, signal));
			}
			if (step.kind !== 'again') {
				await this.#settle(claim, attempt, step, signal);
				return;
			}
			download = withRecord(download, step.record);
			await attempt.step(download, signal);
		}
	}

	#next(download: Download, event: DownloadEvent): DownloadStep {
		const { clock, random } = this.#parts;
		const task = this.#parts.task(download.task);
		const finishedAt = task !== undefined && isFinished(task) ? task.finishedAt : undefined;
		const url = task?.results[download.media]?.url;
		const expiresAt = url === undefined ? undefined : linkExpiry(url, task?.updatedAt ?? finishedAt)?.at;
		return nextDownloadStep(download, event, { now: clock.now(), random: random(), ...omitUndefined({ expiresAt, finishedAt }) });
	}

	/** One check of the task, for another link. */
	async #refresh(
		{ key, results }: Task,
		{ media }: Download,
		problem: Extract<DownloadStep, { readonly kind: 'refresh' }>['problem'],
		signal: AbortSignal,
	): Promise<DownloadEvent> {
		const isChecked = await this.#parts.refresh(key, signal);
		signal.throwIfAborted();
		const url = this.#parts.task(key)?.results[media]?.url;
		return isChecked ? { kind: 'refreshed', isNew: url !== results[media]?.url, problem } : { kind: 'notRefreshed', problem };
	}

	async #settle(claim: DownloadClaim, attempt: DownloadAttempt, step: DownloadStep, signal: AbortSignal): Promise<void> {
		const { downloads, clock, log, onSettled } = this.#parts;
		const { record } = step;
		if (!(await downloads.record(claim, { ...record, changedAt: clock.now() }))) {
			await this.#removeUnused(claim.download, attempt.part?.path);
			return;
		}
		if (step.kind === 'settle' && step.removePart && attempt.part !== undefined) {
			await removePart(attempt.part.path);
		}
		if (record.reason !== undefined) {
			log.info(`Saving result ${claim.download.media + 1} of ${claim.download.task} failed: ${record.reason.kind}`);
		}
		if (!signal.aborted && (record.state === 'kept' || record.state === 'failed')) {
			onSettled(withRecord(claim.download, record));
		}
	}

	/** Ends work that was stopped or failed. */
	async #leave(claim: DownloadClaim, attempt: DownloadAttempt, signal: AbortSignal, error: unknown): Promise<void> {
		const { downloads, log } = this.#parts;
		try {
			if (!signal.aborted) {
				log.error('A download failed', error);
				const download = { ...claim.download, ...omitUndefined({ part: attempt.part }) };
				await this.#settle(claim, attempt, this.#next(download, { kind: 'unexpected' }), signal);
			} else if (signal.reason === closing) {
				await downloads.release(claim);
			} else {
				await this.#removeUnused(claim.download, attempt.part?.path);
			}
		} catch (second) {
			// The claim expires.
			if (!this.#closing.signal.aborted) {
				log.error('Failed to record a download', second);
			}
		}
	}

	/** Removes a partial file that nobody will continue. */
	async #removeUnused(id: DownloadId, path: string | undefined): Promise<void> {
		if (path !== undefined && this.#parts.downloads.get(id)?.part?.path !== path) {
			await removePart(path);
		}
	}
}
