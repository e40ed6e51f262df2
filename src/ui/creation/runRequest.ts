// Entry point of dist/run.js, loaded when the first request is run.
import * as vscode from 'vscode';
import type { Creation, CreationId } from '../../creation/creation';
import type { PlanOutcome } from '../../creation/ports/creationStore';
import type { Clock } from '../../tracking/ports/host';
import { ask, confirm } from '../confirm';
import { commandRemedy } from '../message';
import type { CheckedRequest } from '../requests/requestDocuments';
import { failureOf } from '../requests/requestTargets';
import { openDailyLimit, requireDailyLimit, requireOrigin } from '../settings';
import { taskNode } from '../taskNode';
import {
	allowButton,
	existingButton,
	externalIdTakenText,
	limitText,
	runAllDetail,
	runAllQuestion,
	runDetail,
	runQuestion,
	type LimitFacts,
} from '../text/creation/run';
import { UserError } from '../userError';
import { revealPlanned } from './revealPlanned';
import { prepareRun, type PreparedRun, type PrepareParts } from './preparedRun';
import type { LensPress } from './runPermissions';
import { canBeAllowed, covers } from './runTerms';

/** The requests of one press of Run. */
export interface RunRequests {
	/** Without errors. */
	readonly requests: readonly CheckedRequest[];
	/** Why others that were chosen too are not run. */
	readonly failures: readonly unknown[];
	/** It came from the lens of the only request. */
	readonly press: LensPress | undefined;
}

export interface RunParts extends PrepareParts {
	readonly clock: Clock;
	/** Called with what was planned from a document that has no file. */
	readonly noteUnsaved: (document: vscode.Uri, creations: readonly CreationId[]) => void;
}

/**
 * Creates the tasks of requests, once the person has confirmed it: files are copied, the person sees all of it in one dialog, the journal
 * plans it, and the engine sends it.
 * @throws UserError with the first reason why something was not run; CancellationError
 */
export async function runRequests({ requests, failures: before, press }: RunRequests, parts: RunParts): Promise<void> {
	const origin = requireOrigin();
	const dailyLimit = requireDailyLimit();
	const failures = [...before];
	const total = requests.length + before.length;
	const runs: PreparedRun[] = [];
	for (const request of requests) {
		try {
			runs.push(await prepareRun(request, origin, parts));
		} catch (error) {
			failures.push(error);
		}
	}
	const [first, ...others] = runs;
	if (first === undefined) {
		throw failureOf(failures[0], failures.length, total);
	}
	if (!(await parts.host.hasKey(origin)) && !(await parts.host.askForKey(origin))) {
		throw new vscode.CancellationError();
	}
	const limit = limitFacts(dailyLimit, parts);
	requireWithinLimit(runs, limit);
	if (others.length > 0 || total > 1) {
		await confirmAll(runs, limit, failures.length);
	} else if (!(await confirmOne(first, limit, press, parts))) {
		return;
	}
	const planned: Creation[] = [];
	for (const run of runs) {
		try {
			const creations = plannedBy(await parts.host.creations.plan(run.order(parts.now(), dailyLimit)), run);
			planned.push(...creations);
			if (creations.some(({ source }) => source.uri === undefined)) {
				parts.noteUnsaved(
					run.document,
					creations.map(({ id }) => id),
				);
			}
		} catch (error) {
			failures.push(error);
		}
	}
	const [newest] = planned;
	if (newest !== undefined) {
		// Not awaited: another press is another Run from here on.
		void revealPlanned(newest.id, parts.host, parts.clock, parts.signal);
	}
	if (failures.length > 0) {
		throw failureOf(failures[0], failures.length, total);
	}
}

function limitFacts(limit: number | undefined, { host, now }: PrepareParts): LimitFacts | undefined {
	return limit === undefined ? undefined : { limit, spent: host.creations.spent(now()) };
}

/** @throws UserError when the limit does not allow it; the journal checks it once more */
function requireWithinLimit(runs: readonly PreparedRun[], limit: LimitFacts | undefined): void {
	const wanted = runs.reduce((sum, { terms: { price } }) => sum + (price.kind === 'known' ? price.dollars : 0), 0);
	if (limit !== undefined && wanted > 0 && limit.spent + wanted > limit.limit + roundingDollars) {
		throw limitReached(limit, wanted);
	}
}

/** Sums of binary fractions may differ from the limit by less than this. */
const roundingDollars = 1e-9;

function limitReached(limit: LimitFacts, wanted: number): UserError {
	return new UserError(limitText(limit, wanted), [openDailyLimit()]);
}

/** Asks, unless the person allowed it before. False: the person chose the result that there is. @throws CancellationError */
async function confirmOne(
	run: PreparedRun,
	limit: LimitFacts | undefined,
	press: LensPress | undefined,
	{ now }: PrepareParts,
): Promise<boolean> {
	if (press?.allowed !== undefined && covers(press.allowed, run.terms)) {
		press.used();
		return true;
	}
	const existing = run.existing?.status === 'succeeded' ? run.existing : undefined;
	const choice = await ask(
		{ message: runQuestion(run), detail: runDetail(run, limit, now()) },
		{
			run: vscode.l10n.t('Run'),
			useExisting: existing === undefined ? undefined : existingButton(existing.finishedAt, now()),
			allow: press !== undefined && canBeAllowed(run.terms) ? allowButton() : undefined,
		},
	);
	switch (choice) {
		case 'run':
			return true;
		case 'useExisting':
			await vscode.commands.executeCommand('kling.openResult', existing && taskNode(existing.key));
			return false;
		case 'allow':
			press?.allow(run.terms);
			return true;
	}
}

/** Asks about all of them at once. @throws CancellationError */
async function confirmAll(runs: readonly PreparedRun[], limit: LimitFacts | undefined, left: number): Promise<void> {
	const [only, another] = runs;
	const message = only !== undefined && another === undefined ? runQuestion(only) : runAllQuestion(runs);
	await confirm({ message, detail: runAllDetail(runs, limit, left), button: vscode.l10n.t('Run') });
}

/** @throws UserError why the journal did not plan it */
function plannedBy(outcome: PlanOutcome, { name, document }: PreparedRun): readonly Creation[] {
	switch (outcome.kind) {
		case 'planned':
			return outcome.creations;
		case 'limit':
			throw limitReached(outcome, outcome.wanted);
		case 'externalIdTaken':
			throw new UserError(externalIdTakenText(name, outcome.externalId), [
				commandRemedy(vscode.l10n.t('Show Request'), 'vscode.open', document),
			]);
	}
}
