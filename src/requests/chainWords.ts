/** Properties of chains of requests, which cannot be run yet. */
export const chainWords: ReadonlySet<string> = new Set(['steps', 'matrix', 'pause', 'after', 'limit']);
