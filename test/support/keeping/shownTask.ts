/** What a task of an API is shown as. */
export interface ShownTask {
	readonly id: string;
	/** Links to its results; missing: it is not finished. */
	readonly urls: readonly string[] | undefined;
	/** Ms since 1970. */
	readonly now: number;
}

/** Kling's response to a query of a task, as JSON. */
export function shownTask({ id, urls, now }: ShownTask): string {
	return JSON.stringify({
		code: 0,
		message: 'SUCCEED',
		request_id: 'request-1',
		data: {
			task_id: id,
			task_status: urls === undefined ? 'processing' : 'succeed',
			created_at: Math.round(now),
			updated_at: Math.round(now),
			...(urls !== undefined && { task_result: { videos: urls.map((url, index) => ({ id: `${id}${index}`, url, duration: '5' })) } }),
		},
	});
}
