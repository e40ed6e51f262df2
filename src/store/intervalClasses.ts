/** The values of the column `interval_class` ... */
export const intervalClasses = [0, 1, 2, 3, 4] as const;
/** ... and the value for tasks that are refused and were never found: they may not exist. */
export const neverFoundClass = 5;
