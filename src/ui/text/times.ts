import { env, l10n } from 'vscode';
import { approximateSpan, type Estimate } from '../../core/estimate';
import { assertNever } from '../../core/assertNever';

/** "about 40 s left", "should finish soon", "longer than usual"; short, where a narrow row would cut off the unit: "~40 s left". */
export function estimateText(estimate: Estimate, form: 'whole' | 'short' = 'whole'): string {
	const isShort = form === 'short';
	switch (estimate.kind) {
		case 'left': {
			const span = approximateSpan(estimate.ms);
			switch (span.unit) {
				case 'fewSeconds':
					return l10n.t('a few seconds left');
				case 'seconds':
					return isShort ? l10n.t('~{0} s left', span.count) : l10n.t('about {0} s left', span.count);
				case 'minutes':
					return isShort ? l10n.t('~{0} min left', span.count) : l10n.t('about {0} min left', span.count);
				case 'hours':
					return isShort ? l10n.t('~{0} h left', span.count) : l10n.t('about {0} h left', span.count);
				default:
					return assertNever(span);
			}
		}
		case 'soon':
			return l10n.t('should finish soon');
		case 'late':
			return l10n.t('longer than usual');
		default:
			return assertNever(estimate);
	}
}

/** When the first of several tasks is expected to finish: "first result in about 40 s"; undefined without an estimate. */
export function nextFinishText(estimates: readonly (Estimate | undefined)[]): string | undefined {
	if (estimates.some((estimate) => estimate?.kind === 'soon')) {
		return l10n.t('first result any moment');
	}
	const spans = estimates.flatMap((estimate) => (estimate?.kind === 'left' ? [estimate.ms] : []));
	if (spans.length === 0) {
		return undefined;
	}
	const span = approximateSpan(Math.min(...spans));
	switch (span.unit) {
		case 'fewSeconds':
			return l10n.t('first result in a few seconds');
		case 'seconds':
			return l10n.t('first result in about {0} s', span.count);
		case 'minutes':
			return l10n.t('first result in about {0} min', span.count);
		case 'hours':
			return l10n.t('first result in about {0} h', span.count);
		default:
			return assertNever(span);
	}
}

/**
 * A duration in ms: "45 s", from a minute on "3 min", from an hour on "2 h 5 min", from two days on "3 days".
 * Seconds are rounded down to a multiple of five, so that a row changes every five seconds at most.
 */
export function elapsedText(ms: number): string {
	const seconds = Math.max(0, Math.floor(ms / 5000) * 5);
	if (seconds < 60) {
		return l10n.t('{0} s', seconds);
	}
	const minutes = Math.floor(seconds / 60);
	if (minutes < 60) {
		return l10n.t('{0} min', minutes);
	}
	const hours = Math.floor(minutes / 60);
	if (hours < 48) {
		return minutes % 60 === 0 ? l10n.t('{0} h', hours) : l10n.t('{0} h {1} min', hours, minutes % 60);
	}
	return l10n.t('{0} days', Math.floor(hours / 24));
}

/** A duration in ms to the second: "8 s", "3 min 52 s"; from an hour on as `elapsedText`. */
export function durationText(ms: number): string {
	const seconds = Math.max(0, Math.round(ms / 1000));
	if (seconds < 60) {
		return l10n.t('{0} s', seconds);
	}
	if (seconds < 3600) {
		return seconds % 60 === 0 ? l10n.t('{0} min', seconds / 60) : l10n.t('{0} min {1} s', Math.floor(seconds / 60), seconds % 60);
	}
	return elapsedText(ms);
}

const minuteMs = 60_000;
const hourMs = 60 * minuteMs;
const dayMs = 24 * hourMs;
/** How `agoText` rounds down: an age below `below` to a multiple of `step`, both ms. It changes seldom, so that few rows are redrawn. */
const agoSteps = [
	{ below: 10 * minuteMs, step: minuteMs },
	{ below: hourMs, step: 5 * minuteMs },
	{ below: 2 * dayMs, step: hourMs },
	{ below: 7 * dayMs, step: dayMs },
] as const;

/**
 * How long ago a task finished: "just now", "5 min ago", "2 h ago", "3 days ago", from a week on the date.
 * @param at and `now`: ms since 1970; a time in the future counts as now
 */
export function agoText(at: number, now: number): string {
	const { step } = agoSteps.find(({ below }) => now - at < below) ?? { step: undefined };
	if (step === undefined) {
		return dateText(at);
	}
	const count = Math.floor((now - at) / step) * (step === 5 * minuteMs ? 5 : 1);
	if (count < 1) {
		return l10n.t('just now');
	}
	return step === dayMs ? l10n.t('{0} days ago', count) : step === hourMs ? l10n.t('{0} h ago', count) : l10n.t('{0} min ago', count);
}

/** When `agoText` of a time changes next, ms since 1970; undefined if it does not. */
export function agoChangesAt(at: number, now: number): number | undefined {
	const age = Math.max(0, now - at);
	const { step } = agoSteps.find(({ below }) => age < below) ?? { step: undefined };
	return step === undefined ? undefined : at + (Math.floor(age / step) + 1) * step;
}

/** Created once: creating a format takes as long as drawing several rows. */
let timeFormat: Intl.DateTimeFormat | undefined;
let dateFormat: Intl.DateTimeFormat | undefined;

/** A time (ms since 1970) in the format of the editor's language. */
export function timeText(ms: number): string {
	timeFormat ??= new Intl.DateTimeFormat(env.language, { dateStyle: 'medium', timeStyle: 'medium' });
	return timeFormat.format(ms);
}

/** The day of a time (ms since 1970) in the format of the editor's language. */
export function dateText(ms: number): string {
	dateFormat ??= new Intl.DateTimeFormat(env.language, { dateStyle: 'medium' });
	return dateFormat.format(ms);
}
