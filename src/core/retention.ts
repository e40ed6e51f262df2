/**
 * How long (ms) Kling keeps a task and its results after the task finished: 30 days. Measured: its signed links expire within seconds of
 * that.
 */
export const retentionMs = 30 * 24 * 60 * 60 * 1000;
