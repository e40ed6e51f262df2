import { isAllowedLink } from '../../core/resultLink';
import type { Task } from '../../core/task';
import { mediaAt, type MediaRef } from '../../core/mediaRef';
import { mediaOrigin } from './contentSecurityPolicy';

/** The links of one media of a task, including its other formats; empty if there is no such media. */
export function linksOf(task: Task, ref: MediaRef): readonly string[] {
	const media = mediaAt(task, ref);
	return media === undefined ? [] : [media.url, ...(media.alternatives ?? []).map(({ url }) => url)];
}

/** Whether the page may show a link: it must be allowed, and a content security policy must be able to name its origin. */
export function isShowable(url: string, task: Task): boolean {
	return isAllowedLink(url, task.ref.origin) && mediaOrigin(url) !== undefined;
}

/** Every link of a task's media, in the order of `linksOf`. */
export function allLinks(task: Task): readonly string[] {
	const refs: readonly MediaRef[] = [...task.results.keys(), 'parent'];
	return refs.flatMap((ref) => linksOf(task, ref));
}

/** The origins of all links of a task that the page may show, sorted and without duplicates. */
export function mediaOrigins(task: Task): readonly string[] {
	const origins = allLinks(task)
		.filter((url) => isShowable(url, task))
		.flatMap((url) => mediaOrigin(url) ?? []);
	return [...new Set(origins)].sort();
}
