/** What finished tasks cost. */
export interface CostStore {
	/** The units that the last tasks of a price class at an origin cost, newest last; at most 20. */
	learnedUnits(origin: string, priceClass: string): readonly number[];
}
