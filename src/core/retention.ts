/** Kling deletes a task and its results so long (ms) after it ended: 30 days. Measured: the links that it signs expire within seconds of that. */
export const retentionMs = 30 * 24 * 60 * 60 * 1000;
