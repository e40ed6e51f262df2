import { showMessage } from '../message';
import { readKeepSettings } from '../settings';
import type { KeepPlans, readKeepPlans } from './keepPlan';

/** See `readKeepPlans`; loaded when results are kept, or a person wants to keep one. */
export function lazyKeepPlans(standardLibrary: string): KeepPlans {
	let loaded: KeepPlans | undefined;
	const plans = (): KeepPlans => {
		// eslint-disable-next-line @typescript-eslint/no-require-imports -- a plan belongs into the transaction that tracks a task
		const bundle = require('./keepPlan') as { readonly readKeepPlans: typeof readKeepPlans };
		return (loaded ??= bundle.readKeepPlans(standardLibrary, showMessage));
	};
	return {
		plan: (beside) => (readKeepSettings().keep === 'off' ? undefined : plans().plan(beside)),
		folder: (keep) => plans().folder(keep),
		planByHand: () => plans().planByHand(),
	};
}
